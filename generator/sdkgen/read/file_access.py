"""The text of a ``$ref``: what file it names, what in it, and what stands there.

A document may come from anybody, so what it refers to is opened only if it lies in the
folder of the root document, or is another description of the same project, after
symbolic links are followed. Everything else is refused by its text alone, before
anything is touched. What the project is, the user says; else it is the checkout of
version control that the document lies in, if it lies in one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sdkgen.diagnostics.diagnostic import suggest
from sdkgen.openapi.references import decode_percent
from sdkgen.support.checkouts import find_checkout

from .files import show_path

__all__ = ["Folder", "Refusal"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ENCODED: Final = re.compile(r"%(?:2e|2f|5c)", re.I)
"""A dot or a slash that is not to be seen."""
_DESCRIPTIONS: Final = (".json", ".yaml", ".yml")
_NAME_BYTES: Final = 255
_PATH_BYTES: Final = 1_000
"""Of a path in a reference; the folder of the document comes before it."""


_COPY: Final = (
    "copy the file into the folder, or allow files outside if you trust the document"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reference is not followed."""

    code: str
    message: str
    hint: str = ""


class Folder:
    """What the references of a document may lead to.

    That is the folder of the root document, and of the project around it the files
    that may be descriptions: `.yaml`, `.yml` or `.json`, neither hidden nor in a hidden
    folder, and by a path that is relative as it is read. ``allow_outside`` is the
    folder of the project; True takes away all limits.
    """

    def __init__(self, root: Path, *, allow_outside: bool | Path) -> None:
        self._shown = root.parent
        self._folder = os.path.abspath(root.parent)  # noqa: PTH100 # links stay
        self._real = os.path.realpath(root.parent)
        self._anywhere = allow_outside is True
        if isinstance(allow_outside, Path):
            self._project = os.path.abspath(allow_outside)  # noqa: PTH100 # links stay
        else:
            self._project = find_checkout(self._folder) or self._folder
        self._real_project = os.path.realpath(self._project)
        self._allowed: dict[str, Path] = {}
        """Files by the path that they are referred to by: the disk is asked once."""

    def find(self, ref_file: str, referrer: Path) -> Path | Refusal:
        """The file that the path part of a reference means.

        ``referrer`` is the file it stands in. The path is shown as the user wrote the
        root document's.
        """
        decoded = self._decode_path(ref_file)
        if isinstance(decoded, Refusal):
            return decoded
        # As text: `a/../b` names `b` whether there is a folder `a` or not (RFC 3986).
        target = os.path.abspath(referrer.parent / decoded)  # noqa: PTH100 # links stay
        if target in self._allowed:
            return self._allowed[target]
        if self._anywhere or self._is_own(target):
            found = self._check_file(target, ref_file)
            if isinstance(found, Path):
                self._allowed[target] = found
            return found
        plain = not Path(decoded).is_absolute() and not _ENCODED.search(ref_file)
        if plain and self._is_of_project(target):
            return self._check_file(target, ref_file)
        return Refusal(
            "E202",
            f"$ref points outside the document's folder: '{ref_file}'",
            self._suggest_option(target) if plain else _COPY,
        )

    def _is_own(self, target: str) -> bool:
        real = os.path.realpath(target)
        return _is_inside(target, self._folder) and _is_inside(real, self._real)

    def _is_of_project(self, target: str) -> bool:
        real = os.path.realpath(target)
        return _may_describe(target, self._project) and _may_describe(
            real, self._real_project
        )

    def _suggest_option(self, target: str) -> str:
        """The option that would allow it, if one folder is around both files."""
        common = Path(os.path.commonpath([target, self._folder]))
        if not _may_describe(target, str(common)) or common == Path(common.anchor):
            return _COPY
        around = show_path(Path(self._relate(str(common))))
        return f"if you trust the document, allow it with `--project {around}`"

    def get_key(self, path: Path) -> str:
        """What is equal for two paths of one file."""
        return os.path.realpath(path)

    def _decode_path(self, ref_file: str) -> str | Refusal:
        scheme = _SCHEME.match(ref_file)
        if scheme is not None:
            name = scheme.group(1).lower()
            if name == "file" and self._anywhere:
                path = re.sub(r"^file:(//(localhost)?(?=/))?", "", ref_file, flags=re.I)
                return decode_percent(path) or path
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
        decoded = decode_percent(ref_file)
        if decoded is None or "\0" in decoded or _is_too_long(decoded):
            return Refusal("E201", f"$ref does not name a file: '{ref_file[:80]}'")
        return decoded

    def _check_file(self, target: str, ref_file: str) -> Path | Refusal:
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
        elif path.parent.is_dir() and self._is_own(target):
            hint = suggest(path.name, (each.name for each in path.parent.iterdir()))
        return Refusal(
            "E201", f"$ref to a file that does not exist: '{ref_file}'", hint
        )

    def _show(self, target: str) -> Path:
        """An absolute path as the user would write it."""
        if not _is_inside(target, self._project):
            return Path(target)
        return Path(show_path(Path(self._relate(target))))

    def _relate(self, target: str) -> str:
        """A path as one that starts like that of the root document."""
        relative = os.path.relpath(target, self._folder)
        return os.path.normpath(self._shown / relative)


def _is_too_long(path: str) -> bool:
    """Whether no system would have a file of that name."""
    sizes = [len(os.fsencode(part)) for part in path.split("/")]
    return max(sizes) > _NAME_BYTES or sum(sizes) > _PATH_BYTES


def _may_describe(path: str, folder: str) -> bool:
    """Whether a file may be a description in a folder, hidden from nobody."""
    return (
        _is_inside(path, folder)
        and path.lower().endswith(_DESCRIPTIONS)
        and not any(
            part.startswith(".") for part in Path(path).relative_to(folder).parts
        )
    )


def _is_inside(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)
