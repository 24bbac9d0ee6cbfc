"""Responses → what a call returns or raises, by status and media type."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from typing import Any, Protocol, cast

from ..codec.misfit import Misfit
from ..errors import (
    APIConnectionError,
    APIDecodeError,
    APIError,
    APIStatusError,
    ResponseTooLargeError,
    choose_status_error,
)
from ..redact import redact_content, redact_headers, redact_text
from ..spec.operation import Typed
from ..transport.body_reader import BodyReader, Damaged, TooLarge
from .exchange import Exchange
from .media_types import is_json, may_be_json
from .retry import parse_retry_after

__all__ = [
    "decode_event_data",
    "decode_result",
    "make_body_error",
    "make_body_reader",
    "make_decode_error",
    "make_status_error",
]

_OF_ERRORS = 1024 * 1024
"""Bytes of the body of an error that are read; what is beyond says nothing more."""


class _Decode(Protocol):
    def __call__(
        self, kind: object, content: bytes, *, what: str, strict: bool
    ) -> object: ...


@functools.cache
def _load_decode() -> _Decode:
    """What decodes: it loads pydantic, and an import takes its time at each event."""
    from ..codec.decode import decode

    return decode


def make_body_reader(
    exchange: Exchange, status: int, headers: Mapping[str, str]
) -> BodyReader:
    """What takes the body of a response in.

    Raises:
        ResponseTooLargeError: It would be too large.
    """
    limit = exchange.limit
    if status >= 400:
        most = _OF_ERRORS if limit is None else min(_OF_ERRORS, limit)
        return BodyReader(headers, most, cut=True)
    # What has no body may still say how long it would be.
    bodiless = exchange.request.method == "HEAD" or status in (204, 304)
    try:
        if exchange.saved is not None and 200 <= status < 300:
            return exchange.saved.start(headers, limit)
        return BodyReader(headers, None if bodiless else limit)
    except TooLarge as error:
        raise make_body_error(exchange, error, status, headers) from None


def make_body_error(
    exchange: Exchange,
    error: Damaged | TooLarge,
    status: int,
    headers: Mapping[str, str],
) -> APIError:
    """The error of a body that is not taken in."""
    if isinstance(error, Damaged):
        return APIConnectionError(f"the answer is damaged: {error}", **exchange.where)
    limit = exchange.limit or 0
    return ResponseTooLargeError(
        f"{exchange.operation.id}: the answer is larger than max_response_bytes"
        f" ({limit}): {error}",
        status=status,
        headers=redact_headers(headers, exchange.collect_secrets()),
        limit=limit,
        **exchange.where,
    )


def decode_result(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> Any:
    """What a call returns.

    Raises:
        APIStatusError: The status is no success, and not documented as one.
        APIDecodeError: The body is not what the API documents, and ``strict``; or it is
            not JSON at all where JSON is documented.
    """
    responses = exchange.operation.responses
    if not 200 <= status < 300 and (status >= 400 or str(status) not in responses):
        raise make_status_error(exchange, status, headers, content)
    known, typed = _find_type(responses, status)
    if not known:
        known, typed = _find_only_success(responses)
    if status < 300:
        typed = _choose_shape(exchange, typed)
        typed = _find_offered_type(exchange, headers) or typed
    if known and typed is None:
        return None
    if not content and _is_bodiless(exchange, status):
        return None
    if not content and not (typed and _is_empty(typed(), headers)):
        return _accept_missing_body(exchange, status, headers)
    if typed is None:
        return _decode_undocumented(exchange, status, headers, content)
    return _decode_body(exchange, typed(), status, headers, content)


def _decode_body(
    exchange: Exchange,
    kind: object,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
) -> Any:
    media_type = headers.get("content-type", "")
    if kind is bytes and not is_json(media_type):
        return content
    if kind is str and not is_json(media_type):
        return _decode_text(content, media_type)
    try:
        what = exchange.operation.id
        return _load_decode()(kind, content, what=what, strict=exchange.strict)
    except Misfit as error:
        problem = str(error)
        if media_type and not may_be_json(media_type):
            problem = f"expected JSON, got {media_type}"
        raise make_decode_error(exchange, problem, status, headers, content) from None


def _is_bodiless(exchange: Exchange, status: int) -> bool:
    """Whether a response never has a body (RFC 9110, 9.3.2, 15.3.5 and 15.3.6)."""
    return status in (204, 205) or exchange.request.method == "HEAD"


def _is_empty(kind: object, headers: Mapping[str, str]) -> bool:
    """Whether no bytes are a body: that of an empty file, or of an empty text."""
    media_type = headers.get("content-type", "")
    return kind is bytes or (kind is str and not is_json(media_type or "/json"))


def _accept_missing_body(
    exchange: Exchange, status: int, headers: Mapping[str, str]
) -> None:
    """No body, where one is documented."""
    problem = f"status {status} without the body that is documented"
    if exchange.strict:
        raise make_decode_error(exchange, problem, status, headers, b"")
    from ..codec.decode import warn

    warn(f"{exchange.operation.id}: {problem}")


def _decode_undocumented(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> object:
    """A success that the document does not know: its body as it is."""
    problem = f"status {status} is not documented"
    if exchange.strict:
        raise make_decode_error(exchange, problem, status, headers, content)
    from ..codec.decode import warn

    warn(f"{exchange.operation.id}: {problem}")
    return _decode_untyped(headers, content)


def make_decode_error(
    exchange: Exchange,
    problem: str,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
) -> APIDecodeError:
    """The error of an answer that is not what the API documents."""
    secrets = exchange.collect_secrets()
    return APIDecodeError(
        f"{exchange.operation.id}: {redact_text(problem, secrets)}",
        status=status,
        headers=redact_headers(headers, secrets),
        content=redact_content(content, secrets),
        **exchange.where,
    )


def make_status_error(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> APIStatusError:
    """The error that a status stands for."""
    secrets = exchange.collect_secrets()
    content = redact_content(content, secrets)
    raw = _decode_untyped(headers, content)
    said = _to_object(raw)
    message, kind = said.get("message"), said.get("type")
    if not isinstance(message, str):
        message = f"status {status}"
        if status < 400 and (location := headers.get("location")):
            from ..redact import redact_url

            message = f"a redirect that is not followed, to {redact_url(location)}"
    return choose_status_error(status)(
        redact_text(message, secrets),
        status=status,
        type=kind if isinstance(kind, str) else None,
        body=_decode_error_body(exchange, status, headers, content, raw),
        headers=redact_headers(headers, secrets),
        retry_after=parse_retry_after(headers.get("retry-after"), time.time()),
        **exchange.where,
    )


def _to_object(raw: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", raw) if isinstance(raw, dict) else {}


def _decode_error_body(
    exchange: Exchange,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    raw: object,
) -> object:
    """The body of an error in its documented type, if it fits, else as it is."""
    _, typed = _find_type(exchange.operation.responses, status)
    if (
        typed is None
        or not content
        or not may_be_json(headers.get("content-type", "json"))
    ):
        return raw
    try:
        return _load_decode()(typed(), content, what=exchange.operation.id, strict=True)
    except Misfit:
        return raw


def decode_event_data(exchange: Exchange, event: str, data: str) -> object:
    """The data of an event: typed, else plain JSON, else text."""
    events = exchange.operation.events
    typed = events.get(event) or events.get("")  # whatever its name is
    content = data.encode()
    try:
        if typed is None:
            from ..codec.decode import decode_json

            return decode_json(content)
        kind = typed()
        if kind is str:
            return data
        what = f"{exchange.operation.id} ({event})"
        return _load_decode()(kind, content, what=what, strict=exchange.strict)
    except Misfit as error:
        if exchange.strict and typed is not None:
            raise make_decode_error(exchange, str(error), 200, {}, content) from None
        return data


def _decode_untyped(headers: Mapping[str, str], content: bytes) -> object:
    """JSON where it is JSON, else text, else bytes."""
    if not content:
        return None
    media_type = headers.get("content-type", "")
    if may_be_json(media_type) or not media_type:
        from ..codec.decode import decode_json

        try:
            return decode_json(content)
        except Misfit:
            return content.decode("utf-8", "replace")
    if media_type.startswith("text/"):
        return _decode_text(content, media_type)
    return content


def _decode_text(content: bytes, media_type: str) -> str:
    _, _, found = media_type.lower().partition("charset=")
    try:
        return content.decode(found.split(";")[0].strip(" \"'") or "utf-8", "replace")
    except (LookupError, UnicodeError):  # no character set that there is
        return content.decode("utf-8", "replace")


def _find_type(
    responses: Mapping[str, Typed | None], status: int
) -> tuple[bool, Typed | None]:
    """Whether a status is documented, by itself, its range or by default; its type."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in responses:
            return True, responses[key]
    return False, None


def _find_only_success(
    responses: Mapping[str, Typed | None],
) -> tuple[bool, Typed | None]:
    """The type of the one success that is documented: the best guess for another."""
    found = [typed for key, typed in responses.items() if key.startswith("2")]
    return (True, found[0]) if len(found) == 1 else (False, None)


def _find_offered_type(exchange: Exchange, headers: Mapping[str, str]) -> Typed | None:
    """The type of a media type that is not the usual one."""
    offers = exchange.operation.offers
    if not offers:
        return None
    media_type = headers.get("content-type", "")
    name = media_type.partition(";")[0].strip()
    return offers.get(media_type) or offers.get(name)


def _choose_shape(exchange: Exchange, typed: Typed | None) -> Typed | None:
    """The type with these arguments: of the row that most of them fit."""
    operation = exchange.operation
    if not operation.shapes:
        return typed
    wires = {p.wire: v for p, v in zip(operation.params, exchange.values, strict=True)}
    best = 0
    for when, shape in operation.shapes:
        fits = all(wires.get(wire) is value for wire, value in when)
        if fits and len(when) > best:
            best, typed = len(when), shape
    return typed
