"""Proxies, of HTTP and SOCKS 5: from arguments, else from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trustme")

from certificates import server_context
from faces import Face
from loopback import Loopback, reply
from package._runtime import APIConnectionError
from proxies import Socks, forward, tunnel
from sample import Sample
from things import FOUND, get
from watchdog import watched

pytestmark = pytest.mark.usefixtures("bare_environment")


def test_a_proxy_gets_the_whole_url(face: Face) -> None:
    """With the name and password of its URL, which are for nobody else."""
    with Loopback(forward(FOUND)) as proxy:
        where = proxy.url.replace("http://", "http://me:p%40ss@")
        thing = face(get, base_url="http://api.test/v1", proxy=where)

    assert thing.thing_id == "t1"
    assert proxy.request.target.startswith("http://api.test/v1/things/t1")
    assert proxy.request.headers["host"] == "api.test"


def test_a_proxy_that_wants_a_password_is_an_error(face: Face) -> None:
    """With its status."""
    with (
        Loopback(forward(FOUND)) as proxy,
        pytest.raises(Exception, match="407") as caught,
    ):
        face(get, base_url="http://api.test", proxy=proxy.url)

    assert "407" in str(caught.value)


def test_a_proxy_leads_to_a_server_with_tls(face: Face, trusted: Path) -> None:
    """Which it cannot listen to."""
    with (
        Loopback(tunnel) as proxy,
        Loopback(FOUND, tls=server_context()) as server,
    ):
        thing = face(get, base_url=server.url, proxy=proxy.url, verify=trusted)

    assert thing.thing_id == "t1"
    assert proxy.request.method == "CONNECT"
    assert proxy.request.target == server.url.removeprefix("https://")
    assert "authorization" not in proxy.request.headers
    assert server.request.headers["authorization"] == "Bearer secret-token"


def test_a_proxy_may_have_tls_itself(face: Face, trusted: Path) -> None:
    """One tunnel within another; the same certificates are trusted."""
    with (
        Loopback(tunnel, tls=server_context()) as proxy,
        Loopback(FOUND, tls=server_context()) as server,
    ):
        thing = watched(
            lambda: face(get, base_url=server.url, proxy=proxy.url, verify=trusted)
        )

    assert thing.thing_id == "t1"
    assert proxy.request.method == "CONNECT"


def test_a_proxy_that_refuses_is_no_connection(face: Face) -> None:
    """The server cannot have seen the request."""
    with (
        Loopback(reply(status=502)) as proxy,
        pytest.raises(APIConnectionError, match="502") as caught,
    ):
        face(get, base_url="https://api.test", proxy=proxy.url, max_retries=0)

    assert caught.value.sent is False


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_proxy_may_speak_socks(face: Face, trusted: Path, scheme: str) -> None:
    """By an extra."""
    pytest.importorskip("socksio")
    with Socks() as proxy, Loopback(FOUND, tls=server_context()) as server:
        where = proxy.url.replace("http", scheme)
        thing = watched(
            lambda: face(get, base_url=server.url, proxy=where, verify=trusted)
        )

    assert thing.thing_id == "t1"
    assert [port for _, port in proxy.targets] == [int(server.url.rpartition(":")[2])]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_environment_names_a_proxy(
    face: Face, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is not to be trusted, or the host is excepted."""
    with Loopback(FOUND) as proxy, Loopback(FOUND) as server:
        monkeypatch.setenv(variable, proxy.url.removeprefix("http://"))
        face(get, base_url="http://api.test")
        face(get, base_url=server.url, trust_env=False)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        face(get, base_url=server.url)

    assert len(proxy.requests) == 1
    assert len(server.requests) == 2


def test_the_argument_goes_before_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for hosts that ``NO_PROXY`` excepts."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTP_PROXY", "http://nobody.invalid:1")
    with Loopback(FOUND) as proxy:
        face(get, base_url="http://api.test", proxy=proxy.url)

    assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.test:3128",
        "ftp://proxy.test",
        "http://",
        "http://u:hunter2@",
        "http://a:b",
    ],
)
def test_a_proxy_that_is_none_is_refused_at_once(proxy: str) -> None:
    """Without its password in the message."""
    with pytest.raises(ValueError, match="proxy") as caught:
        Sample(base_url="http://x.example", proxy=proxy)

    assert "hunter2" not in str(caught.value)


def test_a_proxy_of_the_environment_that_is_none_is_no_connection(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be set while the program runs."""
    monkeypatch.setenv("HTTP_PROXY", "gopher://u:hunter2@proxy.test")

    with pytest.raises(APIConnectionError, match="proxy") as caught:
        face(get, base_url="http://api.test", max_retries=0)

    assert "hunter2" not in str(caught.value)
