"""Security schemes and requirements."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from sdkgen import ir, naming
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Location, Text
from sdkgen.support.json_pointer import Json, escape, unescape

from .accessors import Accessors


class Security:
    """The credentials of an API, and which of them an operation needs."""

    def __init__(
        self, read: Accessors, lock: naming.Lock, diagnostics: Diagnostics
    ) -> None:
        self._read = read
        self._names: dict[str, str] = {}
        self._silent: set[str] = set()
        self._grants = find_grants(read.document.root)
        components = read.get_object(read.document.root, "components")
        schemes = read.get_object(components, "securitySchemes")
        places = {key: f"/components/securitySchemes/{escape(key)}" for key in schemes}
        allocated = naming.allocate(
            {
                place: naming.list_candidates(
                    naming.to_snake, [key], [key, "auth"], fallback="auth"
                )
                for key, place in places.items()
            },
            naming.ARGUMENTS,
            pinned=lock.get_pins("auth"),
        )
        made: list[ir.Auth] = []
        for key, place in places.items():
            scheme, _ = read.follow(schemes[key], place)
            name = allocated.names[place]
            auth = self._lower_scheme(name, scheme, key)
            if read.get_string(scheme, "type") == "mutualTLS":
                self._silent.add(key)  # the connection presents it
                continue
            if auth is None:
                diagnostics.add(
                    "U605",
                    f"security scheme {key!r} is not supported: pass its header"
                    " yourself",
                    read.document.place(place),
                    pointer=place,
                )
                continue
            self._names[key] = name
            lock.publish("auth", name, [place])
            made.append(auth)
        self.auth: tuple[ir.Auth, ...] = tuple(made)
        self._usual = self._read_alternatives(read.document.root)

    def _lower_scheme(self, name: str, scheme: Json, key: str) -> ir.Auth | None:
        kind = self._read.get_string(scheme, "type")
        http = self._read.get_string(scheme, "scheme").lower() if kind == "http" else ""
        location = self._read.get_string(scheme, "in")
        wire = self._read.get_string(scheme, "name")
        if http == "bearer" or kind in ("oauth2", "openIdConnect"):
            made = ir.Scheme.BEARER
        elif http == "basic":
            made = ir.Scheme.BASIC
        elif kind == "apiKey" and wire and location in ("header", "query", "cookie"):
            made = ir.Scheme.API_KEY
        else:
            return None
        by_key = made is ir.Scheme.API_KEY
        return ir.Auth(
            name=name,
            scheme=made,
            location=Location(location) if by_key else Location.HEADER,
            wire=Text(wire if by_key else "Authorization"),
            grant=self._grants.get(key),
            doc=self._read.read_doc(scheme),
        )

    def find_alternatives(
        self, operation: dict[str, Json]
    ) -> tuple[tuple[str, ...], ...]:
        """Alternatives of credentials, in order; an empty one makes them optional."""
        if "security" not in operation:
            return self._usual
        return self._read_alternatives(operation)

    def _read_alternatives(
        self, holder: dict[str, Json]
    ) -> tuple[tuple[str, ...], ...]:
        stated = holder.get("security")
        alternatives: list[tuple[str, ...]] = []
        for requirement in stated if isinstance(stated, list) else []:
            if isinstance(requirement, dict):
                keys = [_find_scheme_key(name) for name in requirement]
                keys = [key for key in keys if key not in self._silent]
                known = [self._names.get(key) for key in keys]
                if None not in known:
                    alternatives.append(tuple(name for name in known if name))
        return tuple(alternatives) if any(alternatives) else ()


def find_grants(root: Json) -> dict[str, ir.Grant]:
    """The schemes that give tokens for client credentials, by their keys."""
    components = Accessors.get_object(root, "components")
    found: dict[str, ir.Grant] = {}
    for key, scheme in Accessors.get_object(components, "securitySchemes").items():
        flow = Accessors.get_object(
            Accessors.get_object(scheme, "flows"), "clientCredentials"
        )
        url = Accessors.get_string(flow, "tokenUrl").strip()
        if Accessors.get_string(scheme, "type") == "oauth2" and _is_usable(url):
            scopes = Accessors.get_object(flow, "scopes")
            found[key] = ir.Grant(token_url=Text(url), scopes=tuple(map(Text, scopes)))
    if len(found) > 1:
        for key, grant in found.items():
            prefix = naming.to_snake(naming.split_words(key))
            found[key] = replace(grant, prefix=f"{prefix}_" if prefix else "")
    return found


def _is_usable(url: str) -> bool:
    """Whether something may be sent there: a URL, relative to the server or not."""
    if not url or any(char.isspace() or not char.isprintable() for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("", "http", "https") and "@" not in parts.netloc


def _find_scheme_key(name: str) -> str:
    """A scheme may be named by where it stands (OpenAPI 3.2)."""
    before, _, key = name.rpartition("/")
    stands = before == "#/components/securitySchemes"
    return unescape(unquote(key)) if stands else name
