"""The runtime is imported from where it lies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "templates" / "src")]

from faces import AsyncFace, Face, SyncFace  # noqa: E402 (needs the path)

# How long an example takes says nothing on a machine that others use, too.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Face:
    """Each of the two faces."""
    return SyncFace() if request.param == "sync" else AsyncFace()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once: backoff is tested by itself."""
    from package._runtime import retry

    monkeypatch.setattr(retry, "FIRST", 0.001)
