"""Certificates of an authority that nobody knows, for servers on loopback."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import Any

import trustme

__all__ = ["authority", "server_context"]


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def server_context(*protocols: str) -> ssl.SSLContext:
    """What a server on 127.0.0.1 shows, and the protocols that it agrees to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown: Any = _authority().issue_cert("127.0.0.1", "localhost")
    shown.configure_cert(context)
    context.set_alpn_protocols(list(protocols or ("http/1.1",)))
    return context


def authority(folder: Path) -> Path:
    """The file by which clients trust such servers."""
    path = folder / "authority.pem"
    _authority().cert_pem.write_to_path(str(path))
    return path
