"""Repairs of security schemes and servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sdkgen.openapi.http_syntax import CONTROL
from sdkgen.openapi.paths import VARIABLE
from sdkgen.support.json_pointer import pointer_join, pointer_split

from .edits import NAME, REMOVE, DiagnosticTarget, Object, OverlayAction

__all__ = [
    "clean_url",
    "complete_security_scheme",
    "declare_security_scheme",
    "declare_server_variable",
]


def declare_security_scheme(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A scheme that ``security`` names and nothing declares: a token, most likely."""
    near = target.details.suggestion
    if near:
        yield from target.rename(near)
    elif not NAME.fullmatch(target.key):
        alone = len(target.object_at(target.holder)) == 1
        yield OverlayAction(target.holder if alone else target.pointer, REMOVE)
    elif target.is_swagger:
        token: Object = {"type": "apiKey", "name": "Authorization", "in": "header"}
        yield OverlayAction("", {"securityDefinitions": {target.key: token}})
    else:
        token = {"type": "http", "scheme": "bearer"}
        yield OverlayAction(
            "", {"components": {"securitySchemes": {target.key: token}}}
        )


def complete_security_scheme(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What a security scheme lacks; one of an unknown type is a token."""
    pointer = target.holder if target.key == "type" else target.pointer
    scheme, near = target.object_at(pointer), target.details.suggestion
    if near:
        yield OverlayAction(pointer, {"type": near})
    elif scheme.get("type") == "apiKey":
        key: Object = {"name": "Authorization", "in": "header"}
        if isinstance(scheme.get("name"), str):
            del key["name"]
        if scheme.get("in") in ("header", "query", "cookie"):
            del key["in"]
        yield OverlayAction(pointer, key)
    else:
        yield OverlayAction(pointer, {"type": "http", "scheme": "bearer"})


def declare_server_variable(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """Variables that a server's URL has, each with one of its values as default."""
    match pointer_split(target.pointer):
        case [*way, "url"]:
            url, known = str(target.value), target.object_at(
                f"{target.holder}/variables"
            )
            missing = [each for each in VARIABLE.findall(url) if each not in known]
            if missing:
                added: Object = {each: {"default": each} for each in missing}
                yield OverlayAction(pointer_join("", *way), {"variables": added})
        case [*way, "variables", name] | [*way, "variables", name, "default"]:
            pointer = pointer_join("", *way, "variables", name)
            options = target.object_at(pointer).get("enum")
            texts = [
                each
                for each in (options if isinstance(options, list) else [])
                if isinstance(each, str)
            ]
            variable: Object = {"default": texts[0] if texts else name}
            yield OverlayAction(pointer_join("", *way, "variables"), {name: variable})
        case _:
            return


def clean_url(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The URL of a server without what no URL can have; if little is left, it goes."""
    cleaned = CONTROL.sub("", str(target.value)).strip().replace(" ", "%20")
    if re.fullmatch(r"(https?://|/)[^{}]*", cleaned):
        yield from target.replace(cleaned)
    else:
        yield OverlayAction(target.holder, REMOVE)
