"""What a client is told: by its arguments, and by the environment."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from faces import Face
from loopback import Loopback, reply
from package._runtime import Timeout
from sample import Sample
from things import FOUND, get


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "ftp://api.example.com",
        "http://",
        "http://a b",
        "http://a\r\nX: y",
        "http://user:hunter2@api.example.com",
        "http://api.example.com?x=1",
        "http://api.example.com#x",
        "http://api.example.com:port",
    ],
)
def test_a_base_url_that_cannot_be_used_is_refused(url: str) -> None:
    """At once, and without showing a password."""
    with pytest.raises(ValueError, match="base_url") as caught:
        Sample(base_url=url)

    assert "hunter2" not in str(caught.value)


def test_the_base_url_may_come_from_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path of it stays, a slash at its end does not double."""
    with Loopback(FOUND) as server:
        monkeypatch.setenv("SAMPLE_URL", f"{server.url}/v1/")
        face(get)

    assert server.request.path == "/v1/things/t1"


def test_a_host_has_a_form_in_ascii() -> None:
    """Names of other languages are encoded (RFC 3490), and what is no name refused."""
    client = Sample(base_url="http://grün.example:8080/v1/")
    assert repr(client) == "<Sample http://xn--grn-ioa.example:8080/v1>"
    with pytest.raises(ValueError, match="base_url"):
        Sample(base_url=f"http://{'ü' * 70}.example")


@pytest.mark.parametrize("count", [-1, 1.5, True, None, "2"])
def test_a_number_of_retries_is_one(face: Face, count: Any) -> None:
    """Of a client or of a call."""
    with pytest.raises(ValueError, match="max_retries"):
        face(get, base_url="http://x.test", max_retries=count)
    with pytest.raises(ValueError, match="max_retries"):
        face(
            lambda client: get(client, request_options={"max_retries": count}),
            base_url="http://x.test",
        )


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_timeout_is_positive(seconds: float) -> None:
    """None waits for ever; 0 would never be met."""
    with pytest.raises(ValueError, match="timeout"):
        Timeout(seconds)
    with pytest.raises(ValueError, match="timeout"):
        Timeout(connect=seconds)


def test_a_timeout_of_one_number_is_for_every_step() -> None:
    """A ``Timeout`` tells them apart."""
    assert Timeout.of(5.0) == Timeout(5.0, connect=5.0)
    assert Timeout.of(None) == Timeout(None, connect=None)
    assert repr(Timeout()) == "Timeout(connect=10.0, read=60.0, write=60.0, pool=60.0)"
    assert len({Timeout(), Timeout(), Timeout(read=1.0)}) == 2


def test_a_client_shows_no_secrets() -> None:
    """Its ``repr`` is its class and where it calls."""
    client = Sample(access_token="hunter2", base_url="http://x.example")

    assert repr(client) == "<Sample http://x.example>"


def test_the_log_tells_of_requests_and_holds_no_secret(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    """DEBUG has each request, INFO each further try; httpx2 itself says nothing."""
    caplog.set_level(logging.DEBUG)
    with Loopback(reply(status=503), FOUND) as server:
        face(
            lambda client: get(
                client, request_options={"query": {"token": "hunter2", "page": 1}}
            ),
            base_url=server.url,
        )

    lines = [each.getMessage() for each in caplog.records if each.name == "sample_sdk"]
    assert any("503" in line and "token=[redacted]&page=1" in line for line in lines)
    assert any("again in" in line for line in lines)
    assert "hunter2" not in caplog.text
    assert "secret-token" not in caplog.text


def test_the_environment_sets_the_level_of_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A level that does not exist is said, not raised."""
    logger = logging.getLogger("sample_sdk")
    monkeypatch.setenv("SAMPLE_LOG", "debug")
    try:
        Sample(base_url="http://x.example")
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(logging.NOTSET)
    monkeypatch.setenv("SAMPLE_LOG", "loud")

    Sample(base_url="http://x.example")

    assert logger.level == logging.NOTSET


def test_a_proxy_of_the_environment_is_used(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``HTTP_PROXY`` gets the request with its whole URL; ``NO_PROXY`` excepts."""
    with Loopback(FOUND) as proxy, Loopback(FOUND) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        face(get, base_url="http://api.sample.example")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        face(get, base_url=server.url)

    target = proxy.request.target
    assert target.startswith("http://api.sample.example/things/t1")
    assert len(server.requests) == 1
