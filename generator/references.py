"""The text of a ``$ref``: what file it names, and what in it.

A document may come from anybody, so what it refers to is opened only if it lies in the
folder of the root document, after symbolic links are followed. Everything else is
refused by its text alone, before anything is touched.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from .diagnostics import suggest
from .files import display_of

__all__ = ["Folder", "Refusal", "fragment_of", "ref_to", "split_ref"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# RFC 3986: what a fragment may hold as it is, besides letters and digits.
_FRAGMENT_SAFE: Final = "/~!$&'()*+,;=:@-._?"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reference is not followed."""

    code: str
    message: str
    hint: str = ""


def split_ref(ref: str) -> tuple[str, str]:
    """The part of a reference that names a file (or nothing), and its fragment."""
    file, _, fragment = ref.partition("#")
    return file, fragment


def fragment_of(fragment: str) -> str:
    """A fragment without its percent-encoding; bytes that are not UTF-8 stay encoded."""
    return _decoded(fragment) or fragment


def ref_to(pointer: str) -> str:
    """The reference to a JSON pointer of the same document."""
    return f"#{quote(pointer, safe=_FRAGMENT_SAFE)}"


def _decoded(text: str) -> str | None:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


class Folder:
    """The folder of the root document, which references do not leave."""

    def __init__(self, root: Path, *, allow_outside: bool) -> None:
        self._shown = root.parent
        self._folder = os.path.abspath(root.parent)  # noqa: PTH100 # links stay
        self._real = os.path.realpath(root.parent)
        self._allow_outside = allow_outside

    def find(self, ref_file: str, referrer: Path) -> Path | Refusal:
        """The file that the path part of a reference means.

        ``referrer`` is the file it stands in. The path is shown as the user wrote the
        root document's.
        """
        decoded = self._local_path(ref_file)
        if isinstance(decoded, Refusal):
            return decoded
        # As text: `a/../b` names `b` whether there is a folder `a` or not (RFC 3986).
        target = os.path.abspath(referrer.parent / decoded)  # noqa: PTH100 # links stay
        if self._allow_outside:
            return self._checked(target, ref_file)
        if not _inside(target, self._folder) or not _inside(
            os.path.realpath(target), self._real
        ):
            return Refusal(
                "E202",
                f"$ref leaves the document's folder: '{ref_file}'",
                "copy the file into the folder, or allow files outside if you trust"
                " the document",
            )
        return self._checked(target, ref_file)

    def key(self, path: Path) -> str:
        """What is equal for two paths of one file."""
        return os.path.realpath(path)

    def _local_path(self, ref_file: str) -> str | Refusal:
        scheme = _SCHEME.match(ref_file)
        if scheme is not None:
            name = scheme.group(1).lower()
            if name == "file" and self._allow_outside:
                path = re.sub(r"^file:(//(localhost)?(?=/))?", "", ref_file, flags=re.I)
                return _decoded(path) or path
            if name == "file" or len(name) == 1:
                return Refusal(
                    "E202",
                    f"$ref is not a relative path: '{ref_file}'",
                    "write the path relative to this file",
                )
            return Refusal(
                "E203",
                f"$ref to the network is not followed: '{ref_file}'",
                "download the file into the document's folder and refer to it there",
            )
        if ref_file.startswith(("//", "\\\\")):
            return Refusal(
                "E203",
                f"$ref to another host is not followed: '{ref_file}'",
                "download the file into the document's folder and refer to it there",
            )
        decoded = _decoded(ref_file)
        if decoded is None or "\0" in decoded:
            return Refusal("E201", f"$ref does not name a file: '{ref_file}'")
        return decoded

    def _checked(self, target: str, ref_file: str) -> Path | Refusal:
        path = self._show(target)
        if path.is_file():
            return path
        if path.exists():
            return Refusal(
                "E201",
                f"$ref is not to a regular file: '{ref_file}'",
                "name a file in it, not a folder or a device",
            )
        hint = ""
        if ref_file.startswith(("components/", "definitions/", "paths/")) and not (
            Path(ref_file).suffix
        ):
            hint = f"did you mean '#/{ref_file}'?"
        elif path.parent.is_dir() and _inside(str(path.parent.resolve()), self._real):
            hint = suggest(path.name, (each.name for each in path.parent.iterdir()))
        return Refusal(
            "E201", f"$ref to a file that does not exist: '{ref_file}'", hint
        )

    def _show(self, target: str) -> Path:
        """An absolute path as the user would write it."""
        if not _inside(target, self._folder):
            return Path(target)
        return Path(display_of(self._shown / os.path.relpath(target, self._folder)))


def _inside(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)
