"""`names.lock`: the names that were given, so that they stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

__all__ = ["Lock"]


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

    def get_pins(self, kind: str) -> Mapping[str, str]:
        """Place → name, for one kind of name."""
        return self._pins.get(kind, {})

    def find_home(self, kind: str, name: str) -> str:
        """The first place of a published name, or an empty string."""
        return self._homes.get(kind, {}).get(name, "")

    def publish(
        self, kind: str, name: str, places: Iterable[str], *, scope: str = ""
    ) -> None:
        """Record a name of this run; the first place is its home.

        ``scope`` is what the name is unique in, for the reader: ``Device`` of a field.
        """
        around = f"{_to_one_word(scope)}." if scope else ""
        self._published[kind, f"{around}{name}"] = tuple(places)

    def to_text(self) -> str:
        """The lock file of the names that were published in this run."""
        lines = [
            " ".join((kind, name, *map(_to_one_word, places)))
            for (kind, name), places in sorted(self._published.items())
        ]
        return self.HEADER + "".join(f"{line}\n" for line in lines)


def _to_one_word(text: str) -> str:
    """Any text as one word: percent-encoded where it must be."""
    return quote(text, safe="/~{}:$,.-", errors="surrogatepass")
