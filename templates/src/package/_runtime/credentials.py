"""Which credentials a call presents, and how (OpenAPI 3.1, Security Scheme Object)."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from .errors import MissingCredentialsError
from .operation import ClientConfig, Credential, Operation
from .parameters import check_header, pair

__all__ = ["Credentials", "Secret"]

Secret: TypeAlias = "str | Callable[[], str]"  # noqa: S105 (a type)
"""A credential, or what gives the one that is valid now."""


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

    def present(
        self,
        operation: Operation[Any],
        headers: dict[str, str],
        query: list[str],
        own: Collection[str],
    ) -> list[str]:
        """Add the first alternative of credentials that is complete.

        Args:
            operation: What is called.
            headers: Headers of the request, which are added to.
            query: Query of the request, which is added to.
            own: Headers, in lower case, that the caller sets: their credentials are
                there already.

        Returns:
            The secrets that were added, as they are and as they are in a URL.

        Raises:
            MissingCredentialsError: No alternative is complete.
            ValueError: A credential cannot be sent: it holds a line break, say.
        """
        alternatives = self._alternatives(operation)
        for alternative in alternatives:
            if not alternative:
                continue
            found = {name: self._secret(name, own) for name in alternative}
            if all(value is not None for value in found.values()):
                secrets = [value for value in found.values() if value]
                for name, secret in found.items():
                    if secret:
                        self._add(self._known[name], secret, headers, query)
                return [*secrets, *(quote(secret, safe="") for secret in secrets)]
        if not alternatives or () in alternatives:
            return []
        raise self._missing(operation)

    def _alternatives(self, operation: Operation[Any]) -> tuple[tuple[str, ...], ...]:
        return self._default if operation.auth is None else operation.auth

    def _secret(self, name: str, own: Collection[str]) -> str | None:
        """A secret; empty if the caller's headers hold it, None if there is none."""
        credential = self._known[name]
        if credential.location == "header" and credential.wire.lower() in own:
            return ""
        value = self._given.get(name)
        if value is None and credential.environment:
            value = os.environ.get(credential.environment)
        found = value() if callable(value) else value
        return found or None

    def _missing(self, operation: Operation[Any]) -> MissingCredentialsError:
        ways: list[str] = []
        for alternative in self._alternatives(operation):
            for name in alternative:
                variable = self._known[name].environment
                way = f"pass {name}=" + (f" or set {variable}" if variable else "")
                ways += [way] if way not in ways else []
        joined = "; ".join(ways)
        return MissingCredentialsError(f"{operation.id} needs a credential: {joined}")

    @staticmethod
    def _add(
        credential: Credential, secret: str, headers: dict[str, str], query: list[str]
    ) -> None:
        name, value = credential.wire, secret
        if credential.scheme == "bearer":
            value = f"Bearer {secret}"
        elif credential.scheme == "basic":
            value = f"Basic {b64encode(secret.encode()).decode()}"
        elif credential.location == "query":
            query.append(pair(name, secret))
            return
        elif credential.location == "cookie":
            cookie = f"{name}={quote(secret, safe='')}"
            name = "Cookie"
            value = "; ".join(filter(None, [headers.get("Cookie"), cookie]))
        check_header(name, value)
        headers[name] = value
