"""A package index on loopback: what was just built, and what is installed here.

It speaks the simple repository API (PEP 503, with hashes), so that an installer
resolves and downloads as it would from PyPI. The wheels of dependencies are put
together again from the files that this environment has of them: nothing comes from the
network, and the versions are those of the lock file.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
import threading
import zipfile
from collections.abc import Iterable, Mapping
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote

__all__ = ["PackageIndex", "installed_wheel", "normalized"]

_LEFT_OUT = {"direct_url.json", "INSTALLER", "RECORD", "REQUESTED"}
"""What an installer adds to ``.dist-info``."""


def normalized(name: str) -> str:
    """The name of a project as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_wheel(distribution: metadata.Distribution) -> tuple[str, bytes]:
    """The name and content of a wheel that installs what is installed here."""
    info = next(
        path.parent for path in distribution.files or () if path.name == "METADATA"
    )
    about = distribution.read_text("WHEEL") or ""
    tags = [
        line.partition(": ")[2].split("-")
        for line in about.splitlines()
        if line.startswith("Tag: ")
    ]
    # PEP 425: a wheel for several interpreters or platforms names them all.
    tag = "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
    stem = info.name.removesuffix(".dist-info")
    made = {each.name for each in distribution.entry_points}
    buffer = io.BytesIO()
    record: list[str] = []
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in distribution.files or ():
            own = path.parent == info and path.name in _LEFT_OUT
            is_program = path.parent.name in ("bin", "Scripts") and ".." in path.parts
            if is_program and path.stem not in made:
                name = f"{stem}.data/scripts/{path.name}"
            elif own or ".." in path.parts or path.suffix == ".pyc":
                continue
            else:
                name = path.as_posix()
            data = Path(str(path.locate())).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
            record.append(f"{name},sha256={digest.decode().rstrip('=')},{len(data)}")
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100755 if is_program else 0o100644) << 16
            archive.writestr(entry, data)
        listed = "".join(f"{line}\n" for line in [*record, f"{info}/RECORD,,"])
        archive.writestr(f"{info}/RECORD", listed)
    return f"{stem}-{tag}.whl", buffer.getvalue()


class PackageIndex:
    """A server on a free port; the distributions given win over installed ones."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Serve some wheels and sdists.

        Args:
            files: What is to be had beside what is installed here.
        """
        self.asked: list[str] = []
        """The projects that were asked for, in that order."""
        self._files = {path.name: path.read_bytes() for path in files}
        self._own = set(self._files)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        """What ``--index-url`` takes."""
        return f"http://127.0.0.1:{self._server.server_port}/simple/"

    def __enter__(self) -> PackageIndex:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @cached_property
    def _installed(self) -> Mapping[str, metadata.Distribution]:
        return {
            normalized(each.metadata["Name"]): each for each in metadata.distributions()
        }

    def _page(self, project: str) -> bytes | None:
        """The links of a project, or None if it is not to be had."""
        with self._lock:
            self.asked.append(project)
            names = [
                name for name in self._own if normalized(name.split("-")[0]) == project
            ]
            if not names and project in self._installed:
                name, data = installed_wheel(self._installed[project])
                self._files[name] = data
                names = [name]
            if not names:
                return None
            links = (
                f'<a href="../../files/{html.escape(name)}'
                f'#sha256={hashlib.sha256(self._files[name]).hexdigest()}">'
                f"{html.escape(name)}</a>"
                for name in sorted(names)
            )
            return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = unquote(self.path).strip("/").split("/")
                body: bytes | None = None
                kind = "application/octet-stream"
                if parts[0] == "simple" and len(parts) == 2:
                    body, kind = index._page(parts[1]), "text/html"
                elif parts[0] == "files" and len(parts) == 2:
                    body = index._files.get(parts[1])
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """The log of requests is of no use here."""

        return Handler
