"""Format, check and write the output, whole or not at all; drift."""
