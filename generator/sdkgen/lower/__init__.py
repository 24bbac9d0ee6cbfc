"""OpenAPI objects to the IR."""
