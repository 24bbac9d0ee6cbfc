"""What is hidden of names, URLs, texts, headers, bodies and models, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st
from package._runtime.codec.model import BaseModel
from package._runtime.redact import (
    HIDDEN,
    is_secret,
    redact_content,
    redact_headers,
    redact_text,
    redact_url,
    redact_value,
    secrets_of,
)
from planted import ANY, MARK, NAMES, nested

# ----------------------------------------------------------------------- names


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


# ------------------------------------------------------------------------ URLs


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


# ------------------------------------------------------ what else may hold one


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


def test_what_is_no_secret_is_shown() -> None:
    """Numbers that are codes, keys that are names, and what is not there."""
    value = {"code": 404, "keys": [1], "token": None, "secret": True, "a": [1.5, "x"]}

    assert redact_value(value) == value
    assert redact_value({"pin": 123456, "key": "k"}) == {"pin": HIDDEN, "key": HIDDEN}


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
