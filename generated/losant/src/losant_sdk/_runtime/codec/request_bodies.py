"""The body of a request, and its media type: of one way to send it, or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ..spec.operation import Body, Operation, Param
from ..transport.content import Source, Streamed
from ..values import Unset
from .parameters import check_header

__all__ = ["encode_body", "is_text"]

_TEXTUAL = (
    "xml",
    "yaml",
    "javascript",
    "x-yaml",
    "x-javascript",
    "x-www-form-urlencoded",
)
"""Subtypes, or what stands after ``+``, that are text."""

_FORMS = ("multipart/", "application/x-www-form-urlencoded")


def is_text(media_type: str) -> bool:
    """Whether a media type is text (RFC 7303, 9512, 9239, WHATWG URL)."""
    kind, _, name = media_type.partition(";")[0].strip().lower().partition("/")
    return kind == "text" or name.rpartition("+")[2] in _TEXTUAL


def encode_body(
    operation: Operation[Any],
    values: Sequence[object],
    body: object,
    headers: dict[str, str],
) -> bytes | Streamed | None:
    """Return the body of a request; its media type goes into the headers.

    Args:
        operation: What is called.
        values: Its arguments, of which some may be the fields of a form.
        body: The body; where there are several ways to send one, a tuple of the
            arguments that may be it.
        headers: Those of the request. The ``Content-Type`` that is among them is the
            one that the caller chose.

    Raises:
        TypeError: Arguments do not go together, or one cannot be sent.
        ValueError: A media type is needed, or the operation does not take it.
    """
    way = next(iter(operation.bodies), None)
    if way is None:
        return None
    if len(operation.bodies) > 1:
        return _choose_body(
            operation, values, cast("tuple[object, ...]", body), headers
        )
    if way.asked or "Content-Type" in headers:
        return _choose_body(operation, values, (body,), headers)
    if way.fields is not None:
        return _encode_form(operation, way.media_type, values, headers)
    if isinstance(body, Unset) or (body is None and not way.nullable):
        return None
    return _encode_one(way, body, headers)


def _encode_form(
    operation: Operation[Any],
    media_type: str,
    values: Sequence[object],
    headers: dict[str, str],
) -> bytes | Streamed:
    from .forms import build_form, build_urlencoded

    if not media_type.startswith("multipart/"):
        headers["Content-Type"] = media_type
        return build_urlencoded(operation, values)
    form = build_form(operation, values, media_type)
    headers["Content-Type"] = form.media_type
    return form


def _choose_body(
    operation: Operation[Any],
    values: Sequence[object],
    arguments: tuple[object, ...],
    headers: dict[str, str],
) -> bytes | Streamed | None:
    """The body in the way that its arguments, and perhaps its media type, say."""
    media_type = headers.pop("Content-Type", "")
    passed = {
        each: _collect_passed(operation, each, values, arguments)
        for each in operation.bodies
    }
    ways = [each for each in operation.bodies if passed[each]]
    if not ways:  # a form may be empty
        usual = operation.bodies[0]
        ways = [each for each in operation.bodies if each.fields is not None]
        ways = [
            e for e in ways if (_takes(e, media_type) if media_type else e is usual)
        ]
    if not ways:
        return None
    if media_type:
        ways = [each for each in ways if _takes(each, media_type)]
    else:
        ways = [each for each in ways if not each.asked]
    if not ways:
        known = ", ".join(n for e in operation.bodies for n in (e.media_type, *e.also))
        problem = f"cannot be {media_type!r}" if media_type else "needs its media type"
        raise ValueError(f"{operation.id}: the body {problem}: one of {known}")
    # Forms may share fields: the one that has most of them is meant.
    way = max(ways, key=lambda each: len(passed[each]))
    if any(not of <= passed[way] for of in passed.values()):
        raise TypeError(f"{operation.id}: the body can be sent in one way only")
    if way.fields is not None:
        fields = set(way.fields)
        own = [value if at in fields else None for at, value in enumerate(values)]
        return _encode_form(operation, way.media_type, own, headers)
    return _encode_one(way, arguments[way.at], headers, media_type)


def _collect_passed(
    operation: Operation[Any],
    way: Body,
    values: Sequence[object],
    arguments: tuple[object, ...],
) -> set[str | int]:
    """What of a way was passed: the names of fields, or the index of the argument."""
    if way.fields is not None:
        fields = [at for at in way.fields if not _is_missing(values[at])]
        return {operation.params[at].wire for at in fields}
    value = arguments[way.at]
    is_null = way.nullable and value is None
    return {way.at} if is_null or not _is_missing(value) else set()


def _is_missing(value: object) -> bool:
    return value is None or isinstance(value, Unset)


def _takes(way: Body, media_type: str) -> bool:
    """Whether a body may be of a media type, by its name or as one of a range."""
    names = [_strip_parameters(each) for each in (way.media_type, *way.also)]
    sent = _strip_parameters(media_type)
    kind = sent.partition("/")[0]
    return any(name in (sent, f"{kind}/*", "*/*") for name in names)


def _strip_parameters(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _encode_one(
    way: Body, body: object, headers: dict[str, str], media_type: str = ""
) -> bytes | Streamed:
    media_type = media_type or way.media_type
    if way.is_json:
        from .json_bodies import encode_json

        anything = media_type.startswith("*/*")
        headers["Content-Type"] = "application/json" if anything else media_type
        return encode_json(body, way.type)
    content: object = body  # whatever else checkers think it is
    if isinstance(body, Mapping) and media_type.startswith(_FORMS):
        # A form whose fields the document does not name.
        fields = cast("Mapping[str, object]", body)
        params = [Param(name, "form") for name in fields]
        form: Operation[Any] = Operation("", "", "", params=params)
        return _encode_form(form, media_type, list(fields.values()), headers)
    headers["Content-Type"] = media_type
    if isinstance(body, str) and is_text(media_type):
        return body.encode()
    # A name has no place here; the media type may be of the caller's choice.
    source = Source(content, "the body")
    if source.media_type:
        check_header("Content-Type", source.media_type)
        headers["Content-Type"] = source.media_type
    return Streamed([source]) if source.whole is None else source.whole
