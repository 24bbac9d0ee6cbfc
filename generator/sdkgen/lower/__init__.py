"""OpenAPI objects to the IR.

Must not know: Python syntax, templates, files.
Front door: `build.build`.
"""
