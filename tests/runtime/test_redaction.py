"""No secret is seen: wherever it stands, and whatever the server makes of it."""

from __future__ import annotations

import base64
import html
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, strategies as st
from loopback import BEARER, Loopback, json_reply, refused_url, reply
from package._runtime import (
    APIConnectionError,
    APIError,
    APIStatusError,
    Body,
    ClientConfig,
    Credential,
    Operation,
    Param,
    Request,
)
from package._runtime.engine import Engine
from package._runtime.model import BaseModel
from package._runtime.redact import (
    HIDDEN,
    is_secret,
    redact_headers,
    redact_url,
    redact_value,
)
from package._runtime.synchronous import SyncCore
from sample import Sample

# What nothing else says, so that finding it means that it leaked.
MARK = "Zq9"


def marked(text: str) -> str:
    """A secret of this text, which can be told from all else."""
    return f"{MARK}{text}{MARK}X"


ANY = st.text(max_size=12).map(marked)
IN_HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=12,
).map(marked)  # fmt: skip
TOKEN = st.from_regex(r"[A-Za-z0-9+/._~-]{0,12}={0,2}", fullmatch=True).map(marked)

NAMES = st.sampled_from(
    [
        *(
            "password",
            "newPassword",
            "accessToken",
            "access_token",
            "apiKey",
            "API_KEY",
        ),
        *("client_secret", "clientSecret", "privateKey", "X-Amz-Signature", "sig"),
        *("authtoken", "sessionId", "Signature", "twoFactorCode", "credentials"),
    ]
)

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


class Sent:
    """A secret on its way: how a call is made that sends it."""

    def __init__(
        self,
        secret: str,
        *,
        credentials: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
        client_headers: Mapping[str, str] | None = None,
        body: object = None,
        param: Param | None = None,
    ) -> None:
        self.secret = secret
        self.credentials = dict(credentials or {})
        self.options = options
        self.client_headers = client_headers
        self.body = body
        self.param = param

    @property
    def operation(self) -> Operation[Any]:
        """What is called."""
        in_path = self.param is not None and self.param.location == "path"
        return Operation(
            "x.post",
            "PUT",
            f"/x/{{{self.param.wire}}}" if in_path and self.param else "/x",
            params=() if self.param is None else (self.param,),
            body=Body("application/json"),
            form=(
                "application/x-www-form-urlencoded"
                if self.param is not None and self.param.location == "form"
                else ""
            ),
            responses={"200": lambda: dict[str, int], "422": lambda: dict[str, str]},
            auth=(tuple(self.credentials),),
            options=(),
        )

    def __repr__(self) -> str:
        return f"Sent({vars(self)})"


@st.composite
def nested(draw: st.DrawFn, secret: str) -> object:
    """JSON in which a secret is somewhere, under a name that tells."""
    names = st.text("abcdef", min_size=1, max_size=4)
    value: object = {draw(NAMES): draw(st.sampled_from([secret, [secret]]))}
    for _ in range(draw(st.integers(0, 4))):
        value = draw(
            st.sampled_from([{draw(names): value}, [value], {"a": 1, "b": value}])
        )
    return value


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """A secret wherever one may stand."""
    place = draw(st.sampled_from(sorted(PLACES)))
    return draw(PLACES[place])


PLACES: dict[str, st.SearchStrategy[Sent]] = {
    "bearer": IN_HEADER.map(lambda s: Sent(s, credentials={"token": s})),
    "basic": ANY.map(lambda s: Sent(s, credentials={"login": f"me:{s}"})),
    "header": IN_HEADER.map(lambda s: Sent(s, credentials={"in_header": s})),
    "query": ANY.map(lambda s: Sent(s, credentials={"in_query": s})),
    "cookie": ANY.map(lambda s: Sent(s, credentials={"in_cookie": s})),
    "own header": IN_HEADER.map(
        lambda s: Sent(s, options={"headers": {"X-Api-Key": s}})
    ),
    "own authorization": TOKEN.map(
        lambda s: Sent(s, options={"headers": {"authorization": f"Custom {s}"}})
    ),
    "own cookie": TOKEN.map(
        lambda s: Sent(s, client_headers={"Cookie": f"a=b; session={s}"})
    ),
    "own query": st.tuples(ANY, NAMES).map(
        lambda each: Sent(each[0], options={"query": {each[1]: each[0]}})
    ),
    "url in a query": st.tuples(TOKEN, NAMES).map(
        lambda each: Sent(
            each[0],
            options={"query": {"back": f"https://x.example/cb?{each[1]}={each[0]}"}},
        )
    ),
    "body": ANY.flatmap(
        lambda s: nested(s).map(lambda body: Sent(s, body=body)),
    ),
    "parameter": st.tuples(
        TOKEN, NAMES, st.sampled_from(["path", "query", "header", "cookie", "form"])
    ).map(lambda each: Sent(each[0], param=Param(each[1], each[2]))),
}


def spellings(secret: str) -> list[str]:
    """As servers may repeat it."""
    in_json = json.dumps(secret)[1:-1]
    return [
        secret,
        in_json,
        in_json.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
    ]


class Answered:
    """A response that is there already."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def chunks(self) -> Iterator[bytes]:
        """All at once."""
        yield self._body

    def close(self) -> None:
        """Nothing is held."""


Repeats = Callable[[Request, str], Answered]
"""A server that repeats something."""


def answered(status: int, body: str, media_type: str, **headers: str) -> Answered:
    """A response that says something."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(
        status,
        {"content-type": media_type, **named},
        body.encode("utf-8", "surrogatepass"),
    )


def in_message(_: Request, said: str) -> Answered:
    """As errors of APIs do."""
    body = json.dumps({"type": "Bad", "message": f"no such: {said}!"})
    return answered(400, body, "application/json")


def in_details(_: Request, said: str) -> Answered:
    """Far within, as value and as name, and with slashes escaped."""
    body = json.dumps({"errors": [{"given": [said], said: 1}]}).replace("/", "\\/")
    return answered(422, body, "application/json")


def in_type(_: Request, said: str) -> Answered:
    """In what names the kind of error."""
    return answered(403, json.dumps({"type": said}), "application/json")


def in_text(_: Request, said: str) -> Answered:
    """In no JSON, and again and again."""
    return answered(500, f"cannot {said}, {said}", "text/plain")


def in_html(_: Request, said: str) -> Answered:
    """With a status that says that all is well."""
    return answered(200, f"<p>{said}</p>", "text/html")


def in_misfit(_: Request, said: str) -> Answered:
    """In a body that does not fit, at the place and in the name."""
    return answered(200, json.dumps({"a": said, said: "b"}), "application/json")


def in_half_a_body(_: Request, said: str) -> Answered:
    """In JSON that ends too early."""
    return answered(503, json.dumps({"message": said})[:-2], "application/json")


def in_headers(_: Request, said: str) -> Answered:
    """In those whose names tell nothing."""
    safe = (
        quote(said, safe="") if not said.isascii() or not said.isprintable() else said
    )
    return answered(
        409,
        "",
        "",
        x_echo=safe,
        link=f"<https://s.example/f?X-Amz-Signature={quote(said, safe='')}&a=1>",
    )


def in_redirect(_: Request, said: str) -> Answered:
    """To where nobody follows."""
    return answered(302, "", "", location=f"ftp://me:pw@h.example/x?q={said}")


def in_redirects(_: Request, said: str) -> Answered:
    """Round and round, in a parameter that tells nothing."""
    return answered(303, "", "", location=f"/around?q={said}")


def in_failure(request: Request, _: str) -> Answered:
    """A transport that says in its error what it was to send."""
    raise APIConnectionError(f"cannot send {request.url} with {request.headers}")


IN_HEADERS: list[Repeats] = [in_headers, in_redirect, in_redirects]
REPEATS: list[Repeats] = [
    *(in_message, in_details, in_type, in_text, in_html, in_misfit, in_half_a_body),
    *(*IN_HEADERS, in_failure),
]


class Repeating:
    """A transport whose server repeats a secret."""

    def __init__(self, how: Repeats, said: str) -> None:
        self._how = how
        self._said = said
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answered:
        """Keep the request, and answer."""
        self.requests.append(request)
        return self._how(request, self._said)

    def close(self) -> None:
        """Nothing is held."""


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
        again: APIError = pickle.loads(pickled)  # noqa: S301 (our own)
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


@given(ANY, st.sampled_from(["", "http://", "https://", "//"]))
def test_user_information_is_not_seen(secret: str, scheme: str) -> None:
    """Also where there is no scheme, and among other words."""
    quoted = quote(secret, safe="")
    for user in (f"{quoted}@", f"me:{quoted}@", f"{quoted}:me@"):
        url = f"{scheme or '//'}{user}host.example/a"
        for text in (url, f"no way to {url} or http://{user}b/ at all"):
            assert quoted not in redact_url(text)


@given(
    ANY,
    NAMES,
    st.sampled_from(
        [
            "https://h.example/a?b=1&{name}={value}&c=2",
            "https://h.example/a?{name}={value}#b",
            "https://h.example/cb#{name}={value}&state=1",
            "https://h.example/a;{name}={value}/b",
            "https://h.example/a?b=1;{name}={value}",
            "https://h.example/a?u=http://i.example/?{name}={value}",
            "/a?{name}={value}",
            "?{name}={value}",
        ]
    ),
    st.integers(0, 6),
)
def test_values_of_urls_are_not_seen(
    secret: str, name: str, url: str, depth: int
) -> None:
    """Of the query, the path and the fragment, however deep they are quoted."""
    quoted = quote(secret, safe="")
    made = url.format(name=name, value=quoted)
    for _ in range(depth):
        made = f"https://h.example/go?to={quote(made, safe='')}&page=1"
        quoted = quote(quoted, safe="")

    hidden = redact_url(made)

    assert quoted not in hidden
    assert MARK not in hidden
    assert redact_url(hidden) == hidden
    assert HIDDEN in hidden
    assert depth == 0 or hidden.endswith("&page=1")


@given(st.text())
def test_any_text_can_be_redacted(text: str) -> None:
    """A server may send anything for a URL; what is redacted stays so."""
    hidden = redact_url(text)

    assert redact_url(hidden) == hidden


@pytest.mark.parametrize("text", ["%25" * 20_000, ";a=1" * 20_000, "?a=%" * 20_000])
def test_no_text_is_too_much(text: str) -> None:
    """Nor is one that is made to be."""
    assert redact_url(f"http://h.example/{text}").startswith("http://h.example/")


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/a%20b/c?d=%20e&f=1;g=2#top",
        "https://h.example/a;v=1/b?filter[0][key]=floor",
        "https://h.example/?back=https%3A%2F%2Fx.example%2F%3Fa%3D1",
        "mailto:me@h.example",
    ],
)
def test_a_url_without_secrets_is_seen_whole(url: str) -> None:
    """Redacting changes nothing else."""
    assert redact_url(url) == url


STYLES: list[Callable[[list[str]], str]] = [
    "_".join,
    "-".join,
    lambda words: "".join(words),
    lambda words: "".join(each.capitalize() for each in words),
    lambda words: words[0] + "".join(each.capitalize() for each in words[1:]),
    lambda words: "_".join(words).upper(),
    lambda words: f"user[{'_'.join(words)}]",
]


@given(
    st.sampled_from(["", "x", "new", "client", "user", "access", "refresh"]),
    st.sampled_from(
        ["password", "passwd", "token", "secret", "api key", "signature", "cookie"]
    ),
    st.sampled_from(STYLES),
)
def test_names_tell_in_every_style(
    before: str, word: str, style: Callable[[list[str]], str]
) -> None:
    """``accessToken``, ``ACCESS_TOKEN``, ``accesstoken``."""
    assert is_secret(style([*before.split(), *word.split()]))


@pytest.mark.parametrize("name", ["broken", "secretary", "tokenizer", "cookies_total"])
def test_names_that_are_like_others(name: str) -> None:
    """The last one does tell."""
    assert is_secret(name) == name.startswith("cookies")


class Part(BaseModel):
    """A model with fields that the document does not know."""

    name: str = ""
    passwords: list[str] = []  # noqa: RUF012 (pydantic copies it)


@given(ANY, st.data())
def test_a_model_does_not_show_secrets(secret: str, data: st.DataObject) -> None:
    """In fields of its own, and in what was kept of the server's answer, at any depth."""
    part = Part.model_validate(
        {"name": "n", "passwords": [secret], "more": data.draw(nested(secret))}
    )

    for text in (repr(part), str(part), repr([part]), f"{part}"):
        assert secret not in text
        assert repr(secret)[1:-1] not in text
    assert "name='n'" in repr(part)
    assert part.passwords == [secret]


def test_what_is_no_secret_is_shown() -> None:
    """Numbers that are codes, keys that are names, and what is not there."""
    value = {"code": 404, "keys": [1], "token": None, "secret": True, "a": [1.5, "x"]}

    assert redact_value(value) == value
    assert redact_value({"pin": 123456, "key": "k"}) == {"pin": HIDDEN, "key": HIDDEN}


@given(ANY)
def test_headers_of_answers_are_redacted(secret: str) -> None:
    """By name, as URLs, and because they were sent."""
    found = redact_headers(
        {
            "Set-Cookie": f"a={secret}",
            "Location": f"//me:{secret}@h.example/",
            "X-Echo": f"<{secret}>",
            "Retry-After": "1",
        },
        [secret],
    )

    assert MARK not in repr({k: v for k, v in found.items() if k != "location"})
    assert found["retry-after"] == "1"


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
