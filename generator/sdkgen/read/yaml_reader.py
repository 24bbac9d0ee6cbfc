"""YAML 1.2 to plain values with places, over the events of PyYAML.

Events rather than nodes: composing nodes recurses, and libyaml does so in C. What a
plain scalar means follows the core schema of YAML 1.2, but for integers with leading
zeros: they stay texts, as people who write ``012`` mean them. Nothing is constructed
but the types of JSON, whatever the tags say.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, Protocol, cast

import yaml

from sdkgen.diagnostics.diagnostic import suggest
from sdkgen.support.json_pointer import Container, Json

from .json_reader import MAX_DEPTH, MAX_DIGITS, Duplicate, integer, number
from .source_map import Marks, Unreadable

__all__ = ["MAX_ALIASED", "Report", "has_libyaml", "read_yaml"]

# How many nodes aliases may add to what is written.
MAX_ALIASED: Final = 1_000_000

# YAML 1.2, 5.1: what may not stand in a file. Line breaks of YAML 1.1 may.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]"
)
# Line breaks in YAML 1.1, which PyYAML reads, and ordinary characters in YAML 1.2:
# they travel through the parser in disguise.
_OLD_BREAKS: Final = ("\x85", "\u2028", "\u2029")
_OLD_BREAK: Final = re.compile("[\x85\u2028\u2029]")

# Only escapes can bring them in: they are no characters.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_PLAIN: Final = re.compile(
    r"""
      (?P<null>~|null|Null|NULL|)
    | (?P<true>true|True|TRUE)
    | (?P<false>false|False|FALSE)
    | (?P<int>[-+]?(?:0|[1-9][0-9]*))
    | (?P<oct>0o[0-7]+)
    | (?P<hex>0x[0-9a-fA-F]+)
    | (?P<float>[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
    | (?P<none>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    """,
    re.VERBOSE,
)
_SPECIAL_START: Final = frozenset("-+.0123456789~nNtTfF")
_TAG: Final = "tag:yaml.org,2002:"
_HINTS: Final = (
    ("mapping values are not allowed", "a text with ': ' in it wants quotes"),
    ("could not find expected ':'", "a key wants ': ' after it, in the same line"),
    ("block end", "check the indentation: what belongs together starts in one column"),
    (
        "expected key",
        "check the indentation: what belongs together starts in one column",
    ),
    ("cannot start any token", "a text that starts with this character wants quotes"),
    ("flow", "a bracket or a brace is not closed, or a comma is missing"),
    ("quoted scalar", "the quote is not closed"),
    (
        "escape",
        "in double quotes a backslash is written \\\\; single quotes take it as it is",
    ),
)


class Report(Protocol):
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
    report: Report,
    *,
    pure: bool = False,
) -> Json:
    """Read a YAML document; ``base`` is the position of the first character.

    ``pure`` takes the parser that is written in Python, which is ten times as slow.

    Raises:
        Unreadable: the text is not YAML, or beyond a limit.
    """
    control = _CONTROL.search(text)
    if control is not None:
        number_ = ord(control.group())
        raise Unreadable(
            "E105",
            f"a control character: {number_:#04x}",
            base + control.start(),
            f'write it in double quotes as "\\u{number_:04x}"',
        )
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
        raise _syntax(error, text, base) from None
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
_OPEN: Final = -1


class _Reader:
    """One run over the events of one document."""

    def __init__(
        self,
        events: _Events,
        base: int,
        marks: Marks,
        duplicate: Duplicate,
        report: Report,
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
        # Anchor → value, its source text if it is a scalar, its size in nodes.
        self._anchors: dict[str, tuple[Json, str | None, int]] = {}
        self._nodes = 0
        self._aliased = 0
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
            kind = type(event)  # pyright: ignore[reportUnknownVariableType]
            # The most frequent first; only what has no mark is left out.
            if kind is yaml.ScalarEvent:
                self._scalar(event, base + event.start_mark.index)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin(event, base + event.start_mark.index)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end()
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
        value, text = self._alias(event.anchor, position)
        if not self._awaits_key():
            self._deliver(value, position, aliased=True)
        elif text is None:
            raise _not_a_key(position)
        else:
            self._take_key(text, position, plain=False)

    def _awaits_key(self) -> bool:
        frame = self._frame
        return frame is not None and frame.is_map and frame.key is None

    def _take_key(self, text: str, position: int, *, plain: bool) -> None:
        if self._frame is not None:
            self._frame.key, self._frame.key_position = text, position
            self._frame.merging = plain and text == _MERGE

    def _scalar(self, event: yaml.ScalarEvent, position: int) -> None:
        text = str(event.value)
        if self._undisguise:
            text = text.translate(self._undisguise)
        if self._has_escapes and _SURROGATE.search(text):
            raise _half_a_pair(position)
        anchor = event.anchor
        frame = self._frame
        if frame is not None and frame.is_map and frame.key is None:
            # Any scalar is a text as a key: `200` and `null` are what they look like.
            frame.key, frame.key_position = text, position
            frame.merging = text == _MERGE and event.implicit[0]
            if anchor is not None:
                self._anchors[anchor] = (text, text, 1)
            return
        value: Json = text
        tag = event.tag
        if tag is None:
            if (not text or text[0] in _SPECIAL_START) and event.implicit[0]:
                value = _plain(text, position)
        elif tag != "!":
            value = self._tagged(tag, text, position)
        if anchor is not None:
            self._anchors[anchor] = (value, text, 1)
        self._deliver(value, position)

    def _begin(
        self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, position: int
    ) -> None:
        if self._awaits_key():
            raise _not_a_key(position)
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(
                "E111",
                f"nested more than {MAX_DEPTH:,} levels deep",
                position,
                "give the inner parts names and refer to them with $ref",
            )
        is_map = type(event) is yaml.MappingStartEvent
        if event.tag not in (None, "!", f"{_TAG}{'map' if is_map else 'seq'}"):
            self._unknown_tag(str(event.tag), position)
        self._frame = _Frame(is_map, position, event.anchor, self._nodes)
        self._stack.append(self._frame)
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, None, _OPEN)

    def _end(self) -> None:
        done = self._stack.pop()
        self._frame = self._stack[-1] if self._stack else None
        value = done.container
        if isinstance(value, dict):
            self._merge(done, value)
            self._marks.put_map(value, done.at, done.entries)
        else:
            self._marks.put_list(value, done.at, done.items)
        if done.anchor is not None:
            size = self._nodes - done.before + 1
            self._anchors[done.anchor] = (value, None, size)
        self._deliver(value, done.at, aliased=done.has_alias)

    def _deliver(self, value: Json, position: int, *, aliased: bool = False) -> None:
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
        merged = _mappings(value) if aliased and frame.merging else None
        if merged is not None:
            frame.merges.extend(merged)
        elif key in container:
            self._duplicate(key, Marks.key_of(frame.entries[key]), frame.key_position)
        else:
            container[key] = value
            frame.entries[key] = Marks.pack(frame.key_position, position)

    def _alias(self, anchor: str | None, position: int) -> tuple[Json, str | None]:
        """What an alias repeats: a copy, so that no part of the tree is shared."""
        found = self._anchors.get(anchor or "")
        if found is None:
            raise Unreadable(
                "E115",
                f"no anchor '&{anchor}' stands before this alias",
                position,
                suggest(anchor or "", self._anchors)
                or "a text that starts with '*' wants quotes",
            )
        value, text, size = found
        if size == _OPEN:
            raise Unreadable(
                "E114",
                f"the alias '*{anchor}' stands inside its own anchor",
                position,
                "for a recursive schema use $ref",
            )
        self._nodes += size - 1
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            raise Unreadable(
                "E113",
                f"aliases add more than {MAX_ALIASED:,} nodes up to here",
                position,
                "use $ref in place of aliases",
            )
        return self._marks.copy(value), text

    def _merge(self, frame: _Frame, container: dict[str, Json]) -> None:
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

    def _tagged(self, tag: str, text: str, position: int) -> Json:
        """A scalar that says of what type it is."""
        name = tag.removeprefix(_TAG)
        if not tag.startswith(_TAG) or name not in _TAGGED:
            self._unknown_tag(tag, position)
            return text
        if name == "str":
            return text
        value = _plain(text, position)
        if name == "float" and type(value) is int:
            return float(value)
        if type(value) not in _TAGGED[name]:
            raise Unreadable(
                "E119",
                f"not a value for the tag !!{name}",
                position,
                "remove the tag or correct the value",
            )
        return value

    def _unknown_tag(self, tag: str, position: int) -> None:
        shown = tag.replace(_TAG, "!!", 1)
        self._report(
            "W704",
            f"the tag {shown} is ignored",
            position,
            "remove it: JSON has no tags",
        )


_TAGGED: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (float,),
}


def _mappings(value: Json) -> list[dict[str, Json]] | None:
    """What a merge key merges: a mapping or mappings, else None."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        found = [each for each in value if isinstance(each, dict)]
        return found if len(found) == len(value) else None
    return None


def _not_a_key(position: int) -> Unreadable:
    return Unreadable(
        "E116",
        "a key is a text, not a list or a mapping",
        position,
        "a text that starts with '[', '{' or '?' wants quotes",
    )


def _half_a_pair(position: int) -> Unreadable:
    return Unreadable(
        "E118",
        "an escape that is no character by itself",
        position,
        "write the character itself, or \\U and eight digits: YAML has no pairs",
    )


def _plain(text: str, position: int) -> Json:
    """The value of a plain scalar (YAML 1.2, 10.3.2, the core schema)."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return text
    match found.lastgroup:
        case "null":
            return None
        case "true":
            return True
        case "false":
            return False
        case "int":
            return integer(text, position)
        case "oct":
            return _based(text, 8, position)
        case "hex":
            return _based(text, 16, position)
        case "float":
            return number(text, position)
        case _:
            raise Unreadable(
                "E117",
                f"JSON has no {text!r}",
                position,
                "quote it if it is a text",
            )


def _based(text: str, radix: int, position: int) -> int:
    if len(text) * math.log10(radix) > MAX_DIGITS:
        raise Unreadable(
            "E117",
            f"an integer of {len(text):,} digits",
            position,
            "quote it if it is a text",
        )
    return int(text[2:], radix)


def _syntax(error: yaml.MarkedYAMLError, text: str, base: int) -> Unreadable:
    """The parser's complaint as a finding."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark is not None else 0, max(0, len(text) - 1))
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    indent = re.compile(r"[ \t]*").match(text, start)
    tab = text.find("\t", start, indent.end() if indent else start)
    if text[index : index + 1] == "\t" or tab >= 0:
        return Unreadable(
            "E107",
            "a tab where YAML wants blanks",
            base + (index if tab < 0 else tab),
            "indent with blanks",
        )
    problem = error.problem or "it cannot be read"
    if "Unicode character escape" in problem:
        return _half_a_pair(base + index)
    context = f" ({error.context})" if error.context else ""
    hint = next(
        (advice for part, advice in _HINTS if part in f"{problem}{context}"), ""
    )
    return Unreadable("E106", f"not valid YAML: {problem}{context}", base + index, hint)
