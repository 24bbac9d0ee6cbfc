"""What generated packages have for the tests of their users: ``<package>.testing``."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import losant_package
import mock_document
import pytest
from losant_package import Package

from generator.pipeline import Target

CALLS = 200
ID = "575ec8687ae143cd83dc4a97"


@pytest.fixture(scope="module")
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
    package = losant_package.build(folder, target)
    sys.path.insert(0, str(package.source))
    yield package.source
    sys.path.remove(str(package.source))


@pytest.fixture
def sdk(source: Path) -> Any:
    """The package."""
    del source
    import things_sdk  # type: ignore[import-not-found] # it is built by the fixture

    return things_sdk


@pytest.fixture
def mock(sdk: Any) -> Iterator[Any]:
    """Its mock."""
    del sdk
    from things_sdk.testing import (  # type: ignore[import-not-found] # as above
        ThingsSdkMock,
    )

    with ThingsSdkMock() as made:
        yield made


Run = Callable[[Any, Callable[[Any], Any]], Any]


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


def get(client: Any, **more: Any) -> Any:
    """The simplest call."""
    return client.thing.get(thing_id=ID, **more)


def watch(client: Any) -> Any:
    """A stream of events."""
    return client.thing.state_stream(thing_id=ID)


# ------------------------------------------------------------------------ examples


def test_the_examples_of_the_document_are_answered(mock: Any, run: Run) -> None:
    """Typed, as the API's own answers are."""
    thing = run(mock, get)

    assert type(thing).__name__ == "Thing"
    assert thing.id == mock.example("thing.get")["id"]
    assert thing.name == "Lamp"
    assert thing.made.year == 2016


def test_arguments_change_the_shape_of_the_answer(mock: Any, run: Run) -> None:
    """As they do with the API."""
    thing = run(mock, lambda client: get(client, tags_as_object=True))

    assert thing.to_dict() == {"tags": {"floor": "8"}}


def test_what_has_no_body_gives_none(mock: Any, run: Run) -> None:
    """Status 204."""
    assert run(mock, lambda client: client.thing.delete(thing_id=ID)) is None


def test_a_text_is_a_text(mock: Any, run: Run) -> None:
    """An answer that is no JSON."""
    found = run(mock, lambda client: client.thing.upload(thing_id=ID, file=b"data"))

    assert found == "text"
    assert b"data" in mock.calls[0].content


def test_of_several_media_types_the_one_that_is_asked_for(sdk: Any) -> None:
    """The first, if nothing is."""
    del sdk
    from things_sdk.testing import _document

    answers = [["2XX", "application/json", "1"], ["2XX", "text/csv", "2"]]
    said = {"id": "x", "also": [], "answers": [*answers, ["4XX", "", ""]]}
    data = [{"a.b": said}, {"1": {"c": 1}, "2": "c"}]
    known = _document.Document({"a": lambda: json.dumps(data)}).find("a.b")

    assert known.status == 200
    assert known.answer(200, {}, "*/*") == ("application/json", {"c": 1})
    assert known.answer(200, {}, "text/csv") == ("text/csv", "c")
    assert known.answer(404, {}, "") == ("application/json", {"message": "Not Found"})


def test_every_operation_of_losant_has_an_example(losant: Package) -> None:
    """No operation of the flagship answers with nothing where something is documented."""
    from losant_sdk.testing import (  # type: ignore[import-not-found] # as above
        LosantMock,
    )

    operations = [
        (f"{resource.name}.{operation.name}", operation)
        for resource in losant.api.resources
        for operation in resource.operations
    ]
    mock = LosantMock()
    without = [
        name
        for name, operation in operations
        if mock.example(name) is None
        and operation.stream is None
        and any(each.type for each in operation.responses if each.status[0] == "2")
    ]

    assert operations
    assert without == []


def test_losant_is_mocked(losant: Package) -> None:
    """The flagship: calls, pages and streams."""
    del losant
    from losant_sdk.testing import LosantMock

    with LosantMock() as mock:
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


def test_a_client_of_losant_that_logs_in_is_mocked(losant: Package) -> None:
    """The login too ends in the mock."""
    del losant
    from losant_sdk import Losant  # type: ignore[import-not-found] # as above
    from losant_sdk.testing import LosantMock

    with (
        Losant.from_device_credentials(ID, "a-key", "a-secret") as client,
        LosantMock(client) as mock,
    ):
        client.device.get(application_id=ID, device_id=ID)
    login, call = mock.calls
    token = mock.example("auth.authenticate_device")["token"]

    assert login.json == {"deviceId": ID, "key": "a-key", "secret": "a-secret"}
    assert call.headers["authorization"] == f"Bearer {token}"


# ----------------------------------------------------------------- own answers


def test_another_answer(mock: Any, run: Run) -> None:
    """In place of the example; what is told last counts."""
    mock.respond("thing.get", json={"id": ID, "name": "first"})
    mock.respond("thing.get", json={**mock.example("thing.get"), "name": "last"})

    assert [run(mock, get).name for _ in range(2)] == ["last", "last"]


def test_an_answer_that_depends_on_the_call(mock: Any, run: Run) -> None:
    """A function of the call."""
    mock.respond(
        "thing.get", json=lambda call: {"id": call.path[-24:], "name": call.method}
    )

    assert run(mock, get).to_dict() == {"id": ID, "name": "GET"}


def test_an_answer_for_some_times(mock: Any, run: Run) -> None:
    """They come first, in their order; then what was told without a number."""
    mock.respond("thing.get", json={"id": ID, "name": "always"})
    mock.respond("thing.get", json={"id": ID, "name": "twice"}, times=2)
    mock.respond("thing.get", json={"id": ID, "name": "once"}, times=1)
    assert mock.unused == ["thing.get"]

    names = [run(mock, get).name for _ in range(4)]

    assert names == ["twice", "twice", "once", "always"]
    assert mock.unused == []


def test_a_model_is_an_answer(mock: Any, run: Run) -> None:
    """What a call returned can be answered again."""
    thing = mock.client.thing.get(thing_id=ID)
    thing.name = "Mine"
    mock.respond("thing.get", json=thing)

    assert run(mock, get).name == "Mine"


def test_content_and_headers(mock: Any, run: Run, sdk: Any) -> None:
    """What a proxy may answer."""
    mock.respond("thing.get", content="<html>", headers={"Content-Type": "text/html"})

    with pytest.raises(sdk.APIDecodeError) as caught:
        run(mock, get)

    assert caught.value.headers == {"content-type": "text/html"}
    assert caught.value.content == b"<html>"


def test_another_success(mock: Any, run: Run) -> None:
    """Any documented status has its example."""
    mock.respond("things.post", status=202)

    found = run(mock, lambda client: client.things.post(body={"name": "Lamp"}))

    assert found.to_dict() == {"on": True}


def test_operations_are_methods_or_names(mock: Any) -> None:
    """Of either client, by the name in Python or by that in the document."""
    client, other = mock.client, mock.async_client
    for operation in (
        client.thing.get,
        other.thing.get,
        type(client.thing).get,
        "thing.get",
    ):
        mock.reset()
        mock.respond(operation, json={"id": ID, "name": "x"})
        assert get(mock.client).name == "x"
        assert len(mock.calls_of(operation)) == 1
    for operation in (client.things.iterate, "things.iterate", "things.get"):
        mock.pages(operation, [])
    for name in ("thing.state_stream", "thing.stateStream", client.thing.state_stream):
        mock.stream(name)
    mock.respond("get /things/latest", json={"on": False})
    assert client.things.get_latest().on is False


@pytest.mark.parametrize(
    "tell",
    [
        lambda mock: mock.respond("thing.gett"),
        lambda mock: mock.fail("thing.gett"),
        lambda mock: mock.stream("thing.gett"),
        lambda mock: mock.pages("thing.gett", []),
        lambda mock: mock.example("thing.gett"),
        lambda mock: mock.calls_of("thing.gett"),
    ],
)
def test_an_unknown_operation_is_refused(
    mock: Any, tell: Callable[[Any], object]
) -> None:
    """And those are named that may be meant."""
    with pytest.raises(ValueError, match=r"no operation 'thing.gett': did you mean "):
        tell(mock)


def test_what_is_no_operation_is_refused(mock: Any) -> None:
    """Any other function; a stream of what is none, pages of what has none."""
    with pytest.raises(ValueError, match=r"no operation 'json.loads'"):
        mock.respond(json.loads)
    with pytest.raises(ValueError, match=r"thing.get is no stream of events"):
        mock.stream("thing.get")
    with pytest.raises(ValueError, match=r"thing.get does not come in pages"):
        mock.pages("thing.get", [])


def test_a_request_of_another_api_is_refused(mock: Any, sdk: Any) -> None:
    """A transport of the mock answers for its own API alone."""
    core = vars(mock.client)["_core"]
    request = sdk.Request("GET", "https://x.test", {}, None, None, None, "other.get")

    with pytest.raises(ValueError, match=r"the API has no operation 'other.get'"):
        core.transport.send(request)


# ---------------------------------------------------------------------------- faults


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


# -------------------------------------------------------------------- streams, pages


def test_the_events_of_the_document(mock: Any, run: Run) -> None:
    """Each once; then the stream ends."""
    (event,) = run(mock, watch)

    assert (event.event, event.data.on) == ("state", True)


def test_events_of_ones_own(mock: Any, run: Run) -> None:
    """JSON is typed, text stays text, over several lines, and none at all is none."""
    mock.stream("thing.state_stream", ("state", {"on": False}), ("other", "a\nb"))
    first, second = run(mock, watch)
    mock.stream("thing.state_stream")

    assert first.data.on is False
    assert (second.event, second.data) == ("other", "a\nb")
    assert run(mock, watch) == []


def test_a_stream_that_breaks_is_taken_up_again(mock: Any, run: Run) -> None:
    """Where another answer is to come."""
    mock.stream("thing.state_stream", ("state", {"on": True}), times=2)
    mock.fail("thing.state_stream", error="reset", times=2)
    mock.fail("thing.state_stream", status=503, headers={"Retry-After": "60"}, times=1)
    mock.stream("thing.state_stream", ("state", {"on": False}))

    assert [event.data.on for event in run(mock, watch)] == [True, True, False]


def test_a_stream_that_cannot_be_opened(mock: Any, run: Run, sdk: Any) -> None:
    """An error as with any other call."""
    mock.fail("thing.state_stream", status=404)

    with pytest.raises(sdk.NotFoundError):
        run(mock, watch)


def test_the_example_of_a_list_is_all_there_is(mock: Any, run: Run) -> None:
    """Its totals agree, so that a loop over the pages ends at once."""
    items = run(mock, lambda client: client.things.iterate())

    assert [item.name for item in items] == ["Lamp", "text2"]
    assert len(mock.calls) == 1


@pytest.mark.parametrize(
    ("operation", "size"), [("iterate", "per_page"), ("iterate_scroll", "limit")]
)
def test_pages_of_ones_own_items(
    mock: Any, run: Run, operation: str, size: str
) -> None:
    """As many as there are, in pages of the size that is asked for."""
    items = [{"id": f"{n:024}", "name": str(n)} for n in range(25)]
    mock.pages(f"things.{operation}", items)

    found = run(mock, lambda client: getattr(client.things, operation)(**{size: 10}))

    assert [item.name for item in found] == [str(n) for n in range(25)]
    assert len(mock.calls) == 3


# ------------------------------------------------------------------ recorded calls


def test_calls_are_recorded(mock: Any, run: Run) -> None:
    """With all that was sent."""
    run(
        mock,
        lambda client: client.things.get(
            keywords=["a", "b&c"], page=1, request_options={"headers": {"X-Mine": "1"}}
        ),
    )
    run(mock, lambda client: client.things.post(body={"name": "Lamp"}))
    listed, posted = mock.calls

    assert (listed.operation, listed.method, listed.path) == (
        "things.get", "GET", "/things",
    )  # fmt: skip
    assert listed.query == {"page": "1", "keywords": ["a", "b&c"]}
    assert listed.headers["x-mine"] == "1"
    assert (listed.content, listed.json) == (b"", None)
    assert posted.json == {"name": "Lamp"}
    assert mock.calls_of("things.post")[0].url == "https://mock.test/things"
    mock.reset()
    assert mock.calls == []


def test_recorded_calls_show_no_credentials(sdk: Any) -> None:
    """They hold them, for those who test that."""
    from things_sdk.testing import ThingsSdkMock

    client = sdk.ThingsSdk(token="very-secret")  # noqa: S106 # what is to be hidden
    other = sdk.ThingsSdk(key="very-secret")
    with ThingsSdkMock(client, other) as mock:
        get(client)
        list(client.things.iterate())
        get(other)
    first, _, last = mock.calls

    assert first.headers["authorization"] == "Bearer very-secret"
    assert last.query["key"] == "very-secret"
    assert "very-secret" not in f"{mock.calls}{first.headers}{last!r}"
    assert (
        repr(first) == f"<Call thing.get: GET https://api.example.com/v1/things/{ID}>"
    )


def test_files_are_recorded_as_they_are_sent(mock: Any, run: Run) -> None:
    """What is read piece by piece is read by the mock."""

    def pieces() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    run(mock, lambda client: client.thing.upload(thing_id=ID, file=pieces()))

    assert b"one two" in mock.calls[0].content


# ------------------------------------------------------------------------- clients


def test_a_client_is_taken_over_for_a_while(sdk: Any) -> None:
    """With its own settings; afterwards it is as it was."""
    from things_sdk.testing import ThingsSdkMock

    gone = "http://127.0.0.1:1"
    with sdk.ThingsSdk(key="t", base_url=gone, max_retries=0) as client:
        with ThingsSdkMock(client) as mock, ThingsSdkMock(client) as inner:
            inner.fail(status=503)
            with pytest.raises(sdk.ServiceUnavailableError):
                get(client)
        assert (len(mock.calls), len(inner.calls)) == (0, 1)
        with ThingsSdkMock(client) as mock:
            assert get(client).name == "Lamp"
        assert mock.calls[0].url.startswith(gone)
        with pytest.raises(sdk.APIConnectionError, match=r"refused|connect"):
            get(client)

    async def running() -> None:
        other = sdk.AsyncThingsSdk(token="t", base_url=gone)  # noqa: S106
        with ThingsSdkMock(other):
            assert (await get(other)).name == "Lamp"
        await other.close()

    asyncio.run(running())


def test_a_client_that_fetches_tokens_gets_one(sdk: Any) -> None:
    """Of the mock, which can refuse it."""
    from things_sdk.testing import ThingsSdkMock

    given = {"client_id": "an-id", "client_secret": "a-secret"}
    client, other = sdk.ThingsSdk(**given), sdk.AsyncThingsSdk(**given)
    with ThingsSdkMock(client, other) as mock:
        get(client)
        asyncio.run(get(other))
        fetched = mock.calls_of("oauth2.token")
        mock.fail("oauth2.token", status=401)
        with pytest.raises(sdk.AuthenticationError):
            get(sdk.ThingsSdk(**given, transport=vars(client)["_core"].given))

    assert [call.operation for call in mock.calls[:4]] == [
        "oauth2.token", "thing.get", "oauth2.token", "thing.get",
    ]  # fmt: skip
    assert {call.url for call in fetched} == {"https://id.test/token"}
    assert mock.calls_of("thing.get")[0].headers["authorization"] == "Bearer a-token"


def test_the_environment_has_no_say(sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients of a mock are complete."""
    from things_sdk.testing import ThingsSdkMock

    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    mock = ThingsSdkMock()

    assert get(mock.client).name == "Lamp"
    assert repr(mock.client) == "<ThingsSdk https://mock.test>"
    assert mock.client is mock.client
    assert sdk.with_response(mock.client.thing.get)(thing_id=ID).status == 200


def test_threads_share_a_mock(mock: Any) -> None:
    """No call is lost, and no answer is given twice."""
    for number in range(CALLS):
        mock.respond("thing.get", json={"id": ID, "name": str(number)}, times=1)
    client = mock.client
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: get(client).name, range(CALLS)))

    assert sorted(names, key=int) == [str(number) for number in range(CALLS)]
    assert len(mock.calls) == CALLS
    assert mock.unused == []


def test_tasks_share_a_mock(mock: Any) -> None:
    """The same with tasks."""
    for number in range(CALLS):
        mock.respond("thing.get", json={"id": ID, "name": str(number)}, times=1)

    async def running() -> list[str]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(get(mock.async_client)) for _ in range(CALLS)]
        return [task.result().name for task in tasks]

    assert sorted(asyncio.run(running()), key=int) == [str(n) for n in range(CALLS)]


# -------------------------------------------------------------------------- pytest

_USED = """
import pytest
from things_sdk import NotFoundError
from things_sdk.testing import ThingsSdkMock

def test_blocking(things_sdk_mock: ThingsSdkMock) -> None:
    thing = things_sdk_mock.client.thing.get(thing_id="t")
    assert thing.name == "Lamp"

def test_each_test_has_its_own(things_sdk_mock: ThingsSdkMock) -> None:
    assert things_sdk_mock.calls == []
"""


def test_there_is_a_fixture_of_pytest(source: Path, tmp_path: Path) -> None:
    """For those who name the module among their plugins."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["things_sdk.testing"]\n')
    (tmp_path / "test_used.py").write_text(_USED)

    done = program(
        source, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "--rootdir", str(tmp_path), str(tmp_path),
    )  # fmt: skip

    assert "2 passed" in done


def test_neither_the_examples_nor_pytest_are_needed(source: Path) -> None:
    """A package does not import its module for tests, and that does without pytest."""
    code = (
        "import sys, things_sdk as s; s.ThingsSdk;"
        "assert 'things_sdk.testing' not in sys.modules;"
        "sys.modules['pytest'] = None;"
        "from things_sdk.testing import ThingsSdkMock;"
        "print(ThingsSdkMock().client.thing.get(thing_id='t').name)"
    )

    assert program(source, "-c", code) == "Lamp\n"


def program(source: Path, *arguments: str) -> str:
    """What Python prints that finds the package."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
