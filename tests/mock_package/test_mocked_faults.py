"""Faults of a server or of the network that a mock is told to have."""

from __future__ import annotations

from typing import Any

import pytest
from mocked_calls import ID, Run, get


def test_a_fault_for_some_times_is_tried_again(mock: Any, run: Run) -> None:
    """By the client as it is; nobody waits, whatever the server asks for."""
    mock.fail("thing.get", status=503, headers={"Retry-After": "60"}, times=2)

    assert run(mock, get).name == "Lamp"
    assert [call.attempt for call in mock.calls] == [1, 2, 3]


def test_a_fault_that_stays_is_raised(mock: Any, run: Run, sdk: Any) -> None:
    """After the last try."""
    mock.fail("thing.get")

    with pytest.raises(sdk.InternalServerError) as caught:
        run(mock, get)

    assert caught.value.attempts == len(mock.calls) == 3


@pytest.mark.parametrize(
    ("error", "name", "sent", "tries"),
    [
        ("refused", "APIConnectionError", False, 3),
        ("reset", "APIConnectionError", True, 3),
        ("cut", "APIConnectionError", True, 3),
        ("timeout", "APITimeoutError", True, 3),
    ],
)
def test_faults_of_the_network(
    mock: Any, run: Run, sdk: Any, error: str, name: str, sent: bool, tries: int
) -> None:
    """They are what they would be with a real network."""
    mock.fail("thing.get", error=error)

    with pytest.raises(getattr(sdk, name)) as caught:
        run(mock, get)

    assert type(caught.value).__name__ == name
    assert caught.value.sent == sent
    assert len(mock.calls) == tries


def test_an_unknown_fault_is_refused(mock: Any) -> None:
    """And not taken for none."""
    with pytest.raises(ValueError, match=r"one of \('refused', .*\), not 'cutt'"):
        mock.fail("thing.get", error="cutt")


def test_an_exception_of_ones_own(mock: Any, run: Run) -> None:
    """Whatever a transport may raise."""
    mock.fail("thing.get", error=KeyboardInterrupt("now"))

    with pytest.raises(KeyboardInterrupt, match="now"):
        run(mock, get)


def test_everything_may_fail(mock: Any, run: Run, sdk: Any) -> None:
    """But what is told of one operation comes first."""
    mock.fail(status=503)
    mock.respond("thing.get")

    assert run(mock, get).name == "Lamp"
    with pytest.raises(sdk.ServiceUnavailableError):
        run(mock, lambda client: client.thing.delete(thing_id=ID))


@pytest.mark.parametrize(
    ("status", "name", "body"),
    [
        (404, "NotFoundError", {"type": "Validation", "message": "No."}),
        (409, "ConflictError", {"type": "Conflict", "message": "Conflict"}),
        (599, "InternalServerError", {"type": "Status599", "message": "Status 599"}),
    ],
)
def test_errors_are_like_those_of_the_api(
    mock: Any, run: Run, sdk: Any, status: int, name: str, body: object
) -> None:
    """A documented one is as documented, any other is like one of those."""
    mock.fail("thing.get", status=status)

    with pytest.raises(getattr(sdk, name)) as caught:
        run(mock, get)

    found = caught.value.body
    assert (found if isinstance(found, dict) else found.to_dict()) == body


def test_an_error_with_a_body_of_ones_own(mock: Any, run: Run, sdk: Any) -> None:
    """In place of the example."""
    mock.fail("thing.get", status=404, json={"type": "Gone", "message": "Away."})

    with pytest.raises(sdk.NotFoundError, match="Away"):
        run(mock, get)
