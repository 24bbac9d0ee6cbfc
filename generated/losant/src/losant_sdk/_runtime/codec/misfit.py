"""The error of content that does not fit its type; loading it loads no pydantic."""

__all__ = ["Misfit"]


class Misfit(Exception):
    """Strictly read, the content does not fit its type: where, and why."""
