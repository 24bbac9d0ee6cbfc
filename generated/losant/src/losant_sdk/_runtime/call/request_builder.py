"""Operations → requests: the settings of a client, and what they make of a call.

It does no I/O: the synchronous and the asynchronous client share it and add only the
sending.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ..auth.credentials import Credentials, Secret
from ..codec.parameters import check_header, format_pair
from ..codec.plain import to_plain, to_text
from ..codec.serialize import serialize
from ..log import get_logger
from ..spec.operation import ClientConfig, Operation
from ..spec.servers import Server, choose_server, expand_url
from ..transport.body_reader import ENCODINGS, LIMIT
from ..transport.interface import Request
from ..transport.timeout import Timeout, check_seconds, choose_total
from ..values import UNSET, Unset
from .exchange import Exchange
from .hooks import Hooks
from .retry import RetryPolicy, draw_uniform
from .urls import choose_base_url

if TYPE_CHECKING:
    from logging import Logger

__all__ = ["Engine"]

_ALLOWED_OPTIONS = frozenset({
    "headers", "max_response_bytes", "max_retries", "query", "strict", "timeout",
    "total_timeout",
})  # fmt: skip
"""Options of a call that there are for every API."""


class Engine:
    """The settings of a client.

    Args:
        config: The facts of the API.
        credentials: By name: strings, or functions that give the one valid now.
        base_url: Where the API is; else ``server`` or ``variables`` say it, else the
            environment, else ``config``.
        server: Name of one of the servers of the API.
        variables: What stands in the URL of the server, by name.
        timeout: Seconds for each step, or for ever if None.
        total_timeout: Seconds for a call with all its tries, or for ever if None.
        max_response_bytes: What the body of a response may have, or any number if None.
        max_retries: How many times a failed request is tried again.
        strict: Refuse responses that do not fit.
        headers: For each request; they go before the SDK's own.
        hooks: What is called before each request and after each response.
        options: Global parameters by wire name.
        uniform: Random numbers for the time between tries.

    Attributes:
        wait_factor: What the waits between tries are multiplied by: 0 where nobody waits.

    Raises:
        ValueError: A setting cannot be used: ``base_url``, ``headers``, ``timeout``,
            ``total_timeout``, ``max_response_bytes``, ``max_retries``.
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        credentials: Mapping[str, Secret | None],
        base_url: str | None = None,
        server: str | None = None,
        variables: Mapping[str, str | None] | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        total_timeout: float | Unset | None = UNSET,
        max_response_bytes: int | Unset | None = UNSET,
        max_retries: int = 2,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        hooks: Hooks | None = None,
        options: Mapping[str, object] | None = None,
        uniform: Callable[[float, float], float] = draw_uniform,
    ) -> None:
        self.config: ClientConfig = config
        self.credentials: Credentials = Credentials(config, credentials)
        self._variables = dict(variables or {})
        wish = choose_server(config.servers, server, self._variables)
        if wish and base_url:
            raise ValueError("base_url is the whole URL: pass no server beside it")
        self.base_url: str = choose_base_url(config, base_url or wish)
        # Who says where the API is means all of it.
        usual = config.base_url and choose_base_url(config, config.base_url)
        self._moved = not wish and self.base_url != usual
        self._places: dict[Server, str] = {}
        self.timeout: Timeout = (
            Timeout() if isinstance(timeout, Unset) else Timeout.of(timeout)
        )
        self._total = (
            total_timeout
            if isinstance(total_timeout, Unset)
            else check_seconds(total_timeout)
        )
        # What is saved may be of any size, and take its time, unless the caller minds.
        self._file_limit = (
            None
            if isinstance(max_response_bytes, Unset)
            else _check_limit(max_response_bytes)
        )
        self.limit: int | None = (
            LIMIT if isinstance(max_response_bytes, Unset) else self._file_limit
        )
        self.max_retries: int = _check_retries(max_retries)
        self.strict: bool = strict
        self.hooks: Hooks = hooks or Hooks()
        self.retry_policy: RetryPolicy = RetryPolicy(uniform)
        self.wait_factor: float = 1.0
        self.log: Logger = get_logger(config.package, config.log_environment)
        self._options = {k: v for k, v in (options or {}).items() if v is not None}
        self._all_options = tuple(option.wire for option in config.options)
        self._allowed_options = _ALLOWED_OPTIONS | {
            option.name for option in config.options
        }
        self._prepared: dict[tuple[str, ...], list[_Prepared]] = {}
        self._own = dict(headers or {})
        for name, value in self._own.items():
            check_header(name, value)
        self._own_names = frozenset(name.lower() for name in self._own)
        product = config.package.replace("_", "-")
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        self._base = {
            "User-Agent": f"{product}/{config.version} python/{python}",
            "Accept-Encoding": ENCODINGS,
        }

    def prepare(
        self,
        operation: Operation[Any],
        given: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object = None,
        *,
        further: Mapping[str, str] | None = None,
        to_file: bool = False,
    ) -> Exchange:
        """Build the request of a call, without its credentials.

        Args:
            operation: What is called.
            given: The caller's ``request_options``.
            values: Arguments, in the order of ``operation.params``.
            body: The body, or None.
            further: Headers of the SDK itself: those of a stream that is taken up again.
            to_file: Whether the response is saved and not held in memory.

        Raises:
            ValueError: An argument cannot be sent: an empty part of the path, a line
                break in a header, a naive datetime, a number that is not finite.
            TypeError: Something in an argument has no form on the wire, or there is no
                such request option.
        """
        options: Mapping[str, Any] = given or {}
        if not options.keys() <= self._allowed_options:
            raise TypeError(
                f"request_options has no {min(options.keys() - self._allowed_options)!r}"
            )
        if len(values) != len(operation.params):
            raise TypeError(f"{operation.id}: {len(operation.params)} values expected")
        path, query, sent, content = serialize(operation, values, body)
        own: Mapping[str, str] = options.get("headers") or {}
        headers = {**self._base, "Accept": operation.accept}
        self._add_options(operation, options, headers, query)
        headers.update(sent)
        names = self._own_names
        if own:
            names = names | {name.lower() for name in own}
        if further:
            headers.update(further)
        if names:
            _replace_headers(headers, {**self._own, **own})
        extra: Mapping[str, object] = options.get("query") or {}
        query.extend(format_pair(name, value) for name, value in extra.items())
        url = self.base_url
        if operation.server is not None and not self._moved:
            url = self._resolve_server(operation.server)
        url += path
        if query:
            # The path of an operation may have a query of its own.
            url = f"{url}{'&' if '?' in url else '?'}{'&'.join(query)}"
        timeout = self.timeout
        total, limit = self._total, self._file_limit if to_file else self.limit
        retries = self.max_retries
        if options:
            if "timeout" in options:
                timeout = Timeout.of(options["timeout"])
            if "total_timeout" in options:
                total = check_seconds(options["total_timeout"])
            if "max_response_bytes" in options:
                limit = _check_limit(options["max_response_bytes"])
            if "max_retries" in options:
                retries = _check_retries(options["max_retries"])
        if isinstance(total, Unset):
            total = None if to_file else choose_total(content)
        deadline = None if total is None else time.monotonic() + total
        return Exchange(
            self,
            operation,
            Request(
                operation.method, url, headers, content, timeout, deadline, operation.id
            ),
            values,
            names,
            max_retries=retries,
            strict=options.get("strict", self.strict),
            limit=limit,
            total=total,
        )

    def _resolve_server(self, server: Server) -> str:
        """Where an operation is that has a server of its own."""
        place = self._places.get(server)
        if place is None:
            url = urljoin(f"{self.base_url}/", expand_url(server, self._variables))
            place = self._places[server] = choose_base_url(self.config, url)
        return place

    def _add_options(
        self,
        operation: Operation[Any],
        options: Mapping[str, Any],
        headers: dict[str, str],
        query: list[str],
    ) -> None:
        """The global parameters: of the call, else of the client, else their default."""
        wires = self._all_options if operation.options is None else operation.options
        if not wires:
            return
        prepared = self._prepared.get(wires)
        if prepared is None:
            prepared = self._prepare_options(wires)
        for each in prepared:
            own = options.get(each.name) if options else None
            if own is not None:
                each = _Prepared(each.name, each.wire, each.location, own)
            if each.shown is None:
                continue
            if each.location == "query":
                query.append(each.shown)
            else:
                headers[each.wire] = each.shown

    def _prepare_options(self, wires: tuple[str, ...]) -> list[_Prepared]:
        """What the client says of these options, ready to send."""
        known = {option.wire: option for option in self.config.options}
        prepared = [
            _Prepared(
                known[wire].name,
                wire,
                known[wire].location,
                self._options.get(wire, known[wire].default),
            )
            for wire in wires
            if wire in known
        ]
        self._prepared[wires] = prepared
        return prepared


class _Prepared:
    """An option as it is sent; ``shown`` is None if it is not."""

    __slots__ = ("location", "name", "shown", "wire")

    def __init__(self, name: str, wire: str, location: str, value: object) -> None:
        self.name: str = name
        self.wire: str = wire
        self.location: str = location
        self.shown: str | None = None
        if value is None:
            return
        if location == "query":
            self.shown = format_pair(wire, value)
        else:
            self.shown = to_text(to_plain(value))
            check_header(wire, self.shown)


def _replace_headers(headers: dict[str, str], own: Mapping[str, str]) -> None:
    """Set the caller's headers in place of the SDK's of those names, in any case."""
    for name, value in own.items():
        check_header(name, value)
        for known in [each for each in headers if each.lower() == name.lower()]:
            del headers[known]
        headers[name] = value


def _check_retries(count: object) -> int:
    if type(count) is not int or count < 0:
        raise ValueError(f"max_retries is a number from 0 on, not {count!r}")
    return count


def _check_limit(size: int | None) -> int | None:
    if size is not None and size < 0:
        raise ValueError(f"max_response_bytes is a number of bytes, not {size!r}")
    return size
