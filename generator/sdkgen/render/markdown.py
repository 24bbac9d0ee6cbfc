"""HTML in the prose of a document → CommonMark, as far as one reads it as text.

CommonMark may hold HTML, and many documents hold nothing else. In a docstring nobody
renders it, so paragraphs, lists, tables and code become what CommonMark writes for
them, links to elsewhere stay links, and emphasis goes. What is no tag of HTML is left
as it is (``<deviceId>`` is a placeholder), as is what stands in code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

__all__ = ["to_commonmark"]

_BLOCKS: Final = frozenset({
    "article", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figure",
    "footer", "fullname", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "important", "note", "p", "section", "summary", "table", "tbody", "thead",
})  # fmt: skip
"""What stands by itself; ``fullname``, ``important`` and ``note`` are Amazon's."""
_LISTS: Final = frozenset({"ol", "ul"})
_CODE: Final = frozenset({"code", "kbd", "samp", "tt"})
_SILENT: Final = frozenset({
    "b", "big", "em", "font", "i", "img", "nobr", "s", "small", "span", "strong", "sub",
    "sup", "u", "wbr",
})  # fmt: skip
_NAMES: Final = "|".join(
    sorted(
        {*_BLOCKS, *_LISTS, *_CODE, *_SILENT, "a", "br", "li", "pre", "td", "th", "tr"},
        key=len,
        reverse=True,
    )
)
_TAG: Final = rf"<(?P<end>/?)(?P<name>{_NAMES})(?P<more>\s[^<>]*|/)?>"
_KEPT: Final = (
    r"(?P<kept>^[ ]{0,3}(```+|~~~+).*?(?:^[ ]{0,3}\2|\Z)"
    r"|(?<!`)(`+)(?!`).{1,2000}?(?<!`)\3(?!`))"
)
_SHOWN: Final = rf"(?P<shown>&lt;/?(?:{_NAMES})\b[^<>&]*&gt;)"
_ENTITY: Final = r"(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z]\w{1,30});)"
_PIECE: Final = re.compile(
    rf"{_KEPT}|<!--.{{0,500}}?-->|{_TAG}|{_SHOWN}|{_ENTITY}",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_DEEPEST: Final = 8
"""Lists in lists that are indented."""
_HREF: Final = re.compile(
    r"""\bhref\s*=\s*["']?\s*(https?://[^\s"'<>()]+)""", re.IGNORECASE
)


def to_commonmark(text: str) -> str:
    """The same without HTML; a text that holds none is left as it is."""
    if "<" not in text and "&" not in text:
        return text
    pieces = list(_PIECE.finditer(text))
    found = any(each["kept"] is None for each in pieces)
    return _Writer(text).written(pieces) if found else text


@dataclass(slots=True)
class _Writer:
    """Goes through a text once, from tag to tag."""

    text: str
    out: list[str] = field(default_factory=list[str])
    lists: list[int] = field(default_factory=list[int])
    """The lists around, by the number of the last item; ``-1`` without numbers."""
    links: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """The link around: where its text starts, and where it leads."""
    verbatim: bool = False
    code: bool = False

    def written(self, pieces: list[re.Match[str]]) -> str:
        """The whole text; where there are blocks its own line ends mean nothing."""
        names = {(each["name"] or "").lower() for each in pieces}
        loose = bool(names & (_BLOCKS | _LISTS | {"li"}))
        at = 0
        for piece in pieces:
            self._write_text(self.text[at : piece.start()], loose=loose)
            at = piece.end()
            if piece["kept"]:
                self.out.append(piece["kept"])
            elif piece["entity"]:
                self.out.append(unescape(piece["entity"]).replace("\xa0", " "))
            elif piece["shown"]:
                # As code, or it would be taken for a tag the next time.
                mark = "" if self.code or self.verbatim else "`"
                self.out.append(f"{mark}{unescape(piece['shown'])}{mark}")
            elif piece["name"]:
                self._write_tag(
                    piece["name"].lower(), bool(piece["end"]), piece["more"] or ""
                )
        self._write_text(self.text[at:], loose=loose)
        if self.code:
            self.out.append("`")
        if self.verbatim:
            self.out.append("\n```")
        made = "".join(self.out)
        made = re.sub(r"``(?!`)(?<!```)", "", made)  # code that holds nothing
        made = re.sub(r"^([ ]*(?:-|\d+\.) )\s+", r"\1", made, flags=re.MULTILINE)
        made = re.sub(r"\n\n[ ]{1,3}(?=\S)(?![-\d])", "\n\n", made)
        made = re.sub(r"[ \t]+$", "", made, flags=re.MULTILINE)
        return re.sub(r"\n{3,}", "\n\n", made).strip("\n")

    def _write_text(self, text: str, *, loose: bool) -> None:
        """Text between tags."""
        if loose and not self.verbatim:
            text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
        if text:
            self.out.append(text)

    def _write_tag(self, name: str, ends: bool, more: str) -> None:
        if name == "pre":
            if self.verbatim is ends:
                last = self.out[-1] if self.out else ""
                line_end = "" if last.endswith("\n") else "\n"
                self.out.append(f"{line_end}```\n\n" if ends else "\n\n```\n")
            self.verbatim = not ends
        elif name == "br":
            self.out.append(self._end_line())
        elif self.verbatim:
            return
        elif name in _BLOCKS:
            self.out.append(" " if self.lists else "\n\n")
        elif name in _CODE:
            if self.code is ends:
                self.out.append("`")
            self.code = not ends
        elif name == "a":
            self._write_link(ends, more)
        else:
            self._write_part(name, ends)

    def _end_line(self) -> str:
        """A line end; in a row of a table there can be none."""
        if self.verbatim:
            return "\n"
        line = "".join(self.out[-40:]).rpartition("\n")[2]
        return " " if line.lstrip().startswith("|") or self.code else "\n\n"

    def _write_part(self, name: str, ends: bool) -> None:
        """Of a list or a table."""
        if name in _LISTS and ends:
            del self.lists[-1:]
            self.out.append("" if self.lists else "\n\n")
        elif name in _LISTS:
            self.out.append("" if self.lists else "\n\n")
            self.lists.append(0 if name == "ol" else -1)
        elif name == "li" and not ends:
            if self.lists and self.lists[-1] >= 0:
                self.lists[-1] += 1
            number = self.lists[-1] if self.lists else -1
            sign = "- " if number < 0 else f"{number}. "
            self.out.append(
                "\n" + "  " * min(max(len(self.lists) - 1, 0), _DEEPEST) + sign
            )
        elif name == "tr" and not ends:
            self.out.append("\n|")
        elif name in ("td", "th"):
            self.out.append(" |" if ends else " ")

    def _write_link(self, ends: bool, more: str) -> None:
        if not ends:
            target = _HREF.search(more)
            self.links = [(len(self.out), target[1] if target else "")]
            return
        if not self.links:
            return
        start, href = self.links.pop()
        said = "".join(self.out[start:])
        if href and said.strip() and said.strip().rstrip("/") != href.rstrip("/"):
            self.out[start:] = [f"[{said.strip()}]({href})"]
