"""Spans and metrics of a client's calls: needs the extra ``opentelemetry``.

::

    client = instrument(Client())

By the semantic conventions of OpenTelemetry for HTTP clients there is

- a span of kind CLIENT for each request: a call that is tried again, or follows a
  redirect, has several, with ``http.request.resend_count``. Its parent is the span that
  is current where the call is made; the request carries its context to the server.
- the histogram ``http.client.request.duration``, in seconds, with the same attributes
  but those that are different for each call.

Both end when the body of the answer has come, also one that is saved to a file; those
of a stream of events when its head has come. What the caller does with an answer, or
the time between two tries, is no part of them.

Attributes are ``http.request.method``, ``server.address``, ``server.port``,
``url.full`` (without secrets), ``url.template`` (unless a redirect leads elsewhere),
``http.request.resend_count``, ``http.response.status_code``,
``network.protocol.version`` (if the transport knows it) and ``error.type``: the status,
from 400 on, or else the class of what was raised. Headers and bodies are not recorded.

Only the API of OpenTelemetry is needed; without its SDK nothing is recorded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from opentelemetry import context, metrics, propagate, trace
from opentelemetry.propagators.textmap import Setter
from opentelemetry.trace import SpanKind, Status, StatusCode

from ._runtime.client.client import AsyncClient, Client, watch
from ._runtime.errors import APIError, APITimeoutError
from ._runtime.redact import redact_text

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from ._runtime.call.hooks import Attempt
    from ._runtime.spec.operation import ClientConfig

__all__ = ["instrument"]

ClientT = TypeVar("ClientT", bound="Client | AsyncClient")

_SCHEMA = "https://opentelemetry.io/schemas/1.39.0"
"""The version of the conventions."""

_BUCKETS = (
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
)  # fmt: skip
"""Boundaries of the histogram that the conventions advise, in seconds."""

_PORTS = {"http": 80, "https": 443}
_PACKAGE = __name__.rpartition(".")[0]


def instrument(
    client: ClientT,
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
) -> ClientT:
    """Record spans and metrics of all calls of a client from now on.

    A pickle of the client goes on with the global providers where it is loaded.

    Args:
        client: A client of either kind. One that is instrumented already has other
            providers from now on.
        tracer_provider: Where spans go; by default to the global provider.
        meter_provider: Where metrics go; by default to the global provider.

    Returns:
        The same client.
    """
    watch(
        client,
        lambda config, url: _Telemetry(config, url, tracer_provider, meter_provider),
    )
    return client


class _Telemetry:
    """Makes the span of each try.

    Args:
        config: The facts of the API.
        base_url: Where it is.
        tracer_provider: Where spans go, or None: the global provider.
        meter_provider: Where metrics go, or None: the global provider.
    """

    def __init__(
        self,
        config: ClientConfig,
        base_url: str,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._about = config, base_url
        self._path = urlsplit(base_url).path
        self._tracer = trace.get_tracer(
            config.package, config.version, tracer_provider, _SCHEMA
        )
        self._durations = metrics.get_meter(
            config.package, config.version, meter_provider, _SCHEMA
        ).create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )

    def __reduce__(self) -> tuple[object, ...]:
        # Providers stay with their process: they hold threads and connections.
        return _Telemetry, self._about

    @contextmanager
    def __call__(self, exchange: Attempt) -> Generator[None]:
        """The context of one try."""
        # What is added to its headers is for this try alone.
        request = exchange.request = exchange.request.copy()
        at = urlsplit(request.url)
        known: dict[str, str | int] = {
            "http.request.method": request.method,
            "server.address": at.hostname or "",
            "server.port": at.port or _PORTS[at.scheme],
        }
        name = request.method
        if not exchange.moved:
            known["url.template"] = self._path + exchange.operation.path
            name = f"{name} {known['url.template']}"
        own: dict[str, str | int] = {"url.full": exchange.where["url"]}
        if exchange.attempts:
            own["http.request.resend_count"] = exchange.attempts
        span = self._tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes={**known, **own}
        )
        inside = trace.set_span_in_context(span)
        propagate.inject(request.headers, inside, _HEADERS)
        token = context.attach(inside)
        start = time.perf_counter()
        found: dict[str, str | int] = {}
        try:
            yield
            found = _outcome(exchange)
        except BaseException as error:
            found = _outcome(exchange)
            found["error.type"] = _kind(exchange, error)
            # What others raise may say anything.
            said = str(error) if isinstance(error, APIError) else None
            span.set_status(
                StatusCode.ERROR, said and redact_text(said, exchange.collect_secrets())
            )
            raise
        else:
            if "error.type" in found:
                span.set_status(Status(StatusCode.ERROR))
        finally:
            took = time.perf_counter() - start
            context.detach(token)
            span.set_attributes(found)
            span.end()
            self._durations.record(took, {**known, **found}, inside)


def _outcome(exchange: Attempt) -> dict[str, str | int]:
    """What the head of the answer says, if it has come."""
    answer = exchange.answer
    if answer is None:
        return {}
    found: dict[str, str | int] = {"http.response.status_code": answer.status}
    version: str = getattr(answer, "http_version", "")
    if version:
        found["network.protocol.version"] = version
    if answer.status >= 400:
        found["error.type"] = str(answer.status)
    return found


def _kind(exchange: Attempt, error: BaseException) -> str:
    """The class of an error, with the module that people import it from."""
    kind = type(error)
    # An asynchronous call that comes to its end is cancelled.
    if isinstance(error, asyncio.CancelledError) and exchange.exceeds_deadline(0.0):
        kind = APITimeoutError
    module = _PACKAGE if kind.__module__ == APIError.__module__ else kind.__module__
    return f"{module}.{kind.__qualname__}"


class _Headers(Setter[MutableMapping[str, str]]):
    """Sets headers, in place of those of that name in any case."""

    def set(self, carrier: MutableMapping[str, str], key: str, value: str) -> None:
        for name in [each for each in carrier if each.lower() == key.lower()]:
            del carrier[name]
        carrier[key] = value


_HEADERS = _Headers()
