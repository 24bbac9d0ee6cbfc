"""Names: words, cases, reserved words, allocation per scope, and the lock file.

Names are public API, so one module decides them. A scope (the types of a package, the
fields of a model …) is allocated as a whole: every place brings a ladder of candidates,
shortest first, and only those that clash climb. The result does not depend on order.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote

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

_BETWEEN = re.compile(r"(?<=\w)[^\w\s]+(?=\w)|(?<=\w)\](?!\w)")
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
def words(text: str, *, spell: bool = False) -> tuple[str, ...]:
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


def snake(parts: Iterable[str]) -> str:
    """``("send", "state")`` → ``send_state``; never starts with a digit."""
    name = _ONE_WORD.sub(lambda found: found[0].replace("_", ""), "_".join(parts))
    return f"n{name}" if name[:1].isdigit() else name


def pascal(parts: Iterable[str]) -> str:
    """``("device", "patch")`` → ``DevicePatch``; never starts with a digit."""
    name = "".join(part[:1].upper() + part[1:] for part in parts)
    return f"N{name}" if name[:1].isdigit() else name


def singular(word: str) -> str:
    """The singular of a regular English plural, or the word itself."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def plural(word: str) -> str:
    """The regular English plural of a singular."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def digest(text: str) -> str:
    """Six letters that stand for ``text``: the last rung of every ladder."""
    value = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8])
    letters: list[str] = []
    for _ in range(6):
        value, index = divmod(value, 26)
        letters.append(chr(ord("a") + index))
    return "".join(letters)


def shorten(name: str) -> str:
    """Cut a name that is longer than ``LONGEST``; the digest keeps it distinct."""
    if len(name) <= LONGEST:
        return name
    return name[: LONGEST - 7].rstrip("_") + "_" + digest(name)


# What Python itself reserves, and what a method's signature uses.
KEYWORDS = frozenset(keyword.kwlist) | {"__debug__"}
ARGUMENTS = KEYWORDS | {"self", "request_options"}

# Names that pydantic's BaseModel, or our own base class, gives a meaning to. A field of
# that name would hide it. (``model_`` names, the methods kept from pydantic 1, and what
# every class has: ``mro``, and ``register`` of abstract ones.)
FIELDS = KEYWORDS | {
    "construct", "copy", "dict", "from_orm", "json", "model_computed_fields",
    "model_config", "model_construct", "model_copy", "model_dump", "model_dump_json",
    "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate",
    "model_validate_json", "model_validate_strings", "mro", "parse_file", "parse_obj",
    "parse_raw", "register", "schema", "schema_json", "self", "to_dict", "to_json",
    "update_forward_refs", "validate",
    # Annotations below a field of this name would mean the field, not the type.
    "bool", "bytes", "date", "datetime", "float", "int", "list", "str", "tuple",
}  # fmt: skip

# Methods of a client or a resource that are ours, and names that annotations beside a
# method use: a method of that name would hide them.
METHODS = KEYWORDS | {
    "builtins", "date", "datetime", "models", "mro", "overload", "params", "self",
}  # fmt: skip
CLIENT = METHODS | {"close", "aclose", "with_options", "wait_for_job"}

# Names that a generated module of models or parameters uses itself.
TYPES = KEYWORDS | {
    "Annotated", "Any", "BaseModel", "CamelModel", "Field", "Literal", "Mapping",
    "Milliseconds", "NotRequired", "Optional", "Required", "Sequence", "TYPE_CHECKING",
    "TypeAlias", "TypeAliasType", "TypedDict", "UUID", "Union", "Variants",
}  # fmt: skip

# Names that no file or module may have on some system, or that Python gives a meaning.
MODULES = KEYWORDS | {"aux", "con", "nul", "prn", "init", "main", "test", "tests"}


def escape(name: str, reserved: frozenset[str]) -> str:
    """Append an underscore to a reserved name."""
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name


def ladder(
    case: Callable[[Iterable[str]], str], *candidates: Sequence[str], fallback: str
) -> tuple[str, ...]:
    """Candidates as names, without the empty and repeated ones.

    Each candidate is a sequence of texts that together make a name. The first is tried
    again with its symbols spelled out, since ``$and`` and ``and`` may stand together;
    symbols that hold it or the last together, which tell a reader little, in the end.
    """
    # Fields of one name are in many models.
    return _ladder(case, tuple(map(tuple, candidates))) or (fallback,)


@lru_cache(maxsize=1 << 16)
def _ladder(
    case: Callable[[Iterable[str]], str], candidates: tuple[tuple[str, ...], ...]
) -> tuple[str, ...]:
    names: list[str] = []
    first, *others = candidates
    joined = [_BETWEEN.sub("_", text) for text in first]
    plain = ((texts, False) for texts in others)
    spelled = ((texts, True) for texts in (first, candidates[-1]))
    for texts, spell in ((first, False), (joined, True), *plain, *spelled):
        parts = [word for text in texts for word in words(text, spell=spell)]
        name = shorten(case(parts))
        if name and name not in names:
            names.append(name)
    return tuple(names)


def strangeness(wire: str) -> int:
    """How far a name on the wire is from its name in Python, for ``ranks``.

    Of ``id`` and ``_id`` the first is plainly ``id``, of ``fooBar`` and ``FooBar`` the
    first is ``foo_bar``.
    """
    if wire == snake(words(wire)):
        return 0
    if not wire.isalnum():
        return 3
    return 1 if wire[0].islower() else 2


@dataclass(slots=True)
class Allocation:
    """Result of ``allocate``: the names, and the places whose first choice clashed."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    widened: dict[str, str] = field(default_factory=dict[str, str])
    """Place → the name that it would have had alone."""
    clashes: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list[tuple[str, tuple[str, ...]]]
    )
    """(forced name, the places that want it) …"""


def allocate(
    ladders: Mapping[str, Sequence[str]],
    reserved: frozenset[str],
    *,
    taken: Iterable[str] = (),
    pinned: Mapping[str, str] | None = None,
    forced: Mapping[str, str] | None = None,
    ranks: Mapping[str, int] | None = None,
) -> Allocation:
    """Give each place of one scope a name of its own.

    Pinned (published) names hold; ``taken`` are those of a higher tier. Names that
    differ in case only clash, since they may become files. Places that clash climb
    their ladders together; at the top they get a digest of the place, never a number,
    as a number would depend on what stands beside. ``forced`` are overrides: two
    places with one forced name are reported, not resolved.
    """
    result = Allocation()
    forced = forced or {}
    by_name: dict[str, list[str]] = {}
    for place in ladders:
        if place in forced:
            by_name.setdefault(forced[place], []).append(place)
            result.names[place] = forced[place]
    for name, places in sorted(by_name.items()):
        if len(places) > 1:
            result.clashes.append((name, tuple(sorted(places))))
    used = {name.lower() for name in taken} | {name.lower() for name in by_name}
    pins = pinned or {}
    for place in sorted(ladders.keys() & pins.keys()):
        name = pins[place]
        if place not in result.names and name.lower() not in used:
            result.names[place] = name
            used.add(name.lower())
    rungs = {place: 0 for place in ladders if place not in result.names}

    def candidate(place: str) -> str:
        names = ladders[place]
        if rungs[place] < len(names):
            return escape(names[rungs[place]], reserved)
        return f"{names[-1]}_{digest(place)}"

    climbing = True
    while climbing:
        wanted: dict[str, list[str]] = {}
        for place in rungs:
            wanted.setdefault(candidate(place).lower(), []).append(place)
        climbing = False
        for name, places in wanted.items():
            stays = "" if name in used else _first(places, ranks or {})
            for place in places:
                if place == stays:
                    continue
                if rungs[place] < len(ladders[place]):
                    rungs[place] += 1
                    climbing = True
    for place, rung in rungs.items():
        result.names[place] = candidate(place)
        if rung:
            result.widened[place] = escape(ladders[place][0], reserved)
    return result


def _first(places: Sequence[str], ranks: Mapping[str, int]) -> str:
    """The only place of the lowest rank, or nothing."""
    lowest = min(ranks.get(place, 0) for place in places)
    first = [place for place in places if ranks.get(place, 0) == lowest]
    return first[0] if len(first) == 1 else ""


def _inline(text: str) -> str:
    """Any text as one word: percent-encoded where it must be."""
    return quote(text, safe="/~{}:$,.-", errors="surrogatepass")


class Lock:
    """``names.lock``: every published name, by its place in the document.

    One line a name: ``kind name place …``. Places are JSON pointers, percent-encoded as
    in a URI fragment (RFC 6901, section 6), so that a line stays a line. The generator
    writes it, people review it; to rename something on purpose, edit or drop its line.
    """

    HEADER = (
        "# Published names, by place in the document. Written by sdkgen, reviewed by\n"
        "# people: a name in here is public API and stays when the document changes.\n"
        "# To rename on purpose, change the name in its line.\n"
    )

    def __init__(self, text: str = "") -> None:
        self._pins: dict[str, dict[str, str]] = {}
        self._homes: dict[str, dict[str, str]] = {}
        self._published: dict[tuple[str, str], tuple[str, ...]] = {}
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            kind, name, *places = line.split(" ")
            pins = self._pins.setdefault(kind, {})
            for place in places:
                pins[unquote(place, errors="surrogatepass")] = name.rpartition(".")[2]
            if places:
                self._homes.setdefault(kind, {})[name] = unquote(places[0])

    def pins(self, kind: str) -> Mapping[str, str]:
        """Place → name, for one kind of name."""
        return self._pins.get(kind, {})

    def home(self, kind: str, name: str) -> str:
        """The first place of a published name, or an empty string."""
        return self._homes.get(kind, {}).get(name, "")

    def publish(
        self, kind: str, name: str, places: Iterable[str], *, scope: str = ""
    ) -> None:
        """Record a name of this run; the first place is its home.

        ``scope`` is what the name is unique in, for the reader: ``Device`` of a field.
        """
        around = f"{_inline(scope)}." if scope else ""
        self._published[kind, f"{around}{name}"] = tuple(places)

    def text(self) -> str:
        """The lock file of the names that were published in this run."""
        lines = [
            " ".join((kind, name, *map(_inline, places)))
            for (kind, name), places in sorted(self._published.items())
        ]
        return self.HEADER + "".join(f"{line}\n" for line in lines)
