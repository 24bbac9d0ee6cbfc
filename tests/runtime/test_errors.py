"""The tree of errors, and what stays out of it."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re

import pytest
from hypothesis import given, strategies as st
from package import _runtime
from package._runtime import (
    UNSET,
    APIConnectionError,
    APIDecodeError,
    APIError,
    APIStatusError,
    APITimeoutError,
    InternalServerError,
    MissingCredentialsError,
    NotFoundError,
    ResponseTooLargeError,
    Unset,
    errors,
)
from package._runtime.errors import status_error
from package._runtime.redact import (
    HIDDEN,
    is_secret,
    redact_content,
    redact_headers,
    redact_text,
    redact_url,
    secrets_of,
)
from sample.models import Error

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
    pickled = pickle.loads(pickle.dumps(error))  # noqa: S301
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
    kind = status_error(status)

    assert issubclass(kind, APIStatusError)
    assert issubclass(kind, InternalServerError) == (status >= 500)


def test_a_timeout_is_a_connection_error() -> None:
    """One ``except`` catches both."""
    assert issubclass(APITimeoutError, APIConnectionError)
    assert issubclass(MissingCredentialsError, ValueError)


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "X-Api-Key",
        "apiKey",
        "api_key",
        "APIKey",
        "accessToken",
        "access_token",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
        "sig",
        "password",
        "newPassword",
        "client_secret",
        "privateKey",
        "Set-Cookie",
        "sessionId",
        "key",
        "code",
        "user[password]",
    ],
)
def test_names_of_secrets(name: str) -> None:
    """Whatever their style."""
    assert is_secret(name)
    assert is_secret(name.upper()) or not name.isascii() or name != name.lower()


@pytest.mark.parametrize(
    "name",
    [
        "keywords[0]",
        "tagFilter[0][key]",
        "sortKey",
        "Accept",
        "design",
        "signal",
        "author",
        "statusCode",
        "postcode",
        "monkey",
        "page",
        "deviceId",
    ],
)
def test_names_of_other_things(name: str) -> None:
    """What only looks like one stays readable."""
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://x/a?page=1", "http://x/a?page=1"),
        ("http://x/a?token=abc&page=1", f"http://x/a?token={HIDDEN}&page=1"),
        ("http://x/a?%74oken=abc", f"http://x/a?%74oken={HIDDEN}"),
        ("http://u:p@x/a", f"http://{HIDDEN}@x/a"),
        ("HTTP://u:p@w@x/a?b=@", f"HTTP://{HIDDEN}@x/a?b=@"),
        ("http://x/a@b", "http://x/a@b"),
        ("http://x/a?sig=1#top", f"http://x/a?sig={HIDDEN}#top"),
        ("/x?key=1", f"/x?key={HIDDEN}"),
        ("http://x/?token", "http://x/?token"),
    ],
)
def test_urls_without_secrets(url: str, shown: str) -> None:
    """User information and values; all else stays."""
    assert redact_url(url) == shown


_SECRET = st.text("ABCDEFGHJKLMNP", min_size=8, max_size=12)
_PLAIN = st.text("abcdefghijkl0123456789-_.~%/", max_size=8)


@given(
    _SECRET,
    st.lists(_PLAIN, max_size=3),
    st.sampled_from(["token", "api_key", "X-Amz-Signature", "clientSecret"]),
    st.booleans(),
)
def test_no_secret_is_left_in_a_url(
    secret: str, names: list[str], name: str, in_user: bool
) -> None:
    """Wherever it stands, and whatever is around it."""
    user = f"me:{secret}@" if in_user else ""
    query = "&".join([*(f"{each}=1" for each in names), f"{name}={secret}"])

    shown = redact_url(f"https://{user}host.example/path?{query}")

    assert secret not in shown
    assert shown.startswith("https://")
    assert "host.example/path?" in shown
    assert redact_url(shown) == shown


@given(st.text(), _SECRET, st.text())
def test_no_secret_is_left_in_a_text(before: str, secret: str, after: str) -> None:
    """One that is long enough to be one."""
    assert secret not in redact_text(before + secret + after, [secret])
    assert redact_text(before, ["abc"]) == before


def test_headers_without_secrets() -> None:
    """By lower-case name."""
    headers = {"Set-Cookie": "a=b", "Retry-After": "3", "X-Request-Id": "r"}

    assert redact_headers(headers) == {
        "set-cookie": HIDDEN,
        "retry-after": "3",
        "x-request-id": "r",
    }


@given(st.text(min_size=6), st.booleans(), st.text(), st.text())
def test_a_secret_does_not_come_back(
    secret: str, ascii: bool, before: str, after: str
) -> None:
    """However the server writes it in JSON."""
    body = json.dumps([f"{before}{secret}{after}"], ensure_ascii=ascii)
    raw = body.encode("utf-8", "surrogatepass")

    hidden = redact_content(raw, [secret])

    assert "[redacted]" in hidden.decode("utf-8", "surrogatepass")


def test_what_of_a_body_is_secret() -> None:
    """Fields of it that say so; a body that is no object of JSON has none."""
    body = {"email": "a@b.example", "password": "hunter2", "twoFactorCode": "123456"}
    names = {"key": "floor", "code": "EUR", "secret": 7}

    assert secrets_of(json.dumps({**body, **names}).encode()) == ["hunter2", "123456"]
    for content in (None, b"", b"[1]", b"{", b"{\xff}", b'{"a":' * 100_000, object()):
        assert secrets_of(content) == []


def test_unset_is_one_and_no_value() -> None:
    """Also after it was copied or pickled."""
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301
    assert copy.deepcopy([UNSET])[0] is UNSET
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(_runtime.UNSET, Unset)
