"""Secrets stay out of logs, ``repr`` and exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import cast

__all__ = [
    "HIDDEN",
    "is_secret",
    "redact_content",
    "redact_headers",
    "redact_text",
    "redact_url",
    "secrets_of",
]

HIDDEN = "[redacted]"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRETS = frozenset({
    "authorization", "bearer", "cookie", "cookies", "credential", "credentials", "csrf",
    "jwt", "otp", "passcode", "passphrase", "passwd", "password", "passwords", "pin",
    "pwd", "secret", "secrets", "session", "sessionid", "sig", "signature", "token",
    "tokens", "totp", "xsrf",
})  # fmt: skip
_KEYS = frozenset({
    "access", "account", "api", "application", "auth", "client", "encryption", "function",
    "functions", "license", "master", "private", "secret", "service", "shared", "signing",
    "storage", "subscription", "x",
})  # fmt: skip
"""A key of one of these kinds opens something; any other key is a name."""
_WHOLE = frozenset({
    "auth", "key", "code", "apikey", "accesskey", "privatekey", "secretkey", "keys",
})  # fmt: skip
_NAMES = frozenset({"key", "keys", "code"})
_SHORTEST = 6
"""Characters of a secret that is looked for in text: shorter ones stand in any text."""


def is_secret(name: str) -> bool:
    """Whether a header, parameter or field of this name may hold a secret."""
    if name.lower() in _WHOLE:
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    for before, word in zip(["", *words], words, strict=False):
        if word in _SECRETS or word in _WHOLE - {"key", "code", "auth", "keys"}:
            return True
        if word in ("key", "keys") and before in _KEYS:
            return True
        if word == "code" and before == "factor":
            return True
    return False


def redact_url(url: str) -> str:
    """A URL without user information and without values that may be secrets."""
    scheme, mark, rest = url.partition("://")
    if mark:
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        user, at, _ = authority.rpartition("@")
        if at:
            url = f"{scheme}://{HIDDEN}@{rest[len(user) + 1 :]}"
    head, mark, query = url.partition("?")
    if not mark:
        return url
    query, hash_, fragment = query.partition("#")
    parts: list[str] = []
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        hide = equals and is_secret(_unquoted(name))
        parts.append(f"{name}={HIDDEN}" if hide else part)
    return head + mark + "&".join(parts) + hash_ + fragment


def _unquoted(name: str) -> str:
    # A name that is percent-encoded hides nothing.
    if "%" not in name:
        return name
    from urllib.parse import unquote

    return unquote(name)


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name, without values that may be secrets."""
    return {
        name.lower(): HIDDEN if is_secret(name) else value
        for name, value in headers.items()
    }


def redact_text(text: str, secrets: Iterable[str]) -> str:
    """A text of somebody else without the secrets that were sent to them."""
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text


def redact_content(content: bytes, secrets: Iterable[str]) -> bytes:
    """A body of somebody else without the secrets that were sent to them."""
    import json  # needed after a failure only

    for secret in secrets:
        if len(secret) >= _SHORTEST:
            # In text as it is, and in both ways to write it in JSON.
            forms = {secret, json.dumps(secret)[1:-1]}
            forms.add(json.dumps(secret, ensure_ascii=False)[1:-1])
            for form in sorted(forms, key=len, reverse=True):
                raw = form.encode("utf-8", "surrogatepass")
                content = content.replace(raw, HIDDEN.encode())
    return content


def secrets_of(content: object) -> list[str]:
    """What the fields of a body hold whose names tell of secrets: a password, say.

    A field that is just called ``key`` or ``code`` names something more often than not.
    """
    if not isinstance(content, bytes) or not content.startswith(b"{"):
        return []
    import json

    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError):  # no JSON
        return []
    fields = cast("dict[str, object]", body)
    return [
        value
        for name, value in fields.items()
        if isinstance(value, str) and is_secret(name) and name.lower() not in _NAMES
    ]
