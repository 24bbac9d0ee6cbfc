"""Servers of a document, and the variables of their URLs."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import HEAD, bundled

from sdkgen.lower.accessors import Accessors
from sdkgen.lower.servers import lower_servers


@pytest.mark.parametrize(
    ("variable", "default", "values"),
    [
        ("{default: b, enum: [a, b]}", "b", ["a", "b"]),
        ("{default: '', enum: [-staging, '']}", "", ["-staging", ""]),
        ("{default: ''}", "", []),
        ("{enum: [a, b]}", "a", ["a", "b"]),
        ("{default: c, enum: [a, b]}", "c", []),
        ("{}", "", []),
        ("a", "", []),
    ],
)
def test_the_default_of_a_variable_is_the_one_that_is_stated(
    tmp_path: Path, variable: str, default: str, values: list[str]
) -> None:
    """An empty text too: it is the first listed value only where none is stated."""
    text = (
        f"{HEAD}paths: {{}}\n"
        "servers:\n- url: https://api{stage}.example.com\n"
        f"  variables: {{stage: {variable}}}\n"
    )

    (server,) = lower_servers(Accessors(bundled(tmp_path, openapi=text)))

    (found,) = server.variables
    assert (str(found.default), list(map(str, found.values))) == (default, values)
