"""The IR to files, path to text: a sub-package for each output.

Must not know: the disk, OpenAPI.
Front door: `render.render`.
"""
