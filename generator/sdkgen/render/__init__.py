"""The IR to files: a sub-package for each output."""
