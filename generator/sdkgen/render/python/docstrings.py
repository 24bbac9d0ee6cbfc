"""Prose of a document → docstrings, comments, Markdown and TOML.

The text of a document is CommonMark, written by anybody. It is wrapped where it is
plain prose, kept as it stands where it is a list, a table or code, and escaped so that
it can be nothing but text.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sdkgen import ir, naming
from sdkgen.render.markdown import to_commonmark

from .code import UNSEEN, Code

WIDTH = 88
"""Columns of documentation, the indentation included."""

LONGEST_LINE = 88
"""Columns of a line of code, which a docstring on one line may fill."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_AS_IT_STANDS = re.compile(r"\s*(\||#{1,6} |>|=+\s*$|-{3,}\s*$)| {4}\S")
_MARKUP = re.compile(r"([\\`*<>\[\]|])")
_SPAN = re.compile(r"(?<!`)(`[^`|]+`)(?!`)")
_LEADING = re.compile(r"\A(\s*)([#+=~-]|\d+[.)])")
_UNDERSCORES = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_QUOTES = re.compile(r'"(?="|\Z)|(?<=")"')

_LONGEST_REPETITION = 200
_EMPTY = frozenset({"a", "an", "for", "its", "of", "s", "the", "this", "unique"})
"""Words that add nothing to a name."""
_SYNONYMS = {"identifier": "id"}

_MOST_KEPT = 1 << 14
"""Texts of each kind that are made once: what an API says it mostly says again."""


# ------------------------------------------------------------------------ text


def _show_unseen(text: str) -> str:
    """Text with ``\\n`` as its only line end, and nothing in it that is not seen."""
    if text.isascii() and text.isprintable():
        return text
    lines = _LINE_ENDS.sub("\n", text).expandtabs(4)
    return UNSEEN.sub(
        lambda match: (
            "\n" if match.group() == "\n" else f"<U+{ord(match.group()):04X}>"
        ),
        lines,
    )


@lru_cache(_MOST_KEPT)
def join_lines(text: str) -> str:
    """Text on one line, each run of white space a single space."""
    return " ".join(_show_unseen(to_commonmark(text)).split())


def end_sentence(text: str) -> str:
    """Text on one line that ends like a sentence, or nothing."""
    line = join_lines(text)
    return line if not line or line[-1] in ".!?:…。" else f"{line}."


def first_clause(text: str) -> str:
    """The first sentence, or the part of it before a semicolon or colon."""
    found = re.match(r"(.*?)(?:[.;:!?](?=\s)|$)", join_lines(text))
    return end_sentence(found.group(1) if found else "")


def wrap_text(text: str, width: int, hanging: str = "") -> list[str]:
    """The lines of a text of several paragraphs; words are never broken.

    Args:
        text: CommonMark, and HTML in it. Lists keep their items, everything but prose
        its lines.
        width: Characters in a line.
        hanging: Indentation of all lines but the first.
    """
    lines: list[str] = []
    for prose, block in _split_blocks(_show_unseen(to_commonmark(text))):
        if not block:
            if lines and lines[-1]:
                lines.append("")
            continue
        indent = hanging if lines else ""
        if not prose:
            lines.extend(indent + line for line in block)
            continue
        marker = _ITEM.match(block[0])
        inner = " " * len(marker.group()) if marker else ""
        filled = _fill_lines(
            " ".join(part.strip() for part in block), width, indent, hanging + inner
        )
        lines.extend(filled)
    while lines and not lines[-1].strip():
        lines.pop()
    return [line.rstrip() for line in lines]


def _fill_lines(text: str, width: int, first: str, others: str) -> list[str]:
    """The lines of a paragraph, with what stands before the first and the others."""
    if "  " in text or not text.isascii():
        return textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=others,
            break_long_words=False,
            break_on_hyphens=False,
        )
    # Between words that are one blank apart this is the same, in a third of the time.
    if text and len(first) + len(text) <= width:
        return [first + text]
    lines: list[str] = []
    line, empty = first, True
    for word in text.split():
        if not empty and len(line) + len(word) >= width:
            lines.append(line)
            line, empty = others, True
        line += word if empty else f" {word}"
        empty = False
    return lines if empty else [*lines, line]


def _split_blocks(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Paragraphs and items (true), lines that stay as they are; ``[]`` between them."""
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        line = line.rstrip()
        prose = line[:1].isalpha()  # most lines start like neither of these
        mark = None if prose else _FENCE.match(line)
        kept = bool(fence or mark or (not prose and _AS_IT_STANDS.match(line)))
        if block and (kept or not line or (not prose and _ITEM.match(line))):
            yield True, block
            block = []
        if mark and not fence:
            fence = mark.group(1)
        elif mark and line.strip().startswith(fence):
            fence = ""
        if kept:
            yield False, [line]
        elif line:
            block.append(line)
        else:
            yield False, []
    if block:
        yield True, block


# ------------------------------------------------------------------ docstrings


def quote_docstring(
    lines: Sequence[str], indent: int = 0, *, closed: bool = False
) -> Code:
    """A docstring of these lines, without the indentation of its first line.

    Args:
        lines: Text as a reader shall see it.
        indent: Spaces before each further line.
        closed: Put the closing quotes on the last line.
    """
    body = "\n".join(lines).strip()
    doubled = _show_unseen(body).replace("\\", "\\\\")
    # No quote is escaped yet. One beside another could make three, one at the end is
    # beside those that close the docstring.
    escaped = _QUOTES.sub(r"\"", doubled) if '"' in doubled else doubled
    if "\n" not in escaped and indent + len(escaped) + 6 <= LONGEST_LINE:
        return Code(f'"""{escaped}"""')
    margin = " " * indent
    indented = "\n".join(
        margin + line if line else "" for line in escaped.split("\n")
    ).lstrip()
    closed = closed and "\n" in escaped
    ending = "" if closed else f"\n{margin}"
    return Code(f'"""{indented}{ending}"""')


def wrap_doc(doc: ir.Doc, width: int, *more: str) -> list[str]:
    """Summary, description and further sentences, wrapped, a blank line between."""
    lines: list[str] = []
    summary = end_sentence(doc.summary)
    description = doc.description.strip()
    parts = [
        summary,
        "" if join_lines(description) == join_lines(summary) else description,
    ]
    for part in (*parts, *more):
        if part:
            found = wrap_text(part, width)
            lines.extend(["", *found] if lines and found else found)
    return lines


def document_attribute(doc: ir.Doc, indent: int, *facts: str) -> Code:
    """The string below a field that documents it; nothing where nothing is said."""
    said = doc.description or doc.summary
    return document_inline(said, indent, *facts)


def refer_to(doc: ir.Doc, place: str, indent: int, *facts: str) -> Code:
    """One line: the summary, and where the rest stands if there is room."""
    said = end_sentence(doc.summary) or first_clause(doc.description)
    said = " ".join(part for part in (said, *facts) if part)
    more = f"See {code_span(place)}."
    both = f"{said} {more}".strip()
    width = LONGEST_LINE - indent - 6
    if len(both) > width:
        both = said if said and len(said) <= width else more
    return quote_docstring([both], indent)


@lru_cache(_MOST_KEPT)
def document_inline(text: str, indent: int, *facts: str) -> Code:
    """A docstring of a text and short facts, which follow on the text's last line."""
    lines = wrap_text(_with_facts(text, facts), WIDTH - indent - 3)
    return quote_docstring(lines, indent, closed=True) if lines else Code("")


@lru_cache(_MOST_KEPT)
def write_entry(name: str, text: str, *facts: str) -> tuple[str, ...]:
    """An entry of a section (Google style): ``name: text``, hanging by four."""
    said = _with_facts(text, facts)
    lines = wrap_text(f"{name}: {said}" if said else name, WIDTH - 12, hanging="    ")
    return tuple(line for line in lines if line)


def _with_facts(text: str, facts: Iterable[str]) -> str:
    said = to_commonmark(text).strip()
    if said and said[-1].isalnum():
        said += "."
    # Not what the text says itself already.
    more = " ".join(
        fact for fact in facts if fact and fact.rstrip(".").lower() not in text.lower()
    )
    if not more:
        return said
    last = _LINE_ENDS.sub("\n", said).rpartition("\n")[2]
    structured = _ITEM.match(last) or _AS_IT_STANDS.match(last) or _FENCE.match(last)
    return f"{said}\n\n{more}" if structured else f"{said} {more}".strip()


def drop_repetition(text: str, name: str) -> str:
    """A text, or nothing where it only repeats a name: "The id of the device." """
    if len(text) > _LONGEST_REPETITION or not text.isascii():
        return text
    known = set(map(naming.to_singular, naming.split_words(name)))
    words = {
        naming.to_singular(word)
        for word in naming.split_words(text)
        if word not in _EMPTY
    }
    return "" if {_SYNONYMS.get(word, word) for word in words} <= known else text


def write_section(title: str, entries: Sequence[Sequence[str]]) -> list[str]:
    """A section of a docstring, after a blank line; nothing without lines."""
    lines = [f"    {line}" for each in entries for line in each]
    return ["", f"{title}:", *lines] if lines else []


# ---------------------------------------------------------------- other formats


@lru_cache(_MOST_KEPT)
def code_span(text: str) -> str:
    """Text as inline code of CommonMark (section 6.1)."""
    line = join_lines(text)
    if "`" not in line:
        return f"`{line}`"
    longest = max(len(run) for run in re.findall("`+", line))
    ticks = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def write_comment(text: str) -> Code:
    """Text for a comment of one line, without the ``#``."""
    return Code(join_lines(text))


def escape_markdown(text: str) -> Code:
    """Text as one paragraph of Markdown in which nothing is markup but inline code."""
    parts = _SPAN.split(join_lines(text))
    line = "".join(
        part if index % 2 else _UNDERSCORES.sub(r"\\_", _MARKUP.sub(r"\\\1", part))
        for index, part in enumerate(parts)
    )
    return Code(_LEADING.sub(r"\1\\\2", line))


def quote_toml(text: str) -> Code:
    """A basic string of TOML 1.0, with its quotes, on one line."""
    parts: list[str] = []
    for character in join_lines(text):
        code = ord(character)
        if character in '"\\':
            parts.append(f"\\{character}")
        else:
            parts.append(character if code >= 0x20 else f"\\u{code:04x}")
    return Code(f'"{"".join(parts)}"')
