"""Proxies on loopback: of HTTP, and SOCKS 5."""

from __future__ import annotations

import socket

from loopback import Answer, Loopback, Received, Wire, reply

__all__ = ["Socks", "forward", "tunnel"]


def _connected(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), timeout=30)


def tunnel(request: Received, wire: Wire) -> None:
    """Connect the client with whom it asks for (RFC 9110, 9.3.6)."""
    host, _, port = request.target.rpartition(":")
    with _connected(host, int(port)) as server:
        wire.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        wire.pump(server)


def forward(answer: Answer) -> Answer:
    """Answer in place of the server; refuse whoever does not say who they are."""

    def answered(request: Received, wire: Wire) -> None:
        if request.headers.get("proxy-authorization") != "Basic bWU6cEBzcw==":
            reply(status=407)(request, wire)
        else:
            answer(request, wire)

    return answered


class Socks(Loopback):
    """A SOCKS 5 proxy (RFC 1928), which asks nobody who they are."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[tuple[str, int]] = []

    def _serve(self, connection: socket.socket) -> None:
        wire = Wire(connection)
        try:
            _, methods = wire.exactly(2)
            wire.exactly(methods)
            wire.send(b"\x05\x00")
            kind = wire.exactly(4)[3]
            # By address, or by name: then one byte says how long it is.
            if kind == 1:
                host = socket.inet_ntoa(wire.exactly(4))
            else:
                host = wire.exactly(wire.exactly(1)[0]).decode()
            port = int.from_bytes(wire.exactly(2), "big")
            self.targets.append((host, port))
            with _connected("127.0.0.1", port) as server:
                wire.send(b"\x05\x00\x00\x01" + bytes(6))
                wire.pump(server)
        except OSError:
            return  # one end closed
        finally:
            with self._lock:
                self._open.remove(connection)
            connection.close()
