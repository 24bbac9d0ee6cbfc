"""Which credentials a call presents, and how (OpenAPI 3.1, Security Scheme Object)."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from ..codec.parameters import check_header, format_pair
from ..errors import MissingCredentialsError
from ..spec.operation import ClientConfig, Credential, Operation

__all__ = ["Credentials", "Presented", "Secret"]

Secret: TypeAlias = "str | Callable[[], str | Awaitable[str]]"  # noqa: S105 (a type)
"""A credential, or what gives the one that is valid now."""


class Presented:
    """A credential as a request holds it; ``source`` is the function that gave it."""

    __slots__ = ("credential", "secret", "source")

    def __init__(
        self, credential: Credential, secret: str, source: Secret | None
    ) -> None:
        self.credential: Credential = credential
        self.secret: str = secret
        self.source: Callable[[], str | Awaitable[str]] | None = (
            source if callable(source) else None
        )

    def add(self, url: str, headers: dict[str, str]) -> str:
        """Add the credential to the headers, or to the URL, which is returned.

        Some operations have a key as a parameter, too: what is passed there counts.
        """
        credential, secret = self.credential, self.secret
        name, value = credential.wire, secret
        if credential.scheme == "bearer":
            value = f"Bearer {secret}"
        elif credential.scheme == "basic":
            value = f"Basic {b64encode(secret.encode()).decode()}"
        elif credential.location == "query":
            if any(f"{mark}{format_pair(name, '')}" in url for mark in "?&"):
                return url
            return f"{url}{'&' if '?' in url else '?'}{format_pair(name, secret)}"
        elif credential.location == "cookie":
            held = list(filter(None, headers.get("Cookie", "").split("; ")))
            if any(each.startswith(f"{name}=") for each in held):
                return url
            value = "; ".join([*held, f"{name}={quote(secret, safe='')}"])
            name = "Cookie"
        elif any(each.lower() == name.lower() for each in headers):
            return url
        check_header(name, value)
        headers[name] = value
        return url


class Credentials:
    """The credentials of a client: those passed, else those of the environment.

    Attributes:
        names: Headers that hold credentials, in lower case.
        renewable: Whether one of them is asked for anew at each request.
    """

    def __init__(
        self, config: ClientConfig, given: Mapping[str, Secret | None]
    ) -> None:
        self._known = {credential.name: credential for credential in config.auth}
        self._default = tuple((credential.name,) for credential in config.auth[:1])
        self._given = dict(given)
        self.names: frozenset[str] = frozenset(
            each.wire.lower() for each in config.auth if each.location == "header"
        )
        self.renewable: bool = any(callable(value) for value in self._given.values())

    def has(self, name: str) -> bool:
        """Whether there is a credential, passed or in the environment."""
        if self._given.get(name) is not None:
            return True
        variable = self._known[name].environment
        return bool(variable and os.environ.get(variable))

    def provide(self, name: str, source: Callable[[], str | Awaitable[str]]) -> None:
        """Take a credential from a function: nobody passed it."""
        self._given[name] = source
        self.renewable = True

    def present(
        self,
        operation: Operation[Any],
        own: Collection[str],
        asked: Mapping[str, str | None] | None = None,
    ) -> list[Presented]:
        """The first alternative of credentials that is complete.

        Args:
            operation: What is called.
            own: Headers, in lower case, that the caller sets: their credentials are
                there already.
            asked: What functions gave before: then they are not asked again.

        Raises:
            MissingCredentialsError: No alternative is complete.
            TypeError: A function gives something to be awaited, without ``asked``.
        """
        alternatives = self._list_alternatives(operation)
        for alternative in alternatives:
            if not alternative:
                continue
            found = {name: self._find_secret(name, own, asked) for name in alternative}
            if all(value is not None for value in found.values()):
                return [
                    Presented(self._known[name], secret, self._given.get(name))
                    for name, secret in found.items()
                    if secret
                ]
        if not alternatives or () in alternatives:
            return []
        raise self._make_missing_error(operation)

    def _list_alternatives(
        self, operation: Operation[Any]
    ) -> tuple[tuple[str, ...], ...]:
        return self._default if operation.auth is None else operation.auth

    async def ask(
        self, operation: Operation[Any], own: Collection[str]
    ) -> Mapping[str, str | None]:
        """What the functions give that ``present`` will ask for, awaited."""
        asked: dict[str, str | None] = {}
        for alternative in self._list_alternatives(operation):
            complete = bool(alternative)
            for name in alternative:
                value = self._given.get(name)
                if callable(value) and not self._is_own(name, own):
                    if name not in asked:
                        given = value()
                        asked[name] = (
                            await given if isinstance(given, Awaitable) else given
                        )
                    complete = complete and bool(asked[name])
                else:
                    complete = (
                        complete and self._find_secret(name, own, None) is not None
                    )
            if complete:
                break
        return asked

    def renew(self, presented: Presented) -> str | None:
        """What to present after a refusal; None if there is nothing else.

        What was no function stays. A ``TokenProvider`` renews its token; any other
        function is asked once more, and may have another one by now.
        """
        given = _ask_again(presented)
        if isinstance(given, Awaitable):
            raise _make_await_error(presented.credential.name, given)
        return _pick_other(presented, given)

    async def renew_async(self, presented: Presented) -> str | None:
        """The same, awaited."""
        given = _ask_again(presented)
        return _pick_other(
            presented, await given if isinstance(given, Awaitable) else given
        )

    def _is_own(self, name: str, own: Collection[str]) -> bool:
        """Whether the caller's headers hold a credential."""
        credential = self._known[name]
        location, wire = credential.location, credential.wire.lower()
        return (location == "header" and wire in own) or (
            location == "cookie" and "cookie" in own
        )

    def _find_secret(
        self, name: str, own: Collection[str], asked: Mapping[str, str | None] | None
    ) -> str | None:
        """A secret; empty if the caller's headers hold it, None if there is none."""
        if self._is_own(name, own):
            return ""
        value = self._given.get(name)
        if value is None:
            variable = self._known[name].environment
            value = os.environ.get(variable) if variable else None
        if callable(value):
            if asked is not None:
                return asked.get(name) or None
            given = value()
            if isinstance(given, Awaitable):
                raise _make_await_error(name, given)
            value = given
        return value or None

    def _make_missing_error(self, operation: Operation[Any]) -> MissingCredentialsError:
        ways: list[str] = []
        for alternative in self._list_alternatives(operation):
            for name in alternative:
                variable = self._known[name].environment
                way = f"pass {name}=" + (f" or set {variable}" if variable else "")
                if grant := self._known[name].grant:
                    way += f", or pass {'= and '.join(grant.arguments)}="
                ways += [way] if way not in ways else []
        joined = "; ".join(ways)
        return MissingCredentialsError(f"{operation.id} needs a credential: {joined}")


def _ask_again(presented: Presented) -> str | Awaitable[str] | None:
    """Ask the source of a credential that was refused, if it has one."""
    source = presented.source
    if source is None:
        return None
    renew: Callable[[str], str | Awaitable[str]] | None
    renew = getattr(source, "renew", None)
    return source() if renew is None else renew(presented.secret)


def _pick_other(presented: Presented, given: str | None) -> str | None:
    return given if given and given != presented.secret else None


def _make_await_error(name: str, given: Awaitable[str]) -> TypeError:
    if isinstance(given, Coroutine):
        given.close()  # else Python warns that it was never awaited
    return TypeError(f"{name}: only the asynchronous client can await a function")
