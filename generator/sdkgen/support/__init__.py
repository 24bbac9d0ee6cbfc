"""What any program could use: media types, graphs, recursion, JSON text."""
