"""Names: words, cases, reserved names, allocation per scope, `names.lock`.

Must not know: OpenAPI, the IR, files.
"""

from __future__ import annotations

from .allocation import (
    Allocation,
    allocate,
    list_candidates,
    measure_strangeness,
)
from .lockfile import (
    Lock,
)
from .reserved import (
    ARGUMENTS,
    CLIENT,
    FIELDS,
    KEYWORDS,
    METHODS,
    MODULES,
    TYPES,
    escape_name,
)
from .words import (
    LONGEST,
    digest_text,
    shorten_name,
    split_words,
    to_pascal,
    to_plural,
    to_singular,
    to_snake,
)

__all__ = [
    "ARGUMENTS",
    "CLIENT",
    "FIELDS",
    "KEYWORDS",
    "LONGEST",
    "METHODS",
    "MODULES",
    "TYPES",
    "Allocation",
    "Lock",
    "allocate",
    "digest_text",
    "escape_name",
    "list_candidates",
    "measure_strangeness",
    "shorten_name",
    "split_words",
    "to_pascal",
    "to_plural",
    "to_singular",
    "to_snake",
]
