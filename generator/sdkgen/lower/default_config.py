"""The configuration of a bare document, which has no `sdk.yaml`."""

from __future__ import annotations

from sdkgen import ir, naming
from sdkgen.config.sdk_yaml import Config, explain_client_name, explain_import_name
from sdkgen.read.document import Document

from .config_check import list_grant_arguments, list_schemes

__all__ = ["derive_config"]

_TITLE = 40
"""Characters of a document's title that make a name."""


def derive_config(document: Document, package: str | None = None) -> Config:
    """The configuration of a document that has no ``sdk.yaml``.

    Names come from ``info.title``, whatever that is; they are always valid, since what
    cannot be part of a name is left out and the last resort is ``api_client``.

    Args:
        document: The bundled document.
        package: Name of the import, or of the distribution, when the caller chose one.
    """
    info = document.root.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    words = _split_title(title if isinstance(title, str) else "")
    if package is not None:
        words = _split_ascii_words(package)
    module = naming.to_snake(words) or "api_client"
    if package is not None and not explain_import_name(package):
        module = package
    if explain_import_name(module):
        module = f"{module}_client"
    client = naming.to_pascal(words) or "ApiClient"
    if explain_client_name(client):
        client = f"{client}Client"
    return Config(
        package=ir.Package(
            dist=module.strip("_").replace("_", "-") or "api-client",
            module=module,
            version="0.1.0",
            client=client,
            environment=_name_variables(document, module),
        )
    )


def _split_ascii_words(text: str) -> list[str]:
    words: list[str] = []
    # A title may be as long as the file: what is cut off never becomes a name.
    for word in naming.split_words(text[:1000]):
        if not word.isascii() or sum(map(len, words)) + len(word) > _TITLE:
            continue
        words.append(word)
    return words


def _split_title(title: str) -> list[str]:
    """The words of a title without those that say no more than that it is an API."""
    words = _split_ascii_words(title)
    while len(words) > 1 and words[-1] in {"api", "rest", "openapi", "specification"}:
        words.pop()
    return words if words != ["api"] else []


def _name_variables(document: Document, module: str) -> tuple[tuple[str, str], ...]:
    prefix = module.strip("_").upper() or "API_CLIENT"
    for ending in ("_SDK", "_CLIENT", "_API"):
        prefix = prefix.removesuffix(ending) or prefix
    names = [*list_schemes(document), *list_grant_arguments(document)]
    found = {name: f"{prefix}_{name.upper()}" for name in names}
    found |= {"base_url": f"{prefix}_API_URL", "log": f"{prefix}_LOG"}
    return tuple(found.items())
