"""Operations → requests, responses → results: all of a call that does no I/O.

The synchronous and the asynchronous client share it and add only the sending.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from .errors import (
    APIConnectionError,
    APIDecodeError,
    APIError,
    APIStatusError,
    MissingCredentialsError,
    status_error,
)
from .multipart import Form, form_of, urlencoded_of
from .operation import ClientConfig, Credential, Operation, Typed
from .parameters import check_header, headers_of, path_of, plain, query_of, text
from .redact import redact_url
from .retry import IDEMPOTENT, PATIENCE, backoff, retry_after, worth_retrying
from .transport import Refused, Request, Timeout
from .values import UNSET, Unset

__all__ = ["Engine", "Exchange"]

T = TypeVar("T")

Secret = str | Callable[[], str]
"""A credential, or what gives the one that is valid now."""


class Exchange:
    """One call: its request, and what was said about it."""

    __slots__ = (
        "arguments",
        "attempts",
        "max_retries",
        "operation",
        "request",
        "strict",
    )

    def __init__(
        self,
        operation: Operation[Any],
        request: Request,
        arguments: Mapping[str, object],
        *,
        max_retries: int,
        strict: bool,
    ) -> None:
        self.operation = operation
        self.request = request
        self.arguments = arguments
        self.max_retries = max_retries
        self.strict = strict
        self.attempts = 0

    @property
    def where(self) -> dict[str, Any]:
        """What errors say of the request."""
        return {
            "method": self.request.method,
            "url": redact_url(self.request.url),
            "attempts": self.attempts,
        }


class Engine:
    """The settings of a client, and what follows from them for each call."""

    def __init__(
        self,
        config: ClientConfig,
        *,
        credentials: Mapping[str, Secret | None],
        base_url: str | None,
        timeout: float | Timeout | Unset | None,
        max_retries: int,
        strict: bool,
        headers: Mapping[str, str] | None,
        options: Mapping[str, object],
    ) -> None:
        self.config = config
        self.credentials = dict(credentials)
        self.base_url = _base_url(config, base_url)
        self.timeout = _timeout(timeout, Timeout())
        self.max_retries = max_retries
        self.strict = strict
        self.options = {k: v for k, v in options.items() if v is not None}
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.headers = {
            "User-Agent": f"{config.package}/{config.version} python/{python}",
            **(headers or {}),
        }
        for name, value in self.headers.items():
            check_header(name, value)
        self.log = logging.getLogger(config.package)
        self._set_level()

    def _set_level(self) -> None:
        """The environment may ask for messages: ``debug``, ``info`` …"""
        name = os.environ.get(self.config.log_environment, "").upper()
        level = logging.getLevelNamesMapping().get(name) if name else None
        if level is not None:
            self.log.setLevel(level)
            if not self.log.handlers and not logging.getLogger().handlers:
                handler = logging.StreamHandler()
                handler.setFormatter(
                    logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s")
                )
                self.log.addHandler(handler)

    # ---------------------------------------------------------------- requests

    def prepare(
        self,
        operation: Operation[Any],
        given: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
        *,
        accept: str = "",
        further: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Build the request of a call.

        Args:
            operation: What is called.
            given: The caller's ``request_options``.
            values: Arguments, in the order of ``operation.params``.
            body: The body, or None.
            accept: Media type to ask for in place of the operation's.
            further: Headers of a stream that is taken up again.

        Raises:
            ValueError: An argument cannot be sent: an empty part of the path, a line
                break in a header, a naive datetime, a number that is not finite.
            MissingCredentialsError: A credential is needed and not there.
        """
        said: Mapping[str, Any] = given or {}
        headers = dict(self.headers)
        headers["Accept"] = accept or operation.accept
        query = query_of(operation, values)
        headers.update(headers_of(operation, values))
        self._add_options(operation, said, headers, query)
        content = self._content(operation, values, body, headers)
        self._authorize(operation, headers, query)
        headers.update(further or {})
        further_headers: Mapping[str, str] = said.get("headers") or {}
        for name, value in further_headers.items():
            for known in [each for each in headers if each.lower() == name.lower()]:
                del headers[known]
            headers[name] = value
        further_query: Mapping[str, object] = said.get("query") or {}
        for name, extra in further_query.items():
            query.append(f"{quote(name)}={quote(text(plain(extra)), safe='')}")
        for name, value in headers.items():
            check_header(name, value)
        url = self.base_url + path_of(operation, values)
        if query:
            url += "?" + "&".join(query)
        return Exchange(
            operation,
            Request(
                operation.method,
                url,
                headers,
                content,
                _timeout(said.get("timeout", UNSET), self.timeout),
            ),
            (
                {
                    param.wire: value
                    for param, value in zip(operation.params, values, strict=True)
                }
                if operation.shapes
                else {}
            ),
            max_retries=said.get("max_retries", self.max_retries),
            strict=said.get("strict", self.strict),
        )

    def _add_options(
        self,
        operation: Operation[Any],
        said: Mapping[str, Any],
        headers: dict[str, str],
        query: list[str],
    ) -> None:
        """The global parameters: of the call, else of the client, else their default."""
        for option in self.config.options:
            if option.wire not in operation.options:
                continue
            value = said.get(option.name)
            if value is None:
                value = self.options.get(option.wire, option.default)
            if value is None:
                continue
            if option.location == "query":
                query.append(
                    f"{quote(option.wire)}={quote(text(plain(value)), safe='')}"
                )
            else:
                headers[option.wire] = text(plain(value))

    @staticmethod
    def _content(
        operation: Operation[Any],
        values: Sequence[object],
        body: object,
        headers: dict[str, str],
    ) -> bytes | Form | None:
        if operation.form == "multipart/form-data":
            form = form_of(operation, values)
            headers["Content-Type"] = form.media_type
            return form
        if operation.form:
            headers["Content-Type"] = operation.form
            return urlencoded_of(operation, values)
        if operation.body is None or body is None or isinstance(body, Unset):
            return None
        headers["Content-Type"] = operation.body.media_type
        kind = operation.body.media_type.partition(";")[0].strip()
        if kind.endswith(("json", "*/*")):
            from .encode import encode_json

            return encode_json(body, operation.body.type)
        if isinstance(body, str):
            return body.encode()
        return bytes(cast("bytes", body))

    def _authorize(
        self, operation: Operation[Any], headers: dict[str, str], query: list[str]
    ) -> None:
        """Present the first alternative of credentials that is complete."""
        if not operation.auth:
            return
        known = {credential.name: credential for credential in self.config.auth}
        for alternative in operation.auth:
            found = {name: self._secret(known[name]) for name in alternative}
            if all(found.values()):
                for name, secret in found.items():
                    _present(known[name], secret or "", headers, query)
                return
        wanted = known[operation.auth[0][0]]
        variable = f" or set {wanted.environment}" if wanted.environment else ""
        raise MissingCredentialsError(
            f"{operation.id} needs a credential: pass {wanted.name}={variable}"
        )

    def _secret(self, credential: Credential) -> str | None:
        """A credential: of the client, else of the environment."""
        value = self.credentials.get(credential.name)
        if value is None and credential.environment:
            value = os.environ.get(credential.environment)
        return value() if callable(value) else value

    # --------------------------------------------------------------- responses

    def wait_after_error(
        self, exchange: Exchange, error: APIConnectionError
    ) -> float | None:
        """Seconds until the next try after a failure, or None: it is to be raised."""
        error.attempts = exchange.attempts
        safe = exchange.request.method in IDEMPOTENT or isinstance(error, Refused)
        if not safe or not self._may_repeat(exchange):
            return None
        wait = backoff(exchange.attempts)
        self.log.info("%s: %s; again in %.1f s", exchange.operation.id, error, wait)
        return wait

    def wait_after_status(
        self, exchange: Exchange, status: int, headers: Mapping[str, str]
    ) -> float | None:
        """Seconds until the next try after a response, or None: it is the answer."""
        operation = exchange.operation
        self.log.debug(
            "%s %s: %d", operation.method, redact_url(exchange.request.url), status
        )
        if status < 400:
            return None
        told = retry_after(headers.get("retry-after"), time.time())
        if not worth_retrying(operation.method, status, told_to_wait=told is not None):
            return None
        if not self._may_repeat(exchange) or (told or 0.0) > PATIENCE:
            return None
        wait = backoff(exchange.attempts) if told is None else told
        self.log.info("%s: status %d; again in %.1f s", operation.id, status, wait)
        return wait

    @staticmethod
    def _may_repeat(exchange: Exchange) -> bool:
        content = exchange.request.content
        replayable = not isinstance(content, Form) or content.replayable
        return replayable and exchange.attempts <= exchange.max_retries

    def result(
        self,
        exchange: Exchange,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
    ) -> Any:
        """What a call returns.

        Raises:
            APIStatusError: The status is 400 or more.
            APIDecodeError: The body is not what the API documents, and ``strict``; or
                it is not even of the documented media type.
        """
        if status >= 400:
            raise self.failure(exchange, status, headers, content)
        typed = _typed(exchange.operation.responses, status)
        if 200 <= status < 300:
            typed = _shaped(exchange, typed)
        if status == 204 or not content:
            return None
        if typed is None:
            return _untyped(headers, content)
        kind = typed()
        media_type = headers.get("content-type", "")
        if kind is bytes or kind is str:
            # A document may also say that the JSON is a string.
            if "json" not in media_type:
                if kind is bytes:
                    return content
                return content.decode(_charset(headers), "replace")
        from .decode import Misfit, decode

        try:
            if media_type and "json" not in media_type:
                raise Misfit(f"expected JSON, got {media_type}")
            return decode(
                kind, content, what=exchange.operation.id, strict=exchange.strict
            )
        except Misfit as error:
            raise APIDecodeError(
                f"{exchange.operation.id}: {error}",
                status=status,
                headers=headers,
                content=content,
                **exchange.where,
            ) from None

    def failure(
        self,
        exchange: Exchange,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
    ) -> APIStatusError:
        """The error that a status stands for."""
        body = _error_body(exchange, status, headers, content)
        raw = _untyped(headers, content)
        said: Mapping[str, Any] = (
            cast("Mapping[str, Any]", raw) if isinstance(raw, dict) else {}
        )
        message = said.get("message")
        kind = said.get("type")
        return status_error(status)(
            message if isinstance(message, str) else f"status {status}",
            status=status,
            type=kind if isinstance(kind, str) else None,
            body=body,
            headers=dict(headers),
            retry_after=retry_after(headers.get("retry-after"), time.time()),
            **exchange.where,
        )


def _error_body(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> object:
    typed = _typed(exchange.operation.responses, status)
    if typed is None or "json" not in headers.get("content-type", "json"):
        return _untyped(headers, content)
    from .decode import Misfit, decode

    try:
        return decode(typed(), content, what=exchange.operation.id, strict=True)
    except Misfit:
        return _untyped(headers, content)


def _untyped(headers: Mapping[str, str], content: bytes) -> object:
    """JSON where it is JSON, else text, else bytes."""
    from .decode import Misfit, decode_json

    if not content:
        return None
    media_type = headers.get("content-type", "")
    if "json" in media_type or not media_type:
        try:
            return decode_json(content)
        except Misfit:
            return content.decode("utf-8", "replace")
    if media_type.startswith("text/"):
        return content.decode(_charset(headers), "replace")
    return content


def _charset(headers: Mapping[str, str]) -> str:
    import codecs

    _, _, found = headers.get("content-type", "").partition("charset=")
    name = found.split(";")[0].strip(" \"'") or "utf-8"
    try:
        codecs.lookup(name)
    except LookupError:
        return "utf-8"
    return name


def _typed(responses: Mapping[str, Typed | None], status: int) -> Typed | None:
    """The type that is documented for a status: its own, its range's, the default's."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in responses:
            return responses[key]
    return None


def _shaped(exchange: Exchange, typed: Typed | None) -> Typed | None:
    """The type with these arguments: of the row that most of them fit."""
    best = 0
    for when, shape in exchange.operation.shapes:
        fits = all(exchange.arguments.get(wire) is value for wire, value in when)
        if fits and len(when) > best:
            best, typed = len(when), shape
    return typed


def _present(
    credential: Credential, secret: str, headers: dict[str, str], query: list[str]
) -> None:
    if credential.scheme == "bearer":
        headers[credential.wire] = f"Bearer {secret}"
    elif credential.scheme == "basic":
        headers[credential.wire] = f"Basic {b64encode(secret.encode()).decode()}"
    elif credential.location == "query":
        query.append(f"{quote(credential.wire)}={quote(secret, safe='')}")
    elif credential.location == "cookie":
        pair = f"{credential.wire}={quote(secret, safe='')}"
        headers["Cookie"] = "; ".join(filter(None, [headers.get("Cookie"), pair]))
    else:
        headers[credential.wire] = secret


def _timeout(value: float | Timeout | Unset | None, default: Timeout) -> Timeout:
    if isinstance(value, Unset):
        return default
    if isinstance(value, Timeout):
        return value
    return Timeout(value, connect=value)


def _base_url(config: ClientConfig, given: str | None) -> str:
    """The server: of the client, else of the environment, else of the document.

    Raises:
        ValueError: It is no http or https URL.
    """
    found = given or os.environ.get(config.base_url_environment, "") or config.base_url
    parts = urlsplit(found)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"base_url is no http or https URL: {redact_url(found)!r}")
    for character in found:
        if character.isspace() or ord(character) < 0x20:
            raise ValueError("base_url contains blanks or control characters")
    return found.rstrip("/")


def unexpected(exchange: Exchange, message: str) -> APIError:
    """An error about an exchange that has no class of its own."""
    return APIConnectionError(message, **exchange.where)
