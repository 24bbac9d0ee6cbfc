"""Swagger 2.0 to OpenAPI 3.0.

Must not know: diagnostics of 3.x, the IR.
Front door: `convert.convert`.
"""
