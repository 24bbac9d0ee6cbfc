"""Views of operations for faces that take wire names."""

from __future__ import annotations

import pytest

from generator import ir
from generator.ir import Text
from generator.wires import action_view

ANY = ir.Scalar(kind=ir.Kind.ANY)


def operation(**more: object) -> ir.Operation:
    """An operation called ``send_state``."""
    said = {"name": "send_state", "id": Text("device.sendState"), "pointer": Text("")}
    return ir.Operation(method="POST", path="/state", **{**said, **more})  # type: ignore[arg-type] # any keyword of Operation


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("device_state", '"deviceState"'),
        ("body", '"body"'),
        ("import_", '"import"'),
        ("_of_2_parts", '"_of2Parts"'),
    ],
)
def test_a_body_is_called_as_json_would_call_it(name: str, wire: str) -> None:
    """An operation has a name for its body in Python alone."""
    media = ir.Media(media_type=Text("application/json"), type=ANY)
    body = ir.Body(name=name, media=(media,))

    assert action_view(operation(body=body)).body == wire


def test_an_operation_without_a_body_has_no_name_for_one() -> None:
    """The template leaves it out."""
    assert not action_view(operation()).body


def test_a_keyword_is_told_from_other_names() -> None:
    """So that a template can escape it in another way."""
    escaped = action_view(operation(name="import_"))
    plain = action_view(operation())

    assert (escaped.name, escaped.is_escaped) == ("import", True)
    assert (plain.name, plain.is_escaped) == ("send_state", False)
    assert escaped.table == '"_IMPORT_"'


def test_streams_and_forms_are_not_plain() -> None:
    """They take and give more than values."""
    stream = ir.Stream(media_type=Text("text/event-stream"), events=())

    assert action_view(operation()).is_plain
    assert not action_view(operation(stream=stream)).is_plain
    assert not action_view(operation(form=Text("multipart/form-data"))).is_plain
