"""Server-sent events and lines of JSON, as they arrive."""
