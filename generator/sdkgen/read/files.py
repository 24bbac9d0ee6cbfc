"""One file as a tree with places: opened, decoded, and read as JSON or YAML."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from sdkgen.diagnostics.diagnostic import Diagnostics, Place
from sdkgen.support.digests import digest_input
from sdkgen.support.json_pointer import Json

from .json_reader import read_json
from .source_map import Marks, Sources, Unreadable
from .yaml_reader import read_yaml

__all__ = [
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "MAX_TOTAL_BYTES",
    "Files",
    "Undecodable",
    "decode",
    "show_path",
]

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 100 * 1024 * 1024
MAX_FILES: Final = 5_000

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_EMPTY_HINT: Final = "an OpenAPI document starts with `openapi: 3.1.0`"
_BLANK: Final = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_JSON_START: Final = re.compile(r"[ \t\r\n]*[{\[]")


class Undecodable(Exception):
    """Bytes that are not text in their encoding.

    ``text`` is what can be shown of the file, ``index`` where in it the first bad byte
    stands, ``offset`` the same counted in bytes of the file.
    """

    def __init__(self, encoding: str, text: str, index: int, offset: int) -> None:
        super().__init__(encoding, index, offset)
        self.encoding = encoding
        self.text = text
        self.index = index
        self.offset = offset


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark.

    Raises:
        Undecodable: the bytes do not fit the encoding that the mark names, or UTF-8.
    """
    encoding, skip = "utf-8", 0
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            encoding, skip = name, len(mark)
            break
    body = data[skip:]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding)
        raise Undecodable(
            encoding.upper().removesuffix("-LE").removesuffix("-BE"),
            before + body[error.start :].decode(encoding, "replace"),
            len(before),
            skip + error.start,
        ) from None


def show_path(path: Path) -> str:
    """A path as it is shown: as the user wrote it, with ``/``."""
    return path.as_posix()


class Files:
    """The files of one run: each is read once, its text and places are kept."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.sources = Sources()
        self.marks = Marks()
        self.paths: list[Path] = []
        self.digests: dict[str, str] = {}
        """Of each file as it was when it was read (``digest_input``)."""
        self._bytes = 0

    def read(
        self, path: Path, *, at: Place | None = None, what: str = "the file"
    ) -> tuple[Json] | None:
        """The value in a file, in a tuple of one; None after a diagnostic.

        ``at`` is the place that refers to the file, if there is one: what keeps the
        file from being opened is reported there.
        """
        file = show_path(path)
        data = self._read_bytes(path, at or Place(file, 1, 1), what)
        if data is None:
            return None
        self.paths.append(path)
        self.digests[file] = digest_input(path, data)
        try:
            text = decode(data)
        except Undecodable as error:
            base = self._add_source(file, error.text)
            self.diagnostics.add(
                "E104",
                f"the file is not {error.encoding}: byte {error.offset:,} does not fit",
                self.sources.place(base + error.index),
                hint="save the file as UTF-8",
            )
            return None
        base = self._add_source(file, text)
        try:
            return (self._parse(path, text, base),)
        except Unreadable as error:
            self._report(error.code, error.message, error.position, error.hint)
            return None

    def find_place(self, value: Json, path: Path) -> Place:
        """Where an object or an array stands; if it is not known, the start of a file."""
        position = self.marks.of(value)
        if position is None:
            return Place(show_path(path), 1, 1)
        return self.sources.place(position)

    def _read_bytes(self, path: Path, at: Place, what: str) -> bytes | None:
        if len(self.paths) >= MAX_FILES:
            self.diagnostics.add("E207", f"more than {MAX_FILES:,} files", at)
            return None
        try:
            if path.is_dir():
                self.diagnostics.add(
                    "E100",
                    f"{what} is a folder: '{path}'",
                    at,
                    hint="name a file in it",
                )
                return None
            with path.open("rb") as opened:
                data = opened.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            self.diagnostics.add(
                "E100",
                f"{what} does not exist: '{path}'",
                at,
                hint="the path is relative to the folder the command was started in",
            )
            return None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.diagnostics.add(
                "E100",
                f"{what} cannot be read: {reason}",
                at,
                hint="check its permissions",
            )
            return None
        if len(data) > MAX_FILE_BYTES:
            size = MAX_FILE_BYTES // (1024 * 1024)
            self.diagnostics.add("E112", f"{what} is larger than {size} MiB", at)
            return None
        self._bytes += len(data)
        if self._bytes > MAX_TOTAL_BYTES:
            size = MAX_TOTAL_BYTES // (1024 * 1024)
            self.diagnostics.add("E207", f"all files are larger than {size} MiB", at)
            return None
        return data

    def _add_source(self, file: str, text: str) -> int:
        base = self.sources.add(file, text)
        self.diagnostics.sources[file] = self.sources[file]
        return base

    def _parse(self, path: Path, text: str, base: int) -> Json:
        blank = _BLANK.match(text)
        if blank is None or blank.end() == len(text):
            raise Unreadable("E101", "the file is empty", base, _EMPTY_HINT)
        if not _JSON_START.match(text):
            return read_yaml(
                text, base, self.marks, self._report_duplicate, self._report
            )
        try:
            return read_json(text, base, self.marks, self._report_duplicate)
        except Unreadable as error:
            # JSON is YAML's flow style, of which YAML files may use more than JSON has.
            if error.code != "E108" or path.suffix.lower() not in {".yaml", ".yml"}:
                raise
        return read_yaml(text, base, self.marks, self._report_duplicate, self._report)

    def _report(self, code: str, message: str, position: int, hint: str = "") -> None:
        self.diagnostics.add(code, message, self.sources.place(position), hint=hint)

    def _report_duplicate(self, key: str, first: int, second: int) -> None:
        before = self.sources.place(first)
        self._report(
            "E109",
            f"duplicate key '{key}'; first at {before.line}:{before.column}",
            second,
            "remove or rename one of them",
        )
