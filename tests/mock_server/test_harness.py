"""The harness of the generated tests: it passes a good client and notices bad ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import harness_client
import pytest
from harness_client import AsyncClient, Client
from mock_document import document

from sdkgen.support.json_pointer import Json
from sdkgen.target import TEMPLATES

if TYPE_CHECKING:
    from harness import Harness

THING = "575ec8687ae143cd83dc4a97"


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """Both clients, and a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TEMPLATES / "tests"))
        from harness import Harness

        running = Harness(document(), (Client, AsyncClient, {"token": "t"}, ()))
        yield running
        running.close()


@pytest.fixture
def defect() -> Iterator[Callable[[str], None]]:
    """Makes the clients wrong, for one test."""
    yield harness_client.DEFECTS.append
    harness_client.DEFECTS.clear()


def example(operation: str, name: str) -> Any:
    """The example of a parameter."""
    paths = cast("dict[str, dict[str, Any]]", document()["paths"])
    for item in paths.values():
        for method in item.values():
            if isinstance(method, dict) and method.get("operationId") == operation:
                found = [p for p in method["parameters"] if p["name"] == name]
                return found[0]["example"]
    raise KeyError(operation)


def listing(client: Client, **more: Any) -> Any:
    """things.get with all that it takes."""
    query: dict[str, Any] = {
        "page": example("things.get", "page"),
        "perPage": example("things.get", "perPage"),
        "keywords": example("things.get", "keywords"),
        "query": '{"a": 1}',
        "tagFilter[0][key]": "text",
        "tagFilter[0][value]": "text",
        "since": example("things.get", "since"),
        "old": True,
    }
    headers = {"X-Trace": "1", "Cookie": "session=text"}
    return client.things(headers, **{**query, **more})


POSTED: Json = {"name": "Lamp", "made": 1, "tags": [{"key": "text", "value": "text"}]}


def test_a_good_client_passes(harness: Harness) -> None:
    """Results, errors, shapes, no content, text, several successes."""
    harness.check("things.get", listing, lambda client: client.things(), harness.run)
    harness.check(
        "thing.get",
        lambda client: client.thing(THING, tagsAsObject=True),
        lambda client: client.thing(THING),
        harness.run,
    )
    harness.check(
        "thing.delete", lambda client: client.delete(THING), None, harness.run
    )
    harness.check("things.post", lambda client: client.post(POSTED), None, harness.run)
    harness.check(
        "get /things/latest", lambda client: client.thing("latest"), None, harness.run
    )


def test_a_good_client_pages(harness: Harness) -> None:
    """By number and by cursor, with and without a size."""
    harness.check_pages(
        "things.get",
        lambda client: client.iterate(perPage=2),
        lambda client: client.iterate(),
        harness.iterate,
    )
    harness.check_pages(
        "things.scroll",
        lambda client: client.scroll(limit=3),
        lambda client: client.scroll(),
        harness.iterate,
    )


def test_a_good_client_listens(harness: Harness) -> None:
    """Known events are models, others are raw, errors are errors."""
    harness.check_stream(
        "thing.stateStream", lambda client: client.stream(THING), None, harness.listen
    )


def test_the_asynchronous_face_is_checked_the_same(harness: Harness) -> None:
    """One loop, the same checks."""
    harness.check(
        "thing.get",
        lambda client: client.thing(THING, tagsAsObject=True),
        lambda client: client.thing(THING),
        harness.run_async,
    )
    harness.check_pages(
        "things.get", lambda client: client.iterate(), None, harness.iterate_async
    )
    harness.check_stream(
        "thing.stateStream",
        lambda client: client.stream(THING),
        None,
        harness.listen_async,
    )


Check = Callable[["Harness"], None]


def _get(harness: Harness) -> None:
    def call(client: Client) -> Any:
        return client.thing(THING, tagsAsObject=True)

    harness.check("thing.get", call, None, harness.run)


def _post(harness: Harness) -> None:
    harness.check("things.post", lambda client: client.post(POSTED), None, harness.run)


def _delete(harness: Harness) -> None:
    harness.check(
        "thing.delete", lambda client: client.delete(THING), None, harness.run
    )


def _pages(harness: Harness) -> None:
    harness.check_pages(
        "things.get", lambda client: client.iterate(), None, harness.iterate
    )


def _stream(harness: Harness) -> None:
    harness.check_stream(
        "thing.stateStream", lambda client: client.stream(THING), None, harness.listen
    )


def _wrong_operation(harness: Harness) -> None:
    harness.check("thing.get", lambda client: client.things(), None, harness.run)


def _invalid(harness: Harness) -> None:
    harness.check("things.post", lambda client: client.post({}), None, harness.run)


@pytest.mark.parametrize(
    ("wrong", "checking", "said"),
    [
        ("raw results", _get, "is no model"),
        ("raw results", _stream, "is no model"),
        ("unknown fields lost", _get, "unknownToTheDocument: is lost"),
        ("one error class", _get, "APIStatusError"),
        ("python booleans", _get, "'True' is not of type 'boolean'"),
        ("parameters lost", _get, "query tagsAsObject: was not sent"),
        ("fields lost", _post, "body.made: is lost"),
        ("twice", _get, "2 requests"),
        ("something for nothing", _delete, "expected no result"),
        ("one page", _pages, "expected 4 items, got 2"),
        ("one page too many", _pages, "3 requests for two pages"),
        ("unknown events lost", _stream, "heard ['state']"),
        ("", _wrong_operation, "GET /things is not thing.get"),
        ("", _invalid, "'name' is a required property"),
    ],
)
def test_a_bad_client_is_noticed(
    harness: Harness,
    defect: Callable[[str], None],
    wrong: str,
    checking: Check,
    said: str,
) -> None:
    """… with words that tell what is wrong with it."""
    defect(wrong)
    with pytest.raises((AssertionError, harness_client.APIStatusError)) as caught:
        checking(harness)
    assert said in f"{caught.type} {caught.value}"
