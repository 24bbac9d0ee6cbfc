"""Facts of the package that is published."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PYTHONS", "Author", "Package"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    email: str = ""


PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions that the runtime is tested on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Facts of the package that is made (``sdk.yaml``)."""

    dist: str
    """Name on PyPI: ``acme-sdk``."""
    module: str
    """Name of the import: ``acme_sdk``."""
    version: str
    client: str
    """Name of the client's class; its twin is ``Async`` + it."""
    environment: tuple[tuple[str, str], ...] = ()
    """(``Auth.name``, ``base_url`` or ``log``; name of the environment variable) …"""
    description: str = ""
    """On one line; the document's summary stands in for it."""
    license: str = "MIT"
    """An SPDX expression."""
    authors: tuple[Author, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    """Those that do not follow from the rest."""
    urls: tuple[tuple[str, str], ...] = ()
    """(label, link) …"""
    python: tuple[str, ...] = PYTHONS
    """The versions it is tested on, in their order; it requires the first."""
    exports: tuple[tuple[str, str], ...] = ()
    """(public name, module of the package) … of the package's own templates"""
