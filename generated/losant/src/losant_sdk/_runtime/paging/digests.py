"""Short keys of values of any kind, to know a page or a cursor again."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pydantic

__all__ = ["digest_value"]


def digest_value(value: object) -> bytes:
    """Return a key that equal values share."""
    try:
        shown = _any_adapter().dump_json(value, fallback=repr, warnings=False)
    except ValueError:  # half a surrogate, which JSON may hold and UTF-8 may not
        shown = repr(value).encode()
    return hashlib.blake2b(shown, digest_size=16).digest()


@functools.cache
def _any_adapter() -> pydantic.TypeAdapter[object]:
    import pydantic

    return pydantic.TypeAdapter(object)
