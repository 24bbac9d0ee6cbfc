"""Options and helpers that the tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--accept`` records what the cases give as what they are expected to give."""
    parser.addoption("--accept", action="store_true", help="rewrite expected output")
