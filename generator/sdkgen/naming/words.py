"""Words and cases: text to words, words to names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = [
    "LONGEST",
    "digest_text",
    "shorten_name",
    "split_words",
    "to_pascal",
    "to_plural",
    "to_singular",
    "to_snake",
]

LONGEST = 80
"""Characters in a name; a longer one is cut and ends in a digest of the whole."""


_READ = 1_000
"""Characters of what names a thing that are read; ten words would be many."""


_SYMBOLS = {
    "$": "dollar", "@": "at", "+": "plus", "-": "minus", "*": "star", "/": "slash",
    "%": "percent", "&": "and", "|": "or", "!": "not", "<": "less", ">": "greater",
    "=": "equal", "~": "tilde", "#": "hash", ".": "dot", ":": "colon", "?": "question",
    "^": "caret", "(": "open", ")": "close", "[": "left", "]": "right", "'": "quote",
}  # fmt: skip


JOINING = re.compile(r"(?<=\w)[^\w\s]+(?=\w)|(?<=\w)\](?!\w)")
"""Symbols that hold a name together: ``user-id``, ``a.b``, ``filter[name]``."""


_LATIN = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L",
    "ħ": "h", "Ħ": "H", "ı": "i",
})  # fmt: skip
"""Letters of Latin that are not another one with an accent."""


_WORD = re.compile(
    r"[A-Z]{2,}s(?![a-z])"  # a plural of initials: IDs, URLs
    r"|[A-Z]+(?=[A-Z][a-z])"  # initials before a word: HTTP in HTTPServer
    r"|[A-Z]?[a-z]+[0-9]*"
    r"|[A-Z]+[0-9]*"
    r"|[0-9]+[a-z]+(?![a-z])[0-9]*"  # 2fa, 3d
    r"|[0-9]+"
    r"|[^\W\d_A-Za-z]+[0-9]*"  # scripts without the cases of Latin
)


@lru_cache(maxsize=1 << 16)
def split_words(text: str, *, spell: bool = False) -> tuple[str, ...]:
    """Split ``text`` into lower-case words: ``deviceIDs`` → ``device``, ``ids``.

    ``spell`` writes symbols out instead of dropping them: ``$and`` → ``dollar``,
    ``and``. Accents are dropped, as Python folds identifiers by NFKC anyway. Of a text
    that is no name only the start is read: the last rung of a ladder tells such apart.
    """
    text = text[:_READ]
    if spell:
        text = text.replace("[]", " list ")
        text = "".join(f" {_SYMBOLS[c]} " if c in _SYMBOLS else c for c in text)
    folded = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", text)
        folded = "".join(c for c in folded if not unicodedata.combining(c))
        folded = unicodedata.normalize("NFKC", folded).translate(_LATIN)
    found = (word.lower() for word in _WORD.findall(folded))
    return tuple(word for word in found if f"a{word}".isidentifier())


_ONE_WORD = re.compile(
    r"(?<![^_])(e_tags?|graph_ql|i_os|io_ts?|i_pv[46]|m_tls|o_auth[12]?|qo_s|saa_s|v_cpus?)"
    r"(?![^_])"
)
"""What capitals within a word make two of: ``OAuth2``, ``IPv4``, ``IoT``."""


def to_snake(parts: Iterable[str]) -> str:
    """``("send", "state")`` → ``send_state``; never starts with a digit."""
    name = _ONE_WORD.sub(lambda found: found[0].replace("_", ""), "_".join(parts))
    return f"n{name}" if name[:1].isdigit() else name


def to_pascal(parts: Iterable[str]) -> str:
    """``("device", "patch")`` → ``DevicePatch``; never starts with a digit."""
    name = "".join(part[:1].upper() + part[1:] for part in parts)
    return f"N{name}" if name[:1].isdigit() else name


def to_singular(word: str) -> str:
    """The singular of a regular English plural, or the word itself."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def to_plural(word: str) -> str:
    """The regular English plural of a singular."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def digest_text(text: str) -> str:
    """Six letters that stand for ``text``: the last rung of every ladder."""
    value = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8])
    letters: list[str] = []
    for _ in range(6):
        value, index = divmod(value, 26)
        letters.append(chr(ord("a") + index))
    return "".join(letters)


def shorten_name(name: str) -> str:
    """Cut a name that is longer than ``LONGEST``; the digest keeps it distinct."""
    if len(name) <= LONGEST:
        return name
    return name[: LONGEST - 7].rstrip("_") + "_" + digest_text(name)
