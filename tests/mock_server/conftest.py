"""The mock server and its judge are imported from where they lie."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from mock_client import Client
from mock_document import document

from sdkgen.target import TEMPLATES

if TYPE_CHECKING:
    from mock_server import MockServer


@pytest.fixture(scope="module", autouse=True)
def templates() -> Iterator[None]:
    """They are found while these tests run, and by no others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(TEMPLATES / "tests"), *sys.path])
        yield


@pytest.fixture
def server() -> Iterator[MockServer]:
    """A server, new for each test."""
    from mock_server import MockServer

    with MockServer(document(), interval=0.01) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def client(server: MockServer) -> Client:
    """A client of that server."""
    return Client(server.url)
