"""OpenAPI 3.0, 3.1 and 3.2 to one dialect (JSON Schema 2020-12), in place.

Must not know: names, the IR, Python.
Front door: `dialect.normalize`.
"""
