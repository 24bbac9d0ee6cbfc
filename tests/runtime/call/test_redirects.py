"""Redirects: where they lead, and what goes along."""

from __future__ import annotations

import pytest
from faces import Face
from loopback import Loopback, reply
from package._runtime import APIStatusError
from package._runtime.call import retry
from things import FOUND, get, patch


def test_a_redirect_is_followed(face: Face) -> None:
    """On the same origin the credential goes along."""
    with Loopback(
        reply(status=307, headers={"Location": "/elsewhere?x=1"}), FOUND
    ) as server:
        thing = face(get, base_url=server.url)

    assert thing.name == "Ada"
    assert server.requests[1].target == "/elsewhere?x=1"
    assert server.requests[1].headers["authorization"] == "Bearer secret-token"


def test_a_redirect_makes_no_wait_longer(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first failure is the first, however many redirects came before it."""
    failed: list[int] = []

    def draw_nothing(attempt: int, _: object) -> float:
        failed.append(attempt)
        return 0.0

    monkeypatch.setattr(retry, "draw_wait", draw_nothing)
    elsewhere = reply(status=307, headers={"Location": "/elsewhere"})
    with Loopback(elsewhere, elsewhere, reply(status=503), FOUND) as server:
        assert face(get, base_url=server.url).name == "Ada"

    assert failed == [1]


def test_credentials_stay_with_their_origin(face: Face) -> None:
    """Another host does not get them, whatever header they are in."""
    with Loopback(FOUND) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url)
            face(get, base_url=server.url, access_token=None, api_key="k")

    for request in other.requests:
        assert request.path == "/x"
        assert "authorization" not in request.headers
        assert "x-api-key" not in request.headers


def test_secrets_of_the_caller_stay_with_their_origin_too(face: Face) -> None:
    """Headers whose names say that they hold some; others go along."""
    own = {"X-Session-Token": "s", "Proxy-Authorization": "p", "X-Mine": "1"}
    with Loopback(FOUND) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url, headers=own)

    assert server.request.headers["x-session-token"] == "s"
    assert other.request.headers["x-mine"] == "1"
    assert not {"x-session-token", "proxy-authorization"} & set(other.request.headers)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/grün?a=ü b#part", "/gr%C3%BCn?a=%C3%BC%20b"),
        ("/a%20b/%7Ec", "/a%20b/%7Ec"),
        ("?x=1", "/things/t1?x=1"),
        ("#part", "/things/t1?_actions=false"),
    ],
)
def test_a_redirect_is_followed_in_the_characters_of_urls(
    face: Face, location: str, target: str
) -> None:
    """What is encoded stays as it is; a fragment is not sent (RFC 9110, 7.1)."""
    raw = location.encode().decode("latin-1")
    away = reply(status=302, headers={"Location": raw})
    with Loopback(away, FOUND) as server:
        face(get, base_url=server.url)

    assert server.requests[1].target == target


def test_a_body_does_not_follow_to_another_origin(face: Face) -> None:
    """It was meant for the first one."""
    with Loopback(FOUND) as other:
        away = reply(status=307, headers={"Location": f"{other.url}/x?token=abc"})
        with (
            Loopback(away) as server,
            pytest.raises(APIStatusError, match="not followed") as caught,
        ):
            face(patch, base_url=server.url)

    assert caught.value.status == 307
    assert "abc" not in str(caught.value)
    assert other.requests == []


def test_a_circle_of_redirects_has_an_end(face: Face) -> None:
    """It is the redirect that raises."""
    around = reply(status=302, headers={"Location": "/again"})
    with Loopback(around) as server, pytest.raises(APIStatusError) as caught:
        face(get, base_url=server.url)

    assert caught.value.status == 302
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["ftp://example.com/", "http://[", ""])
def test_a_redirect_to_nowhere_raises(face: Face, location: str) -> None:
    """There is nothing to follow."""
    answer = reply(status=302, headers={"Location": location})
    with Loopback(answer) as server, pytest.raises(APIStatusError):
        face(get, base_url=server.url)
