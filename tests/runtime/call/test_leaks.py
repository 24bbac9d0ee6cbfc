"""No secret of a call is seen, wherever it is and whatever the server makes of it."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
import warnings
from urllib.parse import quote

import pytest
from hypothesis import example, given, strategies as st
from loopback import BEARER, Loopback, json_reply, refused_url, reply
from package._runtime import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ClientConfig,
    Credential,
    Request,
)
from package._runtime.call.request_builder import Engine
from package._runtime.client.sync_core import SyncCore
from package._runtime.redact import HIDDEN
from planted import IN_HEADER, MARK, Sent, marked, sent, spellings
from repeating import IN_HEADERS, REPEATS, Repeating, Repeats, in_details, in_text
from sample import Sample

CONFIG = ClientConfig(
    package="redaction_sdk",
    version="1",
    base_url="http://api.example/v1",
    auth=(
        Credential("token", "bearer", "header", "Authorization"),
        Credential("login", "basic", "header", "Authorization"),
        Credential("in_header", "apiKey", "header", "X-Key"),
        Credential("in_query", "apiKey", "query", "key"),
        Credential("in_cookie", "apiKey", "cookie", "session"),
    ),
)


class Heard(logging.Handler):
    """All that is logged, as text."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))

    def __enter__(self) -> Heard:
        self._logger = logging.getLogger()
        self._level = self._logger.level
        self._logger.addHandler(self)
        self._logger.setLevel(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)


def shown(error: BaseException) -> list[str]:
    """All that anybody sees of an error: printed, logged, pickled."""
    seen = [str(error), repr(error), *traceback.format_exception(error)]
    if isinstance(error, APIError):
        pickled = pickle.dumps(error, protocol=0)
        again: APIError = pickle.loads(pickled)
        seen += [
            repr(vars(error)),
            repr(vars(again)),
            *traceback.format_exception(again),
        ]
        seen += [pickled.decode("latin-1"), pickle.dumps(error).decode("latin-1")]
        seen += list(map(str, vars(error).values()))
    return seen


def seen_of(what: Sent, how: Repeats, said: str) -> tuple[list[str], list[Request]]:
    """What is seen of a call, and the requests that went out."""
    transport = Repeating(how, said)
    with Heard() as log, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        engine = Engine(
            CONFIG,
            credentials=what.credentials,
            headers=what.client_headers,
            max_retries=1,
            strict=True,
        )
        core = SyncCore(engine, transport, sleep=lambda _: None)
        values = () if what.param is None else (what.secret,)
        seen: list[str] = []
        try:
            core.call(what.operation, what.options, *values, body=what.body)
        except Exception as error:  # noqa: BLE001 (of whatever kind)
            seen = shown(error)
        assert seen
    seen += log.lines + [str(each.message) for each in warned]
    return seen + [repr(each) for each in transport.requests], transport.requests


@given(sent(), st.sampled_from(REPEATS), st.integers(0, 7))
@example(Sent(marked("a/b"), credentials={"token": marked("a/b")}), in_details, 0)
@example(Sent(marked('"\\'), body=[{"b": {"pwd": marked('"\\')}}]), in_text, 1)
def test_what_is_sent_is_not_seen(what: Sent, how: Repeats, spelling: int) -> None:
    """In no line of a log, ``repr``, warning, text of an error, or pickle."""
    said = spellings(what.secret)[spelling]
    if how in IN_HEADERS:  # as it may stand there
        said = quote(what.secret, safe="/" * (spelling % 2))

    seen, requests = seen_of(what, how, said)

    assert requests
    hidden = {*spellings(what.secret), repr(what.secret)[1:-1], said}
    hidden.add(
        base64.b64encode(f"me:{what.secret}".encode("utf-8", "replace")).decode()
    )
    for text in seen:
        for form in hidden:
            assert form not in text


@given(IN_HEADER, st.sampled_from("\r\n\0\x01\x0b\x1f\x7f €"), st.booleans())
def test_a_credential_that_cannot_be_sent_is_not_seen(
    secret: str, bad: str, first: bool
) -> None:
    """What is wrong with it is said without it."""
    given = f"{bad}{secret}" if first else f"{secret}{bad}"

    seen, requests = seen_of(Sent(given, credentials={"token": given}), in_text, "")

    if first and bad == " ":  # blanks may stand within: after "Bearer"
        return
    assert requests == []
    assert not [text for text in seen if secret in text]


def test_libraries_say_nothing_of_headers() -> None:
    """Theirs would be in the log of whoever debugs; the default transports see to it."""
    secret = marked("cookie")
    answer = json_reply({"thingId": "t"}, headers={"Set-Cookie": f"a={secret}"})
    with (
        Heard() as log,
        Loopback(answer) as server,
        Sample(
            base_url=server.url, access_token=BEARER, headers={"X-Api-Key": secret}
        ) as client,
    ):
        client.thing.get(thing_id="t1")

    assert log.lines
    assert not [line for line in log.lines if MARK in line or BEARER in line]


def test_a_proxy_is_not_seen() -> None:
    """With its password, when it cannot be reached."""
    secret = marked("proxy")
    proxy = refused_url().replace("//", f"//me:{secret}@")
    with (
        Heard() as log,
        Sample(
            base_url="http://h.example", access_token=BEARER, proxy=proxy, max_retries=0
        ) as client,
        pytest.raises(APIConnectionError) as caught,
    ):
        client.thing.get(thing_id="t1")

    assert not [text for text in [*shown(caught.value), *log.lines] if MARK in text]


def test_a_real_server_that_repeats_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credential of the environment, too."""
    secret = marked("real")
    monkeypatch.setenv("SAMPLE_TOKEN", secret)
    echo = reply(f"no: Bearer {secret}".encode(), status=401, media_type="text/plain")
    with (
        Heard() as log,
        Loopback(echo) as server,
        Sample(base_url=server.url) as client,
        pytest.raises(APIStatusError) as caught,
    ):
        client.thing.get(thing_id="t1")

    assert caught.value.body == f"no: Bearer {HIDDEN}"
    assert not [text for text in [*shown(caught.value), *log.lines] if MARK in text]
