"""JSON in lines is what the standard library makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sdkgen.support.json_text import dump_indented

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_it_is_to_the_byte_what_the_standard_library_makes(value: Any) -> None:
    """Numbers that JSON does not have are written as it writes them, too."""
    assert dump_indented(value) == json.dumps(value, indent=1)


@pytest.mark.parametrize("value", [{}, [], {"a": [{}, []]}, "\ud800\u2028é", 10**40])
def test_what_is_empty_or_odd(value: Any) -> None:
    """Empty containers are on one line; lone surrogates and long numbers stay."""
    assert dump_indented(value) == json.dumps(value, indent=1)
