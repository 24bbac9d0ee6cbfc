"""The IR as Python: annotations, docstrings, statements."""
