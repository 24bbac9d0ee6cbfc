"""What the templates of the Python package print."""
