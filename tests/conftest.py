"""Options and helpers that the tests share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import built_package
import pytest
from hypothesis import settings

# How long an example takes says nothing on a machine that others use, too.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--accept`` records what the cases give as what they are expected to give."""
    parser.addoption("--accept", action="store_true", help="rewrite expected output")


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what another run has left in the user's cache folder."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")


def pytest_collection_finish() -> None:
    """What is there before the first test is never garbage: no collection visits it.

    Tests that look for what is left behind collect all that there is. Most of that is
    what the modules of tests hold, and looking through it took most of their time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def losant(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[built_package.Package]:
    """The Losant SDK of the specs as they are, which can be imported."""
    package = built_package.build(tmp_path_factory.mktemp("losant"))
    sys.path.insert(0, str(package.source))
    try:
        yield package
    finally:
        sys.path.remove(str(package.source))
