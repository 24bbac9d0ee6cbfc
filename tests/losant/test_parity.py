"""Each operation of losant-rest 2.3.0: this SDK sends the same, through both its faces.

The calls are the document's examples, made against a server on loopback; what differs
is declared in ``parity_differences.yaml``, each with its reason, or is a failure.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import losant_rest  # type: ignore[import-untyped] # it has no types
import pytest
import yaml
from built_package import Package
from parity import (
    Difference,
    answer,
    differences,
    keywords_of,
    native_arguments,
    plain_operations,
    their_action,
    their_arguments,
)
from recording import Answer, Recorder

from sdkgen import ir

TABLE: Mapping[str, Any] = yaml.safe_load(
    Path(__file__).with_name("parity_differences.yaml").read_text(encoding="utf-8")
)
TOKEN = "of-a-user"
RESOURCES = 99
"""Resources of the API, version 1.30.0."""
OPERATIONS = 367
"""Operations that losant-rest 2.3.0 and this version of the API both have."""


@dataclass
class Comparison:
    """What came of all calls."""

    compared: list[ir.Operation] = field(default_factory=list[ir.Operation])
    differences: list[Difference] = field(default_factory=list[Difference])
    results: list[tuple[str, Any, Any]] = field(default_factory=list[Any])
    """(id, result of losant-rest, result of ``compat``) where they are not equal."""


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    """What all clients talk to, around any proxy."""
    with pytest.MonkeyPatch.context() as patch, Recorder() as recorder:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield recorder


@pytest.fixture(scope="module")
def theirs(server: Recorder) -> Any:
    """The client of losant-rest."""
    return losant_rest.Client(TOKEN, server.url)


@pytest.fixture(scope="module")
def compat(losant: Package, server: Recorder) -> Iterator[Any]:
    """The client that stands in for it."""
    del losant
    from losant_sdk.compat import Client

    with Client(TOKEN, server.url) as client:
        yield client


@pytest.fixture(scope="module")
def native(losant: Package, server: Recorder) -> Iterator[Any]:
    """The client of this SDK."""
    del losant
    from losant_sdk import Losant

    with Losant(access_token=TOKEN, base_url=server.url) as client:
        yield client


@pytest.fixture(scope="module")
def comparison(
    losant: Package, server: Recorder, theirs: Any, compat: Any, native: Any
) -> Comparison:
    """Every operation that both have, called three times."""
    found = Comparison()
    for resource, operation in plain_operations(losant.api):
        action = their_action(operation)
        method = getattr(getattr(theirs, resource.name, None), action, None)
        if method is None:
            continue
        server.answers = [answer(operation)]
        given = their_arguments(operation, body_keyword(operation))

        result = method(**given)
        reference = server.take()
        same = getattr(getattr(compat, resource.name), action)(**given)
        found.differences += differences(operation, "compat", reference, server.take())
        getattr(getattr(native, resource.name), operation.name)(
            **native_arguments(operation)
        )
        found.differences += differences(operation, "native", reference, server.take())

        found.compared.append(operation)
        if result != same:
            found.results.append((operation.id, result, same))
    return found


def body_keyword(operation: ir.Operation) -> str:
    """What losant-rest calls the body."""
    body = operation.usual.body
    first, *others = body.name.split("_") if body else [""]
    return first + "".join(word.title() for word in others)


def declared(entry: Mapping[str, Any], difference: Difference) -> bool:
    """Whether an entry of the table is about a difference."""
    return (
        entry["operations"] in ("all", [difference.operation])
        or difference.operation in entry["operations"]
    ) and (difference.face, difference.at, difference.theirs, difference.ours) in [
        (face, entry["at"], entry["theirs"], entry["ours"]) for face in entry["faces"]
    ]


# ------------------------------------------------------------------------- the wire


def test_both_faces_send_what_losant_rest_sends(comparison: Comparison) -> None:
    """Method, path, query, headers and body, but for what is declared."""
    undeclared = [
        str(each)
        for each in comparison.differences
        if not any(declared(entry, each) for entry in TABLE["differences"])
    ]

    assert undeclared == []


def test_every_declared_difference_is_there(comparison: Comparison) -> None:
    """For each of its operations that the document has, and on each of its faces."""
    compared = {operation.id for operation in comparison.compared}
    for entry in TABLE["differences"]:
        assert entry["reason"], entry
        seen = {
            (each.operation, each.face)
            for each in comparison.differences
            if declared(entry, each)
        }
        named = compared if entry["operations"] == "all" else set(entry["operations"])
        wanted = {(name, face) for name in named & compared for face in entry["faces"]}
        assert seen == wanted, (entry["at"], wanted - seen)


def test_the_stand_in_returns_what_losant_rest_returns(comparison: Comparison) -> None:
    """The same plain values for the same answer."""
    assert comparison.results == []


# ------------------------------------------------------------------------- coverage


def actions(client: Any) -> Iterator[tuple[str, str, Any]]:
    """Resource, name and method of all actions of losant-rest."""
    for resource, value in vars(client).items():
        if type(value).__module__.startswith("losant_rest."):
            for name in dir(value):
                method = getattr(value, name)
                if not name.startswith("_") and callable(method) and name != "client":
                    yield resource, name, method


def test_every_action_of_losant_rest_is_compared(
    losant: Package, comparison: Comparison, theirs: Any
) -> None:
    """Or left out by name."""
    assert len(losant.api.resources) == RESOURCES
    ours = {
        f"{resource.name}.{their_action(operation)}"
        for resource, operation in plain_operations(losant.api)
    }
    left_out = {
        name for entry in TABLE["left-out"]["operations"] for name in entry["names"]
    }

    assert {f"{one}.{name}" for one, name, _ in actions(theirs)} - ours == left_out
    assert len(comparison.compared) == OPERATIONS


def test_actions_take_the_keywords_of_losant_rest(losant: Package, theirs: Any) -> None:
    """As its documentation lists them, and no others, but for what is declared."""
    missing: set[tuple[str, str]] = set()
    more: set[tuple[str, str]] = set()
    present: set[str] = set()
    for resource, operation in plain_operations(losant.api):
        method = getattr(getattr(theirs, resource.name), their_action(operation))
        keywords = keywords_of(method.__doc__)
        own = {str(param.wire) for param in operation.params}
        own |= {body_keyword(operation)} - {""}
        own |= set(operation.options) - {"Accept-Version"}
        missing |= {(operation.id, name) for name in keywords - own}
        more |= {(operation.id, name) for name in own - keywords}
        present.add(operation.id)

    assert missing == _named("left-out", present)
    assert more == _named("more", present)


def _named(section: str, present: set[str]) -> set[tuple[str, str]]:
    return {
        (operation, name)
        for entry in TABLE[section]["parameters"]
        for operation in entry["operations"]
        for name in entry["names"]
        if operation in present
    }


# ------------------------------------------------------------------ behaviour beside


@pytest.mark.parametrize(
    "given",
    [
        {"tagFilter": [{"key": "a", "value": "b & c"}, {"key": None}]},
        {"tagFilter": {"0": {"key": "a"}}},
        {"deviceClass": ("edgeCompute", "gateway"), "filter": "ü/ä?=&"},
        {"page": 0, "perPage": None, "sortField": "", "nonsense": 1},
        {"query": {"$or": [{"name": None}]}, "_actions": "true"},
        {"query": None, "tagFilter": [], "losantdomain": "example.com"},
        {"_links": None, "_embedded": "false", "tagsAsObject": "1"},
    ],
    ids=["brackets", "mapping", "tuple", "nothing", "JSON", "null", "options"],
)
def test_arguments_become_the_same_query(
    losant: Package, server: Recorder, theirs: Any, compat: Any, given: dict[str, Any]
) -> None:
    """Also those that the document has no example of."""
    (operation,) = (o for _, o in plain_operations(losant.api) if o.id == "devices.get")
    server.answers = [Answer()]
    theirs.devices.get(applicationId="an-id", **given)
    reference = server.take()
    compat.devices.get(applicationId="an-id", **given)

    found = differences(operation, "compat", reference, server.take())

    assert {each.at for each in found} == {"header:accept-version"}


@pytest.mark.parametrize(
    "said",
    [
        Answer({"type": "NotFound", "message": "none"}, status=404),
        Answer(b"<html>", status=403, media_type="text/html"),
        Answer(b"", status=401),
    ],
    ids=["JSON", "HTML", "nothing"],
)
def test_errors_say_the_same(
    server: Recorder, theirs: Any, compat: Any, said: Answer
) -> None:
    """Status, data, arguments and text."""
    from losant_sdk.compat import LosantError

    server.answers = [said]
    with pytest.raises(losant_rest.LosantError) as one:
        theirs.device.get(applicationId="an-id", deviceId="a-device")
    with pytest.raises(LosantError) as other:
        compat.device.get(applicationId="an-id", deviceId="a-device")
    server.requests.clear()

    expected = one.value
    assert (other.value.status, other.value.data) == (expected.status, expected.data)
    assert other.value.args == tuple(expected.args)
    assert str(other.value) == str(expected)


def test_a_request_by_hand_is_the_same(
    losant: Package, server: Recorder, theirs: Any, compat: Any
) -> None:
    """``client.request``, which every action goes through."""
    operation = losant.api.resources[0].operations[0]
    server.answers = [Answer({"a": 1})]
    arguments = ("PATCH", "/applications/an id")
    more = {"params": {"a": [1, {"b": "c"}]}, "headers": {"X-A": "b"}, "body": {"d": 1}}
    # Theirs puts its own headers into the mapping that it gets.
    first = theirs.request(*arguments, **copy.deepcopy(more))
    reference = server.take()
    second = compat.request(*arguments, **more)

    found = differences(operation, "compat", reference, server.take())

    assert first == second == {"a": 1}
    assert {each.at for each in found} == {"header:accept-version"}
    assert theirs.flatten_params(more["params"]) == compat.flatten_params(
        more["params"]
    )
