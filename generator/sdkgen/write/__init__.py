"""Format, check and write the output, whole or not at all; drift.

Must not know: the IR, templates.
Front door: `output.write`.
"""
