"""A package of the small API, and its mock, for the tests of ``<package>.testing``."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import built_package
import mock_document
import pytest
from mocked_calls import Run

from sdkgen.target import Target


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package of the small API, which can be imported as ``things_sdk``."""
    folder = tmp_path_factory.mktemp("things")
    path = folder / "things.json"
    document: Any = mock_document.written()
    document["security"].append({"machine": []})
    document["components"]["securitySchemes"]["machine"] = {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://id.test/token", "scopes": {}}
        },
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    target = Target.of_document(path).with_output(folder, package="things_sdk")
    package = built_package.build(folder, target)
    sys.path.insert(0, str(package.source))
    yield package.source
    sys.path.remove(str(package.source))


@pytest.fixture
def sdk(source: Path) -> Any:
    """The package."""
    del source
    return importlib.import_module("things_sdk")


@pytest.fixture
def testing(source: Path) -> Any:
    """Its module for tests."""
    del source
    return importlib.import_module("things_sdk.testing")


@pytest.fixture
def mock(testing: Any) -> Iterator[Any]:
    """Its mock."""
    with testing.ThingsSdkMock() as made:
        yield made


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a call on either client of a mock."""

    def blocking(mock: Any, call: Callable[[Any], Any]) -> Any:
        found = call(mock.client)
        return list(found) if hasattr(found, "__next__") else found

    def awaited(mock: Any, call: Callable[[Any], Any]) -> Any:
        async def running() -> Any:
            found = call(mock.async_client)
            if not hasattr(found, "__aiter__"):
                return await found
            if not hasattr(found, "__aenter__"):
                return [item async for item in found]
            async with found as items:
                return [item async for item in items]

        return asyncio.run(running())

    return blocking if request.param == "sync" else awaited
