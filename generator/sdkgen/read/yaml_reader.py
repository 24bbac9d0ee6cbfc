"""YAML 1.2 to plain values with places, over the events of PyYAML.

Events rather than nodes: composing nodes recurses, and libyaml does so in C. Nothing is
constructed but the types of JSON, whatever the tags say.
"""

from __future__ import annotations

import re
from typing import Any, Final, Protocol, cast

import yaml

from sdkgen.support.json_pointer import Container, Json

from .json_reader import MAX_DEPTH, Duplicate
from .source_map import Marks, Unreadable
from .yaml_anchors import Anchors
from .yaml_errors import (
    explain_key,
    explain_surrogate,
    explain_syntax,
    find_control_character,
)
from .yaml_scalars import SPECIAL_START, TAG, TAGGED, parse_plain, parse_tagged

__all__ = ["ReportFn", "has_libyaml", "read_yaml"]

# Line breaks in YAML 1.1, which PyYAML reads, and ordinary characters in YAML 1.2:
# they travel through the parser in disguise.
_OLD_BREAKS: Final = ("\x85", "\u2028", "\u2029")
_OLD_BREAK: Final = re.compile("[\x85\u2028\u2029]")

# Only escapes can bring them in: they are no characters.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class ReportFn(Protocol):
    """Takes a finding that does not stop the reader."""

    def __call__(
        self, code: str, message: str, position: int, hint: str = ""
    ) -> None: ...


class _Events(Protocol):
    # An event, or None; its stub does not know that all of these have marks.
    def get_event(self) -> Any: ...


def has_libyaml() -> bool:
    """Whether the fast parser is there."""
    return hasattr(yaml, "CSafeLoader")


def read_yaml(
    text: str,
    base: int,
    marks: Marks,
    duplicate: Duplicate,
    report: ReportFn,
    *,
    pure: bool = False,
) -> Json:
    """Read a YAML document; ``base`` is the position of the first character.

    ``pure`` takes the parser that is written in Python, which is ten times as slow.

    Raises:
        Unreadable: the text is not YAML, or beyond a limit.
    """
    if (problem := find_control_character(text, base)) is not None:
        raise problem
    disguise: dict[int, str] = {}
    if _OLD_BREAK.search(text):
        unused = (chr(n) for n in range(0x10FFFD, 0xF0000, -1) if chr(n) not in text)
        disguise = {ord(old): next(unused) for old in _OLD_BREAKS}
        text = text.translate(disguise)
    loader = yaml.SafeLoader if pure or not has_libyaml() else yaml.CSafeLoader
    try:
        # PyYAML's types say less than its events do.
        events = cast("_Events", loader(text))
        has_escapes = "\\u" in text or "\\U" in text  # alone bring in half a pair
        return _Reader(
            events, base, marks, duplicate, report, disguise, has_escapes=has_escapes
        ).read()
    except yaml.MarkedYAMLError as error:
        raise explain_syntax(error, text, base) from None
    except yaml.YAMLError as error:
        raise Unreadable("E106", f"not valid YAML: {error}", base) from None


class _Frame:
    """A mapping or a list that is being read."""

    __slots__ = (
        "anchor",
        "at",
        "before",
        "container",
        "entries",
        "has_alias",
        "is_map",
        "items",
        "key",
        "key_position",
        "merges",
        "merging",
    )

    def __init__(self, is_map: bool, at: int, anchor: str | None, before: int) -> None:
        self.is_map = is_map
        self.container: Container = {} if is_map else []
        self.at = at
        self.anchor = anchor
        self.before = before  # how many nodes had been counted when it began
        self.entries: dict[str, int] = {}
        self.items: list[int] = []
        self.key: str | None = None
        self.key_position = 0
        self.merging = False  # the key is a plain `<<`
        self.merges: list[dict[str, Json]] = []
        self.has_alias = False  # a list: one of its items is an alias


_MERGE: Final = "<<"


class _Reader:
    """One run over the events of one document."""

    def __init__(
        self,
        events: _Events,
        base: int,
        marks: Marks,
        duplicate: Duplicate,
        report: ReportFn,
        disguise: dict[int, str],
        *,
        has_escapes: bool,
    ) -> None:
        self._events = events
        self._has_escapes = has_escapes
        self._base = base
        self._marks = marks
        self._duplicate = duplicate
        self._report = report
        self._undisguise = {ord(new): chr(old) for old, new in disguise.items()}
        self._anchors = Anchors(marks)
        self._nodes = 0
        self._stack: list[_Frame] = []
        self._frame: _Frame | None = None
        self._root: tuple[Json] | None = None

    def read(self) -> Json:
        """The value of the document.

        Raises:
            Unreadable: it is not YAML, or beyond a limit.
        """
        next_event = self._events.get_event
        base = self._base
        while True:
            event = next_event()
            # libyaml has no types, and a cast would be a call for each event.
            kind = type(event)  # pyright: ignore[reportUnknownVariableType]
            # The most frequent first; only what has no mark is left out.
            if kind is yaml.ScalarEvent:
                self._take_scalar(event, base + event.start_mark.index)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin_container(event, base + event.start_mark.index)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end_container()
            elif kind is yaml.AliasEvent:
                self._take_alias(event, base + event.start_mark.index)
            elif kind is yaml.DocumentStartEvent and self._root is not None:
                raise Unreadable(
                    "E110",
                    "a second YAML document starts here",
                    base + event.start_mark.index,
                    "put it into a file of its own",
                )
            elif event is None or kind is yaml.StreamEndEvent:
                break
            self._nodes += 1
        if self._root is None:
            raise Unreadable("E101", "the file is empty", self._base)
        return self._root[0]

    def _take_alias(self, event: yaml.AliasEvent, position: int) -> None:
        value, text, size = self._anchors.repeat(event.anchor or "", position)
        self._nodes += size - 1
        if not self._awaits_key():
            self._put_value(value, position, aliased=True)
        elif text is None:
            raise explain_key(position)
        else:
            self._take_key(text, position, plain=False)

    def _awaits_key(self) -> bool:
        frame = self._frame
        return frame is not None and frame.is_map and frame.key is None

    def _take_key(self, text: str, position: int, *, plain: bool) -> None:
        if self._frame is not None:
            self._frame.key, self._frame.key_position = text, position
            self._frame.merging = plain and text == _MERGE

    def _take_scalar(self, event: yaml.ScalarEvent, position: int) -> None:
        text = str(event.value)
        if self._undisguise:
            text = text.translate(self._undisguise)
        if self._has_escapes and _SURROGATE.search(text):
            raise explain_surrogate(position)
        anchor = event.anchor
        frame = self._frame
        if frame is not None and frame.is_map and frame.key is None:
            # Any scalar is a text as a key: `200` and `null` are what they look like.
            frame.key, frame.key_position = text, position
            frame.merging = text == _MERGE and event.implicit[0]
            if anchor is not None:
                self._anchors.define(anchor, text, text)
            return
        value: Json = text
        tag = event.tag
        if tag is None:
            if (not text or text[0] in SPECIAL_START) and event.implicit[0]:
                value = parse_plain(text, position)
        elif tag != "!":
            value = self._parse_tagged(tag, text, position)
        if anchor is not None:
            self._anchors.define(anchor, value, text)
        self._put_value(value, position)

    def _begin_container(
        self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, position: int
    ) -> None:
        if self._awaits_key():
            raise explain_key(position)
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(
                "E111",
                f"nested more than {MAX_DEPTH:,} levels deep",
                position,
                "give the inner parts names and refer to them with $ref",
            )
        is_map = type(event) is yaml.MappingStartEvent
        if event.tag not in (None, "!", f"{TAG}{'map' if is_map else 'seq'}"):
            self._report_tag(str(event.tag), position)
        self._frame = _Frame(is_map, position, event.anchor, self._nodes)
        self._stack.append(self._frame)
        if event.anchor is not None:
            self._anchors.begin(event.anchor)

    def _end_container(self) -> None:
        done = self._stack.pop()
        self._frame = self._stack[-1] if self._stack else None
        value = done.container
        if isinstance(value, dict):
            self._merge_sources(done, value)
            self._marks.put_map(value, done.at, done.entries)
        else:
            self._marks.put_list(value, done.at, done.items)
        if done.anchor is not None:
            size = self._nodes - done.before + 1
            self._anchors.define(done.anchor, value, None, size)
        self._put_value(value, done.at, aliased=done.has_alias)

    def _put_value(self, value: Json, position: int, *, aliased: bool = False) -> None:
        """Put a complete value where it belongs.

        ``aliased``: it is an alias, or a list with an alias in it. ``<<`` merges only
        those: before an ordinary value it is a key like any other, as YAML 1.2 has it.
        """
        frame = self._frame
        if frame is None:
            self._root = (value,)
            return
        container = frame.container
        if isinstance(container, list):
            container.append(value)
            frame.items.append(position)
            frame.has_alias = frame.has_alias or aliased
            return
        key = frame.key or ""
        frame.key = None
        merged = _find_merged(value) if aliased and frame.merging else None
        if merged is not None:
            frame.merges.extend(merged)
        elif key in container:
            self._duplicate(key, Marks.key_of(frame.entries[key]), frame.key_position)
        else:
            container[key] = value
            frame.entries[key] = Marks.pack(frame.key_position, position)

    def _merge_sources(self, frame: _Frame, container: dict[str, Json]) -> None:
        """Add what ``<<`` brings; the mapping's own keys and earlier sources win."""
        if not frame.merges:
            return
        merged: dict[str, Json] = {}
        for source in frame.merges:
            for key, value in source.items():
                if key in container or key in merged:
                    continue
                merged[key] = value
                entry = self._marks.entry(source, key)
                if entry is not None:
                    frame.entries[key] = self._marks.pack(*entry)
        own = dict(container)
        container.clear()
        container.update(merged)
        container.update(own)

    def _parse_tagged(self, tag: str, text: str, position: int) -> Json:
        """A scalar that says of what type it is."""
        name = tag.removeprefix(TAG)
        if not tag.startswith(TAG) or name not in TAGGED:
            self._report_tag(tag, position)
            return text
        return parse_tagged(name, text, position)

    def _report_tag(self, tag: str, position: int) -> None:
        shown = tag.replace(TAG, "!!", 1)
        self._report(
            "W704",
            f"the tag {shown} is ignored",
            position,
            "remove it: JSON has no tags",
        )


def _find_merged(value: Json) -> list[dict[str, Json]] | None:
    """What a merge key merges: a mapping or mappings, else None."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        found = [each for each in value if isinstance(each, dict)]
        return found if len(found) == len(value) else None
    return None
