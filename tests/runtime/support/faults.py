"""Servers, and answers, that fail in every way there is."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from loopback import Answer, Loopback, Received, Wire, refused_url, reply
from things import FOUND
from watchdog import stalled_url

__all__ = [
    "GZIP",
    "HEAD",
    "Server",
    "answering",
    "bomb",
    "closed",
    "closed_in_body",
    "closed_in_chunks",
    "closed_in_head",
    "dripping_body",
    "dripping_head",
    "json_body",
    "no_http",
    "no_tls",
    "refused",
    "reset",
    "reset_in_body",
    "reset_in_head",
    "short_length",
    "silence",
    "stalled",
    "stalled_body",
    "truncated_gzip",
    "unknown_authority",
    "unresolved",
]

Server = Callable[[ExitStack], str]
"""Sets up what a client calls, and gives its address."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GZIP = {"Content-Encoding": "gzip"}
PACKED = gzip.compress(b'{"thingId": "t1"}')


def answering(*answers: Answer) -> Server:
    """A server that answers."""

    def start(stack: ExitStack) -> str:
        return stack.enter_context(Loopback(*answers)).url

    return start


def refused(_: ExitStack) -> str:
    """Nobody listens."""
    return refused_url()


def unresolved(_: ExitStack) -> str:
    """There is no such host."""
    return "http://nobody.invalid"


def stalled(stack: ExitStack) -> str:
    """Connections are neither accepted nor refused."""
    return stack.enter_context(stalled_url())


def unknown_authority(stack: ExitStack) -> str:
    """A certificate that nobody trusts."""
    pytest.importorskip("trustme")
    from certificates import server_context

    return stack.enter_context(Loopback(FOUND, tls=server_context())).url


class Babbling(Loopback):
    """Speaks first, and no TLS."""

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"220 mail.test ESMTP\r\n")
            self._open.remove(connection)


def no_tls(stack: ExitStack) -> str:
    """No TLS where there should be."""
    return stack.enter_context(Babbling()).url.replace("http:", "https:")


def reset(_: Received, wire: Wire) -> None:
    """The connection ends the hard way before anything was said."""
    wire.reset()


def closed(_: Received, wire: Wire) -> None:
    """The connection ends before anything was said."""
    wire.hang_up()


def reset_in_head(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    wire.reset()


def closed_in_head(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    wire.hang_up()


def reset_in_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.reset()


def closed_in_body(_: Received, wire: Wire) -> None:
    """``Content-Length`` promises more than comes."""
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.hang_up()


def closed_in_chunks(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    wire.chunk(b'{"thingId": "t1"}')
    wire.hang_up()


def short_length(_: Received, wire: Wire) -> None:
    """``Content-Length`` promises less than comes."""
    wire.send(HEAD + b'Content-Length: 5\r\n\r\n{"thingId": "t1"}')


def no_http(_: Received, wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    wire.hang_up()


def silence(_: Received, wire: Wire) -> None:
    wire.hold()


def stalled_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.hold()


def dripping_head(_: Received, wire: Wire) -> None:
    """A byte now and then."""
    wire.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(wire)


def dripping_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100000\r\n\r\n")
    drip(wire)


def drip(wire: Wire) -> None:
    pause = threading.Event()
    while not pause.wait(0.02):
        wire.send(b" ")


def bomb(_: Received, wire: Wire) -> None:
    """A megabyte that becomes a gigabyte, again and again."""
    packed = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = packed.compress(b" " * 2**20) + packed.flush(zlib.Z_FULL_FLUSH)
    again = packed.compress(b" " * 2**20) + packed.flush(zlib.Z_FULL_FLUSH)
    wire.send(HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    wire.chunk(piece)
    while True:
        wire.chunk(again * 100)


def json_body(body: bytes, **headers: str) -> Answer:
    """A body as it is, whatever it is."""
    return reply(body, media_type="application/json", headers=headers)


def truncated_gzip() -> Answer:
    return reply(PACKED[:-6], media_type="application/json", headers=GZIP)
