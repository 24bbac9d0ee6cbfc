"""The tree of errors, what each tells, and what stays out of it."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import pytest
from faces import Face
from loopback import Loopback, json_reply, reply
from package import _runtime
from package._runtime import (
    UNSET,
    APIConnectionError,
    APIDecodeError,
    APIError,
    APIStatusError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    MissingCredentialsError,
    NotFoundError,
    ResponseTooLargeError,
    Unset,
    errors,
)
from package._runtime.errors import choose_status_error
from sample.models import Error
from things import get

ALL: list[APIError] = [
    MissingCredentialsError("m"),
    APIConnectionError("m", sent=False, method="GET", url="http://x", attempts=3),
    APITimeoutError("m", attempts=2),
    APIDecodeError("m", status=200, headers={"a": "b"}, content=b"c"),
    ResponseTooLargeError("m", status=200, headers={"a": "b"}, limit=1),
    NotFoundError(
        "m",
        status=404,
        type="NotFound",
        body=Error(type="NotFound", message="m"),
        headers={"a": "b"},
        retry_after=1.5,
        method="GET",
        url="http://x",
        attempts=1,
    ),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_errors_travel_between_processes(error: APIError) -> None:
    """Pickled and copied they are the same, the typed body included."""
    pickled = pickle.loads(pickle.dumps(error))
    for again in (pickled, copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """Every error stands in it, under its base."""
    drawn: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    tree = (errors.__doc__ or "").partition("Whatever happens")[0]
    for line in tree.splitlines():
        found = re.match(r"([│├└─ ]*)(\w+Error)\b", line)
        if found:
            depth = len(found[1])
            path = [(d, name) for d, name in path if d < depth]
            drawn[found[2]] = path[-1][1] if path else "Exception"
            path.append((depth, found[2]))

    real = {
        name: kind.__mro__[1].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, APIError)
    }
    assert drawn == real


@pytest.mark.parametrize("status", [*range(300, 600), 999])
def test_every_status_has_a_class(status: int) -> None:
    """Its own, else that of its hundred."""
    kind = choose_status_error(status)

    assert issubclass(kind, APIStatusError)
    assert issubclass(kind, InternalServerError) == (status >= 500)


def test_a_timeout_is_a_connection_error() -> None:
    """One ``except`` catches both."""
    assert issubclass(APITimeoutError, APIConnectionError)
    assert issubclass(MissingCredentialsError, ValueError)


def test_unset_is_one_and_no_value() -> None:
    """Also after it was copied or pickled."""
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
    assert copy.deepcopy([UNSET])[0] is UNSET
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(_runtime.UNSET, Unset)


# ----------------------------------------------------------------- connections


def test_an_error_has_the_class_of_its_status_and_what_the_server_says(
    face: Face,
) -> None:
    """Status, type, message, typed body, headers, method, URL and attempts."""
    answer = json_reply(
        {"type": "NotFound", "message": "no such thing"},
        status=404,
        headers={"X-Request-Id": "r1"},
    )
    with (
        Loopback(answer) as server,
        pytest.raises(NotFoundError) as caught,
    ):
        face(get, base_url=server.url)

    error = caught.value
    assert (error.status, error.type, error.message) == (
        404,
        "NotFound",
        "no such thing",
    )
    assert isinstance(error.body, Error)
    assert error.headers["x-request-id"] == "r1"
    assert error.method == "GET"
    assert error.url == f"{server.url}/things/t1?_actions=false"
    assert error.attempts == 1
    assert "no such thing" in str(error)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/x-amz-json-1.1",
        "application/problem+json; charset=utf-8",
        "text/JSON",
    ],
)
def test_json_has_many_names(face: Face, media_type: str) -> None:
    """The body of an error is typed whatever the server calls JSON."""
    answer = reply(b'{"type": "a", "message": "b"}', status=404, media_type=media_type)
    with Loopback(answer) as server, pytest.raises(NotFoundError) as caught:
        face(get, base_url=server.url)

    assert isinstance(caught.value.body, Error)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (reply(b"<html>oops", status=400, media_type="text/html"), "<html>oops"),
        (json_reply(["what"], status=400), ["what"]),
        (json_reply({"message": 7}, status=400), {"message": 7}),
        (reply(b"{", status=400, media_type="application/json"), "{"),
        (reply(status=400), None),
    ],
)
def test_an_error_whose_body_does_not_fit_has_it_raw(
    face: Face, answer: Any, body: object
) -> None:
    """The status decides; the body is there as it came."""
    with Loopback(answer) as server, pytest.raises(BadRequestError) as caught:
        face(get, base_url=server.url)

    assert caught.value.body == body
    assert caught.value.message == "status 400"


def test_a_secret_that_the_server_repeats_is_hidden(face: Face) -> None:
    """Neither the message nor the headers of an error hold the token."""
    answer = json_reply(
        {"type": "Bad", "message": "bad token: secret-token"},
        status=400,
        headers={"Set-Cookie": "session=abc"},
    )
    with Loopback(answer) as server, pytest.raises(BadRequestError) as caught:
        face(get, base_url=server.url)

    assert caught.value.message == "bad token: [redacted]"
    assert caught.value.headers["set-cookie"] == "[redacted]"
