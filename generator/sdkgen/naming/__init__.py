"""Names: words, cases, reserved names, allocation per scope, `names.lock`.

Must not know: OpenAPI, the IR, files.
"""

from __future__ import annotations

from .allocation import (
    Allocation,
    allocate,
    ladder,
    strangeness,
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
    escape,
)
from .words import (
    LONGEST,
    digest,
    pascal,
    plural,
    shorten,
    singular,
    snake,
    words,
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
    "digest",
    "escape",
    "ladder",
    "pascal",
    "plural",
    "shorten",
    "singular",
    "snake",
    "strangeness",
    "words",
]
