"""What names, statuses and media types look like in HTTP (RFC 9110)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["CONTROL", "MEDIA_TYPE", "STATUS", "TOKEN"]

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
"""Characters that nothing that is sent as it is may have."""
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Section 5.6.2: names of headers and of methods, halves of media types."""
STATUS: Final = re.compile(r"[1-5](?:[0-9][0-9]|XX)")
"""A status, or a range of them as OpenAPI writes it."""
MEDIA_TYPE: Final = re.compile(
    rf"{TOKEN.pattern}/{TOKEN.pattern}(?:\s*;\s*{TOKEN.pattern}="
    rf"(?:{TOKEN.pattern}|\"[^\"\\]*\"))*"
)
"""Section 8.3.1, with its parameters."""
