"""``sdkgen mock``: the server of the generated tests, for people.

It is the same server and the same judge that every generated package gets into its
``tests`` folder; they are loaded from the templates.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from sdkgen.diagnostics.diagnostic import printable

from .target import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Generator

    from sdkgen.support.json_pointer import Json

INTERVAL = 2.0
"""Seconds between the comments of a stream."""
COMMENTS = 1800
"""Comments that a stream sends before it ends: an hour."""


class Request(Protocol):
    """What the server records of a request."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def operation_id(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def findings(self) -> tuple[str, ...]: ...


class Server(Protocol):
    """The server, as far as it is driven from here."""

    url: str

    def start(self) -> object: ...
    def stop(self) -> None: ...


def serve_document(
    root: Mapping[str, Json],
    *,
    port: int,
    out: TextIO,
    variable: str = "",
    wait: Callable[[], None] | None = None,
) -> None:
    """Serve a document until Ctrl-C.

    ``root`` is completed with examples. Prints the address, and each request with what
    it was answered; neither headers nor bodies, so no credential.

    Args:
        root: The document.
        port: Where to listen on loopback; 0 picks a free port.
        out: Takes the lines for people.
        variable: The environment variable that leads the SDK here, if it has one.
        wait: Returns, or is interrupted, when it is time to end.

    Raises:
        OSError: The port is taken.
    """

    def log(request: Request) -> None:
        query = f"?{_redact_query(request.query, keys)}" if request.query else ""
        target = printable(f"{request.method} {request.path}{query}")
        out.write(f"{target} → {request.status} {request.operation_id}\n")
        for finding in request.findings:
            out.write(f"    {printable(finding)}\n")
        out.flush()

    keys = _find_secret_keys(root)
    server = _make_server(root, port, log)
    server.start()
    try:
        out.write(f"Serving {server.url}, from examples; Ctrl-C ends it.\n")
        if not _can_judge():
            out.write("Requests are not validated: openapi-core is not installed.\n")
        if variable:
            out.write(f"In another terminal: export {variable}={server.url}\n")
        out.flush()
        (wait or _wait_forever)()
    except KeyboardInterrupt:
        out.write("\n")
    finally:
        server.stop()


def _wait_forever() -> None:
    import threading

    threading.Event().wait()


def _find_secret_keys(root: Mapping[str, Json]) -> frozenset[str]:
    """Query parameters that hold a credential."""
    components = root.get("components")
    schemes = (
        components.get("securitySchemes") if isinstance(components, dict) else None
    )
    return frozenset(
        str(scheme.get("name"))
        for scheme in (schemes.values() if isinstance(schemes, dict) else ())
        if isinstance(scheme, dict) and scheme.get("in") == "query"
    )


def _redact_query(query: str, keys: frozenset[str]) -> str:
    pairs = (each.partition("=") for each in query.split("&"))
    return "&".join(
        f"{name}{sign}{'…' if name in keys else value}" for name, sign, value in pairs
    )


def _make_server(
    root: Mapping[str, Json], port: int, log: Callable[[Request], None]
) -> Server:
    """The server of the templates, with its judge."""
    judge = None
    with _make_importable(str(TEMPLATES / "tests")):
        mock_server = importlib.import_module("mock_server")
        if _can_judge():
            make_judge = importlib.import_module("judge").Judge
            judge = cast("Callable[[object], object]", make_judge)(root)
    make = cast("Callable[..., Server]", mock_server.MockServer)
    return make(
        root,
        port=port,
        judge=judge,
        log=log,
        comments=COMMENTS,
        interval=INTERVAL,
    )


def _can_judge() -> bool:
    """The judge's library is one of the tests, which an installed generator may lack."""
    return importlib.util.find_spec("openapi_core") is not None


@contextmanager
def _make_importable(folder: str) -> Generator[None]:
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
