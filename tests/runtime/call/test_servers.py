"""Which server a call goes to: of the API, of an operation, or where the caller says."""

from __future__ import annotations

from typing import Any

import pytest
from package._runtime import ClientConfig, Operation, Server
from package._runtime.call.request_builder import Engine

HERE: Operation[None] = Operation("here", "GET", "/x")
FILES = Server(
    "https://files.{region}.example.com", variables={"region": ("eu", "eu", "us")}
)
THERE: Operation[None] = Operation("there", "GET", "/x", server=FILES)
BESIDE: Operation[None] = Operation("beside", "GET", "/x", server=Server("../v2"))
CONFIG = ClientConfig(
    package="sdk",
    version="1",
    base_url="https://eu.example.com/v1",
    base_url_environment="T_URL",
    servers=(
        Server(
            "https://{region}.example.com/v1",
            name="production",
            variables={"region": ("eu", "eu", "us")},
        ),
        Server("https://{name}.test/v1", name="test", variables={"name": ("a",)}),
    ),
)


def engine(config: ClientConfig = CONFIG, **said: Any) -> Engine:
    return Engine(config, credentials={}, **said)


def urls(**said: Any) -> list[str]:
    made = engine(**said)
    return [made.prepare(each, None, ()).request.url for each in (HERE, THERE, BESIDE)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {},
            [
                "https://eu.example.com/v1/x",
                "https://files.eu.example.com/x",
                "https://eu.example.com/v2/x",
            ],
        ),
        (
            {"variables": {"region": "us", "name": None}},
            [
                "https://us.example.com/v1/x",
                "https://files.us.example.com/x",
                "https://us.example.com/v2/x",
            ],
        ),
        (
            {"server": "test", "variables": {"name": "b"}},
            [
                "https://b.test/v1/x",
                "https://files.eu.example.com/x",
                "https://b.test/v2/x",
            ],
        ),
        # Who says where the API is means all of it: a proxy, a test.
        ({"base_url": "http://127.0.0.1:1"}, ["http://127.0.0.1:1/x"] * 3),
        (
            {"base_url": "https://eu.example.com/v1"},
            [
                "https://eu.example.com/v1/x",
                "https://files.eu.example.com/x",
                "https://eu.example.com/v2/x",
            ],
        ),
    ],
)
def test_a_call_goes_to_the_server_that_is_meant(
    said: dict[str, Any], expected: list[str]
) -> None:
    assert urls(**said) == expected


def test_the_environment_counts_less_than_an_argument(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("T_URL", "https://other.example")

    assert urls() == ["https://other.example/x"] * 3
    assert urls(server="production")[0] == "https://eu.example.com/v1/x"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"server": "none"}, "server is one of production, test"),
        ({"variables": {"region": "mars"}}, "region is one of eu, us"),
        ({"server": "test", "variables": {"region": "us"}}, "has no region"),
        ({"server": "test", "base_url": "https://a.example"}, "pass no server"),
        ({"variables": {"name": "b"}}, "has no name"),
        ({"server": "test", "variables": {"name": "a b"}}, "blanks"),
        ({"server": "test", "variables": {"name": "u:p@evil"}}, "credential"),
        ({"server": "test", "variables": {"name": "a?b"}}, "query"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine(**said)


def test_a_variable_of_an_operation_alone_is_no_choice() -> None:
    """The API may be said to be elsewhere at the same time."""
    config = ClientConfig(package="sdk", version="1", base_url="https://a.example")
    made = engine(config, variables={"region": "us"}, base_url="https://a.example")

    assert made.prepare(HERE, None, ()).request.url == "https://a.example/x"
    assert made.prepare(THERE, None, ()).request.url == "https://files.us.example.com/x"
