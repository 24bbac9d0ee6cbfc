"""Any JSON, and what is made of it."""

from __future__ import annotations

import json
import warnings
from typing import Any

from hypothesis import strategies as st
from package._runtime import ResponseValidationWarning
from package._runtime.codec.decode import decode

__all__ = ["JSON", "decoded"]

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("abc"), inner)),
    max_leaves=10,
)


def decoded(kind: Any, data: object, *, strict: bool = False) -> Any:
    """Decode with warnings kept quiet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResponseValidationWarning)
        return decode(kind, json.dumps(data).encode(), what="x", strict=strict)
