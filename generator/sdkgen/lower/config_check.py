"""Entries of `sdk.yaml` that match nothing in the document."""

from __future__ import annotations

from collections.abc import Iterable

from sdkgen import naming
from sdkgen.config.sdk_yaml import Config
from sdkgen.diagnostics.diagnostic import Diagnostics, suggest
from sdkgen.openapi.http_methods import operations
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split, resolve

from .names.operation_names import get_resource_key
from .security import find_grants

__all__ = ["check_config", "list_grant_arguments", "list_schemes"]


def list_schemes(document: Document) -> list[str]:
    """The security schemes in snake_case."""
    found = resolve(document.root, "/components/securitySchemes")
    schemes = found[0] if found else None
    if not isinstance(schemes, dict):
        return []
    names = [naming.to_snake(naming.split_words(key)) for key in schemes]
    return [name for name in dict.fromkeys(names) if name]


def list_grant_arguments(document: Document) -> list[str]:
    """What a client takes to fetch tokens itself."""
    return [
        f"{grant.prefix}{name}"
        for grant in find_grants(document.root).values()
        for name in ("client_id", "client_secret")
    ]


def check_config(config: Config, document: Document, diagnostics: Diagnostics) -> None:
    """Refuse entries of ``sdk.yaml`` that match nothing in the document (E402).

    Args:
        config: As read; a derived one has nothing to check.
        document: The bundled document, overlays applied.
        diagnostics: Gets an E402 at the place of each such entry.
    """
    source = config.source
    if source is None:
        return
    resources, parameters = _list_known(document)

    def unmatched(pointer: str, message: str, name: str, known: Iterable[str]) -> None:
        diagnostics.add(
            "E402", message, source.key_place(pointer), hint=suggest(name, known)
        )

    for key in config.resources:
        if key not in resources:
            message = f"the document has no resource {key!r}"
            unmatched(pointer_join("", "resources", key), message, key, resources)
    variables = {
        "base_url",
        "log",
        *list_schemes(document),
        *list_grant_arguments(document),
    }
    for key, _ in config.package.environment:
        if key not in variables:
            message = f"the document has no security scheme {key!r}"
            unmatched(pointer_join("", "environment", key), message, key, variables)
    for index, each in enumerate(config.global_parameters):
        if each.parameter not in parameters:
            message = f"no operation has a parameter {each.parameter!r}"
            pointer = f"/global-parameters/{index}/parameter"
            unmatched(pointer, message, each.parameter, parameters)
    for index, allow in enumerate(config.allow):
        if resolve(document.root, allow.pointer) is None:
            message = f"nothing stands at {allow.pointer} in the document"
            hint = _suggest_nearest(document, allow.pointer)
            diagnostics.add(
                "E402", message, source.place(f"/allow/{index}/pointer"), hint=hint
            )
    for key in config.names:
        if key not in resources and not _is_nameable(document, key):
            message = f"nothing in the document is named by {key!r}"
            hint = _suggest_nearest(document, key) or suggest(key, resources)
            pointer = pointer_join("", "names", key)
            diagnostics.add("E402", message, source.key_place(pointer), hint=hint)


def _list_known(document: Document) -> tuple[set[str], set[str]]:
    """All resources of a document, and the names of all parameters."""
    resources: set[str] = set()
    parameters: set[str] = set()
    paths = document.root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict):
            continue
        _add_parameters(document, item.get("parameters"), parameters)
        for method, _, operation in operations(item):
            resources.add(get_resource_key(path, method.lower(), operation))
            _add_parameters(document, operation.get("parameters"), parameters)
    return resources, parameters


def _add_parameters(document: Document, listed: Json, names: set[str]) -> None:
    for each in listed if isinstance(listed, list) else ():
        found = each
        for _ in range(10):  # a reference to a reference, and no further
            reference = found.get("$ref") if isinstance(found, dict) else None
            if not isinstance(reference, str):
                break
            target = resolve(document.root, reference.removeprefix("#"))
            found = target[0] if target else None
        name = found.get("name") if isinstance(found, dict) else None
        if isinstance(name, str):
            names.add(name)


def _is_nameable(document: Document, pointer: str) -> bool:
    """Whether a pointer leads to something, or to an argument of an operation.

    Arguments are named by the operation and ``body`` (``content`` if it is no JSON), or
    the location and name of the parameter, wherever that one is declared.
    """
    if not pointer.startswith("/"):
        return False
    if resolve(document.root, pointer) is not None:
        return True
    tokens = pointer_split(pointer)
    if len(tokens) < 4 or tokens[0] != "paths":
        return False
    operation = resolve(document.root, pointer_join("", *tokens[:3]))
    if operation is None or not isinstance(operation[0], dict):
        return False
    if tokens[3:] in (["body"], ["content"]):
        return "requestBody" in operation[0]
    item = resolve(document.root, pointer_join("", *tokens[:2]))
    names: set[str] = set()
    for holder in (item[0] if item else None, operation[0]):
        if isinstance(holder, dict):
            _add_parameters(document, holder.get("parameters"), names)
    is_parameter = tokens[3] in {"path", "query", "header", "cookie"}
    is_field = tokens[3] == "form" and "requestBody" in operation[0]
    return len(tokens) == 5 and (is_field or (is_parameter and tokens[4] in names))


def _suggest_nearest(document: Document, pointer: str) -> str:
    """A hint for a pointer that leads nowhere: what stands where it goes wrong."""
    if not pointer.startswith("/"):
        return ""
    tokens = pointer_split(pointer)
    value: Json = document.root
    for index, token in enumerate(tokens):
        found = resolve(value, pointer_join("", token))
        if found is None:
            keys = list(value) if isinstance(value, dict) else []
            there = pointer_join("", *tokens[:index]) or "the document"
            return suggest(token, keys) or f"{there} has no {token!r}"
        value = found[0]
    return ""
