"""``losant_sdk.compat`` is to its callers what the package losant-rest is."""

from __future__ import annotations

import gc
import inspect
import json
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from built_package import Package
from recording import Answer, Recorder

APP = "575ec8687ae143cd83dc4a97"
DEVICE = "575ecf887ae143cd83dc4aa2"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """What the clients of these tests talk to, around any proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Recorder() as recorder:
        yield recorder


@pytest.fixture
def compat(losant: Package) -> Any:
    """The module."""
    del losant
    import losant_sdk.compat

    return losant_sdk.compat


@pytest.fixture
def client(compat: Any, server: Recorder) -> Iterator[Any]:
    """A client with a token."""
    with compat.Client("a-token", server.url) as made:
        yield made


def query(server: Recorder) -> dict[str, str]:
    """The query of the one request that came, without what every request has."""
    _, _, sent = server.take().target.partition("?")
    pairs = dict(parse_qsl(sent, keep_blank_values=True))
    for name in ("_actions", "_links", "_embedded"):
        del pairs[name]
    return pairs


# ------------------------------------------------- what people wrote for losant-rest


def test_a_device_logs_in_and_reports_its_state(compat: Any, server: Recorder) -> None:
    """A program that logs a device in and reports a temperature: another import."""
    Client = compat.Client  # was: from losant_rest import Client
    server.answers = [
        Answer({"deviceId": DEVICE, "applicationId": APP, "token": "of-the-device"}),
        Answer({"success": True}),
    ]

    client = Client(url=server.url)
    login = client.auth.authenticate_device(
        credentials={"deviceId": DEVICE, "key": "a-key", "secret": "a-secret"}
    )
    client.auth_token = login["token"]
    told = client.device.send_state(
        applicationId=login["applicationId"],
        deviceId=DEVICE,
        deviceState={"data": {"temperature": 22.5}},
    )

    assert told == {"success": True}
    first, second = server.requests
    assert "authorization" not in first.headers
    assert json.loads(first.body)["key"] == "a-key"
    assert second.headers["authorization"] == "Bearer of-the-device"
    assert second.target.startswith(f"/applications/{APP}/devices/{DEVICE}/state?")
    assert json.loads(second.body) == {"data": {"temperature": 22.5}}


def test_a_user_logs_in_and_lists_devices(compat: Any, server: Recorder) -> None:
    """A program that logs a user in and goes through the devices: another import."""
    Client = compat.Client  # was: from losant_rest import Client
    server.answers = [
        Answer({"userId": "a-user", "token": "of-the-user"}),
        Answer({"items": [{"name": "Pump"}, {"name": "Fan"}], "totalCount": 2}),
    ]

    client = Client()
    client.url = server.url
    user = client.auth.authenticate_user(
        credentials={"email": "ada@example.com", "password": "secret"}
    )
    client.auth_token = user["token"]
    devices = client.devices.get(
        applicationId=APP, perPage=10, tagFilter=[{"key": "floor", "value": "8"}]
    )

    assert [device["name"] for device in devices["items"]] == ["Pump", "Fan"]
    sent = server.requests[1]
    assert sent.headers["authorization"] == "Bearer of-the-user"
    _, _, pairs = sent.target.partition("?")
    assert dict(parse_qsl(pairs)) == {
        "_actions": "false",
        "_links": "true",
        "_embedded": "true",
        "perPage": "10",
        "tagFilter[0][key]": "floor",
        "tagFilter[0][value]": "8",
    }


# -------------------------------------------------------------------------- results


def test_results_are_what_the_server_sent(client: Any, server: Recorder) -> None:
    """Plain JSON: what the document does not know, or knows otherwise, included."""
    sent = {"name": 7, "deviceTags": None, "newInTheApi": [1, {"a": 1.5}]}
    server.answers = [Answer(sent)]

    assert client.device.get(applicationId=APP, deviceId=DEVICE) == sent


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Answer(status=204), ""),
        (Answer(b"a,b\n1,2\n", media_type="text/csv"), "a,b\n1,2\n"),
        (Answer(b'{"a": 1}', media_type="text/plain"), {"a": 1}),
        (Answer("é".encode("latin-1"), media_type="text/plain; charset=latin1"), "é"),
        (Answer("é".encode(), media_type="text/plain; charset=no-such"), "é"),
    ],
    ids=["nothing", "text", "JSON of another type", "characters", "unknown characters"],
)
def test_what_is_no_json_is_text(
    client: Any, server: Recorder, answer: Answer, result: object
) -> None:
    """JSON by its content, whatever its media type, and all else as text."""
    server.answers = [answer]

    assert client.device.get(applicationId=APP, deviceId=DEVICE) == result


def test_an_error_has_the_status_and_the_data(
    compat: Any, client: Any, server: Recorder
) -> None:
    """From 400 on; it prints as both, and survives pickling."""
    body = {"type": "NotFound", "message": "No such device"}
    server.answers = [Answer(body, status=404)]

    with pytest.raises(compat.LosantError) as caught:
        client.device.get(applicationId=APP, deviceId=DEVICE)

    error = caught.value
    assert (error.status, error.data) == (404, body)
    assert error.args == (404, body)
    assert str(error) == f"404 {body}"
    assert pickle.loads(pickle.dumps(error)).data == body


def test_an_error_that_is_no_json_has_its_text(
    compat: Any, client: Any, server: Recorder
) -> None:
    """As a proxy in between may send it."""
    server.answers = [Answer(b"<h1>Go away</h1>", status=403, media_type="text/html")]

    with pytest.raises(compat.LosantError, match=r"^403 <h1>Go away</h1>$"):
        client.application.get(applicationId=APP)


# ------------------------------------------------------------------------- requests


def test_without_a_token_the_server_decides(
    compat: Any, server: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request goes out bare; the environment is not asked for a token."""
    monkeypatch.setenv("LOSANT_API_TOKEN", "of-the-environment")
    server.answers = [Answer({"type": "Unauthorized"}, status=401)]

    with (
        compat.Client(url=server.url) as client,
        pytest.raises(compat.LosantError, match=r"^401 "),
    ):
        client.device.get(applicationId=APP, deviceId=DEVICE)

    assert "authorization" not in server.take().headers


def test_a_token_goes_with_every_request(client: Any, server: Recorder) -> None:
    """Also with those that need none."""
    client.auth.authenticate_user(credentials={"email": "a@b.c", "password": "x"})

    assert server.take().headers["authorization"] == "Bearer a-token"


def test_the_address_can_be_changed(client: Any, server: Recorder) -> None:
    """The next request goes there; the one after a slash is not doubled."""
    with Recorder() as other:
        client.url = f"{other.url}/"
        client.applications.get()

        assert client.url == f"{other.url}/"
        assert other.take().target.startswith("/applications?")
    assert server.requests == []


def test_what_is_no_address_is_refused(client: Any, server: Recorder) -> None:
    """At once, and the old one stays."""
    with pytest.raises(ValueError, match="no http or https URL"):
        client.url = "api.losant.com"

    assert client.url == server.url


def test_a_keyword_that_is_not_known_is_ignored(client: Any, server: Recorder) -> None:
    """As losant-rest does."""
    client.applications.get(nonsense=1)

    assert query(server) == {}


def test_a_missing_part_of_the_path_is_a_key_error(client: Any) -> None:
    """It is named."""
    with pytest.raises(KeyError, match="deviceId"):
        client.device.get(applicationId=APP)


@pytest.mark.parametrize("value", ["", None, ".."])
def test_no_value_leads_out_of_its_place_in_the_path(
    client: Any, server: Recorder, value: object
) -> None:
    """It would be another resource."""
    with pytest.raises(ValueError, match="device"):
        client.device.get(applicationId=APP, deviceId=value)

    assert server.requests == []


def test_what_stands_in_the_path_is_encoded(client: Any, server: Recorder) -> None:
    """A slash is a part of the value."""
    client.device.get(applicationId=APP, deviceId="a/b c?d")

    path, _, _ = server.take().target.partition("?")
    assert path == f"/applications/{APP}/devices/a%2Fb%20c%3Fd"


def test_options_of_the_api_are_keywords(client: Any, server: Recorder) -> None:
    """In place of their defaults; booleans travel as JSON writes them."""
    client.applications.get(
        _actions="true", _links=False, _embedded=None, losantdomain="example.com"
    )

    request = server.take()
    _, _, pairs = request.target.partition("?")
    assert dict(parse_qsl(pairs)) == {"_actions": "true", "_links": "false"}
    assert request.headers["losantdomain"] == "example.com"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"page": 0, "perPage": None, "filter": ""}, {"page": "0", "filter": ""}),
        ({"tagsAsObject": True}, {"tagsAsObject": "true"}),
        ({"query": {"name": "a"}}, {"query": '{"name":"a"}'}),
        ({"deviceClass": ["edgeCompute", None]}, {"deviceClass[0]": "edgeCompute"}),
        ({"tagFilter": [{"key": "a", "value": None}]}, {"tagFilter[0][key]": "a"}),
        ({"tagFilter": []}, {}),
        ({"sortField": ("a", "b")}, {"sortField[0]": "a", "sortField[1]": "b"}),
    ],
    ids=["none", "booleans", "JSON", "list", "nested", "empty", "a list anywhere"],
)
def test_the_query_is_written_as_losant_rest_does(
    client: Any, server: Recorder, given: dict[str, Any], sent: dict[str, str]
) -> None:
    """``None`` is nothing, at any depth; lists and mappings get brackets."""
    client.devices.get(applicationId=APP, **given)

    assert query(server) == sent


def test_a_request_can_be_made_by_hand(client: Any, server: Recorder) -> None:
    """Any method and path, with a query, headers and a body."""
    server.answers = [Answer([1, 2])]

    found = client.request(
        "post",
        "/some/new thing?a=1",
        params={"b": [True, {"c": None}]},
        headers={"X-Own": "yes", "X-None": None},
        body={"d": None},
    )

    request = server.take()
    assert found == [1, 2]
    assert request.method == "POST"
    assert request.target == "/some/new%20thing?a=1&b%5B0%5D=true"
    assert request.headers["x-own"] == "yes"
    assert "x-none" not in request.headers
    assert request.headers["authorization"] == "Bearer a-token"
    assert json.loads(request.body) == {"d": None}


def test_every_action_goes_through_request(client: Any) -> None:
    """Who wrapped it to log, or in tests, still can."""
    seen: list[tuple[Any, ...]] = []
    client.request = lambda *args, **more: seen.append((*args, more))

    client.device.send_state(applicationId=APP, deviceId=DEVICE, deviceState={"a": 1})

    (call,) = seen
    assert call[:2] == ("POST", f"/applications/{APP}/devices/{DEVICE}/state")
    assert call[2]["body"] == {"a": 1}


def test_threads_may_share_a_client(client: Any, server: Recorder) -> None:
    """Also when an action is used for the first time."""
    results: list[object] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(timeout=30)
        results.append(client.device.get_state(applicationId=APP, deviceId=DEVICE))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert results == [{}] * 4
    assert len(server.requests) == 4


def test_a_client_that_is_dropped_closes_its_connections(
    compat: Any, server: Recorder
) -> None:
    """Nothing warns of a socket that was left open: nobody closes a client there."""
    client = compat.Client(url=server.url)
    client.applications.get()
    gone = weakref.ref(client)
    del client
    gc.collect()

    assert gone() is None


# ----------------------------------------------------------------------------- help


def test_resources_and_actions_are_listed(client: Any) -> None:
    """``dir`` shows what there is, under the names of losant-rest."""
    assert {"auth", "device", "devices", "auth_token", "url"} <= set(dir(client))
    assert {"get", "patch", "send_state", "export"} <= set(dir(client.device))
    assert client.device.client is client


def test_an_action_documents_its_keywords(client: Any) -> None:
    """``help`` names them as they are passed, with what the package says of them."""
    text = inspect.getdoc(client.device.send_state) or ""
    signature = inspect.signature(client.device.send_state)

    assert "deviceState:" in text
    assert "LosantError" in text
    assert "request_options" not in text
    assert set(signature.parameters) == {
        *("applicationId", "deviceId", "deviceState", "kwargs"),
        *("_actions", "_links", "_embedded", "losantdomain"),
    }
    assert client.device.send_state.__qualname__ == "DeviceResource.send_state"


def test_every_action_has_help(losant: Package, client: Any) -> None:
    """Each one finds its operation, and each of its keywords is documented."""
    checked = 0
    for resource in losant.api.resources:
        actions = getattr(client, resource.name)
        for operation in resource.operations:
            if operation.stream is not None or operation.usual.form:
                continue
            name = operation.name
            name = f"api_{name[:-1]}" if name.endswith("_") else name
            text = inspect.getdoc(getattr(actions, name)) or ""
            for param in operation.params:
                assert f"\n    {param.wire}:" in text, (operation.id, param.wire)
            checked += 1
    assert checked > 50


def test_streams_and_uploads_are_not_there(losant: Package, client: Any) -> None:
    """As losant-rest has none, code that asks for them finds that out."""
    for resource in losant.api.resources:
        for operation in resource.operations:
            if operation.stream is not None or operation.usual.form:
                assert not hasattr(getattr(client, resource.name), operation.name)


# ------------------------------------------------------------------------- importing


def imported(source: Path, statement: str) -> set[str]:
    """The modules of the package that a statement loads, in an interpreter of its own."""
    code = (
        f"{statement}\nimport json, sys\n"
        "print(json.dumps([m for m in sys.modules if m.startswith('losant_sdk')]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_package_does_not_load_it(losant: Package) -> None:
    """Who does not need it does not pay for it."""
    loaded = imported(losant.source, "from losant_sdk import Losant; Losant()")

    assert not {name for name in loaded if "compat" in name}


def test_a_resource_is_loaded_when_it_is_used(losant: Package) -> None:
    """Not with the client."""
    loaded = imported(
        losant.source, "from losant_sdk.compat import Client; Client().device"
    )

    assert "losant_sdk.compat" in loaded
    assert "losant_sdk.resources.device" not in loaded
