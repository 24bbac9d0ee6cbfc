"""The runtime is imported from where it lies; fixtures that its tests share."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE / "support"),
    str(HERE.parent.parent / "templates" / "python" / "src"),
]

from faces import AiohttpFace, AsyncFace, Face, SyncFace  # noqa: E402 (needs the path)
from watchdog import nothing_left  # noqa: E402 (the same)

if TYPE_CHECKING:
    from spans import Recorder  # OpenTelemetry need not be installed


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Face:
    """Each of the two faces."""
    return SyncFace() if request.param == "sync" else AsyncFace()


@pytest.fixture(params=["sync", "async", "aiohttp"])
def transport(request: pytest.FixtureRequest) -> Face:
    """Each face over its default transport, and what is brought along."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    faces: dict[str, type[Face]] = {
        "sync": SyncFace,
        "async": AsyncFace,
        "aiohttp": AiohttpFace,
    }
    return faces[request.param]()


@pytest.fixture
def nothing_is_left() -> Generator[None]:
    """No socket, and no thread; tasks are counted where they run."""
    with nothing_left():
        yield


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """A file with the authority of the servers that speak TLS."""
    pytest.importorskip("trustme")
    from certificates import authority

    return authority(tmp_path)


@pytest.fixture
def recorder() -> Generator[Recorder]:
    """What a test would export."""
    from spans import Recorder

    recorder = Recorder()
    yield recorder
    recorder.tracers.shutdown()
    recorder.meters.shutdown()


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine says of proxies and certificates is no part of the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once: backoff is tested by itself."""
    from package._runtime.call import retry

    monkeypatch.setattr(retry, "FIRST", 0.001)
