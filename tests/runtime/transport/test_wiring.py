"""What connections are made with: what it takes, and that it is pickled."""

from __future__ import annotations

import pickle
import ssl
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trustme")

from certificates import server_context
from loopback import BEARER, Loopback
from package._runtime import Timeout
from package._runtime.transport.settings import ConnectionSettings
from sample import AsyncSample, Sample
from things import FOUND, get

pytestmark = pytest.mark.usefixtures("bare_environment")


def test_an_extra_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With what to install."""

    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)

    with pytest.raises(ImportError, match=r"pip install 'sample-sdk\[http2\]'"):
        Sample(base_url="http://x.example", http2=True)
    with pytest.raises(ImportError, match=r"pip install 'sample-sdk\[socks\]'"):
        Sample(base_url="http://x.example", proxy="socks5://proxy.test")


def test_settings_are_pickled_without_connections(trusted: Path) -> None:
    """After a call, too; what was checked is checked where they arrive."""
    with Loopback(FOUND, tls=server_context()) as server:
        settings: dict[str, Any] = {
            "base_url": server.url,
            "access_token": BEARER,
            "verify": trusted,
            "timeout": Timeout(5.0),
            "total_timeout": 9.0,
            "max_response_bytes": 1000,
        }
        with Sample(**settings) as client:
            get(client)
            again = pickle.loads(pickle.dumps(client))
            with again:
                assert get(again).thing_id == "t1"
        pickle.loads(pickle.dumps(AsyncSample(**settings)))

    assert server.connections == 2
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(ConnectionSettings(verify=ssl.create_default_context()))


def test_the_type_of_certificates_can_be_asked_for() -> None:
    """By what evaluates annotations; ``ssl`` is not loaded before."""
    from package._runtime import Verify

    assert ssl.SSLContext in Verify.__args__
