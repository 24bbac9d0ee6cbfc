"""Tags as a list that people read: each name once, and within one that there is."""

from __future__ import annotations

from sdkgen.diagnostics.diagnostic import Details
from sdkgen.diagnostics.values import preview

from .report import Report

__all__ = ["check_tags"]


def check_tags(report: Report) -> None:
    """Check the tags that the document lists (OpenAPI 3.2, 4.22): at most a warning."""
    listed = report.root.get("tags")
    places: dict[str, str] = {}
    parents: dict[str, str] = {}
    for index, tag in enumerate(listed if isinstance(listed, list) else ()):
        name = tag.get("name") if isinstance(tag, dict) else None
        if not isinstance(tag, dict) or not isinstance(name, str):
            continue
        place = f"/tags/{index}"
        if name in places:
            message = f"the document lists tag {preview(name)} twice"
            report.value("W710", message, place, fix="remove")
            continue
        places[name] = place
        parent = tag.get("parent")
        if isinstance(parent, str):
            parents[name] = parent
    for name, parent in list(parents.items()):
        if parent not in places:
            message = (
                f"tag {preview(name)} has the parent {preview(parent)}, "
                f"which is not listed"
            )
            place = f"{places[name]}/parent"
            details = Details(suggestion=report.find_similar(parent, places))
            report.value("W710", message, place, details=details)
            del parents[name]
    for name in _find_circular(parents):
        message = f"tag {preview(name)} is its own parent"
        report.value("W710", message, f"{places[name]}/parent")


def _find_circular(parents: dict[str, str]) -> list[str]:
    """Of each circle of tags the one by which it is found."""
    found: list[str] = []
    seen: dict[str, str] = {}
    for start in parents:
        name: str | None = start
        while name is not None and name not in seen:
            seen[name] = start
            name = parents.get(name)
        if name is not None and seen[name] == start:
            found.append(name)
    return found
