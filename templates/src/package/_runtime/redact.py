"""Secrets stay out of logs, ``repr`` and exceptions."""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "is_secret", "redact_url"]

HIDDEN = "[redacted]"

_SECRET = re.compile(
    r"authorization|cookie|credential|key|passw|secret|sig(nature)?\b|token|code\b",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether a header or parameter of this name may hold a secret."""
    return _SECRET.search(name) is not None


def redact_url(url: str) -> str:
    """A URL without user information and without values that may be secrets."""
    url = re.sub(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", rf"\1{HIDDEN}@", url, flags=re.I)
    head, mark, query = url.partition("?")
    if not mark:
        return url
    parts: list[str] = []
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        parts.append(f"{name}={HIDDEN}" if equals and is_secret(name) else part)
    return head + mark + "&".join(parts)
