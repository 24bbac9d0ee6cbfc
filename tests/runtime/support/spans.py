"""What a client would export of its calls: spans, and the points of a histogram."""

from __future__ import annotations

from typing import Any, cast

from loopback import Loopback
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    Histogram,
    HistogramDataPoint,
    InMemoryMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from package.opentelemetry import instrument

__all__ = [
    "GET",
    "V1",
    "Recorder",
    "about",
    "context",
    "sent",
]

GET = {
    "http.request.method": "GET",
    "url.template": "/things/{thingId}",
}
V1 = {"network.protocol.version": "1.1"}


class Recorder:
    """What would be exported."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meters = MeterProvider([self._metrics], shutdown_on_exit=False)

    def instrument(self, client: Any) -> Any:
        """Record what a client does."""
        return instrument(
            client, tracer_provider=self.tracers, meter_provider=self.meters
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended, in that order."""
        return list(self._spans.get_finished_spans())

    @property
    def span(self) -> ReadableSpan:
        """The only one."""
        (span,) = self.spans
        return span

    @property
    def points(self) -> list[HistogramDataPoint]:
        """The points of the histogram."""
        data = self._metrics.get_metrics_data()
        if data is None:
            return []
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        return list(cast("Histogram", metric.data).data_points)


def about(span: ReadableSpan) -> dict[str, Any]:
    """Its attributes, without those that a server is known by."""
    hidden = ("server.address", "server.port", "url.full")
    return {k: v for k, v in (span.attributes or {}).items() if k not in hidden}


def sent(server: Loopback) -> list[str]:
    """The contexts that came."""
    return [each.headers["traceparent"] for each in server.requests]


def context(span: ReadableSpan) -> str:
    """As W3C Trace Context writes it."""
    found = span.get_span_context()
    assert found is not None
    flags = f"{found.trace_flags:02x}"
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{flags}"
