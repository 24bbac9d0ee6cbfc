"""A small content-addressed cache on disk for results that are slow to compute.

An entry is found by the digest of everything its value depends on, so it can never be
out of date; what cannot be read, or does not match the digest it was stored with, is
computed again. A folder that cannot be written to makes the cache useless, not the run
a failure.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from functools import cache as once
from pathlib import Path
from typing import TypeVar

__all__ = ["Cache", "code", "default_folder"]

T = TypeVar("T", str, bytes)

_MAGIC = b"sdkgen-cache-1 "
"""First bytes of an entry; another layout of entries wants another number."""

_DEFAULT_LIMIT = 256 * 1024 * 1024
"""Bytes kept on disk by default."""

_KEEP = 0.75
"""The part of the limit that pruning leaves, so that it does not run at every store."""


def default_folder(
    project: Path | None, environ: Mapping[str, str] = os.environ
) -> Path | None:
    """Where the cache of a run lies, or None when ``SDKGEN_CACHE=off``.

    Args:
        project: Root of the project that is generated for; None for a lone document.
        environ: ``SDKGEN_CACHE`` names a folder or is ``off``; without it the cache is
            ``.cache/sdkgen`` of the project, or of the user
            (``XDG_CACHE_HOME``, by default ``~/.cache``) when there is no project.
    """
    chosen = environ.get("SDKGEN_CACHE", "")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    if project is not None:
        return project / ".cache" / "sdkgen"
    base = environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "sdkgen"
    home = environ.get("HOME", "")
    return Path(home) / ".cache" / "sdkgen" if home else None


@once
def code() -> str:
    """A digest of the generator and its Python, for what depends on more than its input.

    Whatever is changed in the generator, what an earlier one made is not found again.
    """
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Cache:
    """Values by (kind, key), kept in files below one folder.

    Safe for several processes at once: entries appear whole or not at all.
    """

    def __init__(self, folder: Path | None, *, limit: int = _DEFAULT_LIMIT) -> None:
        """Use a folder, which need not exist yet; None caches nothing.

        Args:
            folder: Where entries are kept.
            limit: Size in bytes beyond which the entries used longest ago are removed.
        """
        self._folder = folder
        self._limit = limit
        self._size: int | None = None  # of all entries, known after the first store

    def get(self, kind: str, key: str | bytes) -> str | bytes | None:
        """The value stored for a key, or None; an entry that is damaged is None."""
        if self._folder is None:
            return None
        path = self._path(self._folder, kind, key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        value = _decode(data)
        if value is not None:
            try:
                os.utime(path)  # pruning goes by the time of last use
            except OSError:
                return value  # a cache that is read-only still serves
        return value

    def put(self, kind: str, key: str | bytes, value: str | bytes) -> None:
        """Store a value, best effort: a full or read-only disk is not an error."""
        if self._folder is None:
            return
        path = self._path(self._folder, kind, key)
        data = _encode(value)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(data)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError:
            return
        if self._size is None:
            self._size = sum(size for _, size, _ in self._entries())
        else:
            self._size += len(data)
        if self._size > self._limit:
            self.prune()

    def get_or(self, kind: str, key: str | bytes, compute: Callable[[], T]) -> T:
        """The stored value, or the computed one, which is then stored.

        Args:
            kind: What the value is; keys of two kinds never meet.
            key: Everything that the value depends on.
            compute: Makes the value. What it raises is passed on and nothing is stored.
        """
        found = self.get(kind, key)
        if found is not None:
            # The type is part of what is stored; a kind holds values of one type.
            return found  # type: ignore[return-value]
        value = compute()
        self.put(kind, key, value)
        return value

    def prune(self) -> None:
        """Remove the entries used longest ago until the cache is well below its limit."""
        entries = sorted(self._entries(), key=lambda entry: (entry[0], entry[2]))
        size = sum(entry[1] for entry in entries)
        for _, length, path in entries:
            if size <= self._limit * _KEEP:
                break
            try:
                Path(path).unlink(missing_ok=True)
            except OSError:
                continue  # another process holds it, or it is not ours to remove
            size -= length
        self._size = size

    def _entries(self) -> list[tuple[int, int, str]]:
        """(time of last use in nanoseconds, size in bytes, path) of every entry."""
        found: list[tuple[int, int, str]] = []
        if self._folder is None:
            return found
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 - a Path each is slow
                try:
                    status = os.lstat(path)
                except OSError:
                    continue  # pruned by another process in between
                found.append((status.st_mtime_ns, status.st_size, path))
        return found

    @staticmethod
    def _path(folder: Path, kind: str, key: str | bytes) -> Path:
        digest = hashlib.sha256(kind.encode() + b"\0")
        digest.update(_bytes(key))
        name = digest.hexdigest()
        return folder / name[:2] / name[2:]


def _bytes(text: str | bytes) -> bytes:
    # Documents may hold lone surrogates; a key must never fail to encode.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _encode(value: str | bytes) -> bytes:
    payload = _bytes(value)
    tag = b"s" if isinstance(value, str) else b"b"
    digest = hashlib.sha256(tag + payload).hexdigest().encode()
    return _MAGIC + digest + b" " + tag + b"\n" + payload


def _decode(data: bytes) -> str | bytes | None:
    head, newline, payload = data.partition(b"\n")
    if not newline or not head.startswith(_MAGIC):
        return None
    digest, _, tag = head[len(_MAGIC) :].partition(b" ")
    if hashlib.sha256(tag + payload).hexdigest().encode() != digest:
        return None
    if tag == b"s":
        return payload.decode("utf-8", "surrogatepass")
    return payload if tag == b"b" else None
