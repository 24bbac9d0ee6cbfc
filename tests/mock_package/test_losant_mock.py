"""The Losant SDK is mocked: calls, pages, streams and logins."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from built_package import Package
from mocked_calls import ID


@pytest.fixture
def sdk(losant: Package) -> Any:
    """The package: here Losant's."""
    del losant
    return importlib.import_module("losant_sdk")


@pytest.fixture
def testing(losant: Package) -> Any:
    """Its module for tests."""
    del losant
    return importlib.import_module("losant_sdk.testing")


def test_every_operation_of_losant_has_an_example(
    losant: Package, testing: Any
) -> None:
    """No operation of the flagship answers with nothing where something is documented."""
    operations = [
        (f"{resource.name}.{operation.name}", operation)
        for resource in losant.api.resources
        for operation in resource.operations
    ]
    mock = testing.LosantMock()
    without = [
        name
        for name, operation in operations
        if mock.example(name) is None
        and operation.stream is None
        and any(each.type for each in operation.responses if each.status[0] == "2")
    ]

    assert operations
    assert without == []


def test_losant_is_mocked(testing: Any) -> None:
    """The flagship: calls, pages and streams."""
    with testing.LosantMock() as mock:
        device = mock.client.device.get(application_id=ID, device_id=ID)
        devices = list(mock.client.devices.iterate(application_id=ID))
        with mock.client.device.state_stream(application_id=ID, device_id=ID) as events:
            (event,) = events

    assert device.name == mock.example("device.get")["name"]
    assert [each.id for each in devices] == [
        each["id"] for each in mock.example("devices.get")["items"]
    ]
    assert event.event == "deviceState"
    assert [call.path for call in mock.calls_of("device.get")] == [
        f"/applications/{ID}/devices/{ID}"
    ]


def test_a_client_of_losant_that_logs_in_is_mocked(sdk: Any, testing: Any) -> None:
    """The login too ends in the mock."""
    with (
        sdk.Losant.from_device_credentials(ID, "a-key", "a-secret") as client,
        testing.LosantMock(client) as mock,
    ):
        client.device.get(application_id=ID, device_id=ID)
    login, call = mock.calls
    token = mock.example("auth.authenticate_device")["token"]

    assert login.json == {"deviceId": ID, "key": "a-key", "secret": "a-secret"}
    assert call.headers["authorization"] == f"Bearer {token}"
