"""Whether a tag may be released: it is the version, and the changelog tells of it.

``python tests/tools/check_tag.py TAG PACKAGE``; needs nothing but Python.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path


def problems(tag: str, package: Path) -> list[str]:
    """What is wrong with a tag for a package, given by its folder."""
    text = (package / "pyproject.toml").read_text(encoding="utf-8")
    version = tomllib.loads(text)["project"]["version"]
    if tag != version:
        return [f"the tag is {tag!r}, the version {version!r}"]
    changelog = package / "CHANGELOG.md"
    told = changelog.read_text(encoding="utf-8") if changelog.is_file() else ""
    heading = rf"^## \[?{re.escape(version)}\]?(?![\w.])"
    if not re.search(heading, told, re.MULTILINE):
        return [f"{changelog} has no section of {version}"]
    return []


def main(arguments: Sequence[str]) -> int:
    """The exit code is 1 if the tag may not be released, 2 after wrong use."""
    if len(arguments) != 2:
        sys.stderr.write("usage: check_tag.py TAG PACKAGE\n")
        return 2
    found = problems(arguments[0], Path(arguments[1]))
    for line in found:
        sys.stderr.write(f"{line}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
