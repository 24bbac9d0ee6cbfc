"""Certificates, proxies and HTTP/2: from arguments, else from the environment."""

from __future__ import annotations

import pickle
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from things import FOUND, get

pytest.importorskip("trustme")

from certificates import server_context
from faces import Face
from loopback import BEARER, WATCHDOG, Loopback, reply
from package._runtime import APIConnectionError, Timeout
from package._runtime.wiring import Wiring
from proxies import Socks, forward, tunnel
from sample import AsyncSample, Sample
from watchdog import watched

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine itself says is no part of the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


# ----------------------------------------------------------------- certificates


def test_an_unknown_authority_is_no_connection(face: Face) -> None:
    """The server has not seen the request."""
    with (
        Loopback(FOUND, tls=server_context()) as server,
        pytest.raises(APIConnectionError, match="CERTIFICATE_VERIFY_FAILED") as caught,
    ):
        watched(lambda: face(get, base_url=server.url))

    assert caught.value.sent is False
    assert server.requests == []


def test_a_file_or_a_context_says_whom_to_trust(face: Face, trusted: Path) -> None:
    """A path, as text or not, or what was made of it."""
    context = ssl.create_default_context(cafile=trusted)
    with Loopback(FOUND, tls=server_context()) as server:
        for verify in (trusted, str(trusted), context, False):
            thing = face(get, base_url=server.url, verify=verify)
            assert thing.thing_id == "t1"


def test_the_environment_says_whom_to_trust(
    face: Face, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is not to be trusted itself."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Loopback(FOUND, tls=server_context()) as server:
        assert face(get, base_url=server.url).thing_id == "t1"
        with pytest.raises(APIConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            face(get, base_url=server.url, trust_env=False, max_retries=0)


def test_certificates_that_cannot_be_read_are_no_connection(
    face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the call that fails, as documented, with the reason."""
    broken = tmp_path / "broken.pem"
    broken.write_text("nonsense")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    with Loopback(FOUND, tls=server_context()) as server:
        for verify in (True, broken):
            with pytest.raises(APIConnectionError) as caught:
                face(get, base_url=server.url, verify=verify, max_retries=0)
            assert caught.value.sent is False
            assert isinstance(caught.value.__cause__, OSError)


def test_a_name_that_is_not_certified_is_refused(face: Face, trusted: Path) -> None:
    """Whoever signed."""
    with Loopback(FOUND, tls=server_context()) as server:
        other = server.url.replace("127.0.0.1", "127.0.0.2")
        with pytest.raises(APIConnectionError):
            face(get, base_url=other, verify=trusted, max_retries=0)


def test_a_file_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    """Not at the first call."""
    with pytest.raises(ValueError, match=r"nowhere\.pem"):
        Sample(base_url="http://x.example", verify=tmp_path / "nowhere.pem")


def test_connections_with_tls_are_kept(trusted: Path) -> None:
    """Two calls share a connection; another thread may end what waits."""
    with (
        Loopback(FOUND, tls=server_context()) as server,
        Sample(base_url=server.url, access_token=BEARER, verify=trusted) as client,
    ):
        get(client)
        get(client)

    assert server.connections == 1


def test_much_data_goes_through_tls(face: Face, trusted: Path) -> None:
    """In both directions, in pieces of many sizes."""
    blob = bytes(range(256)) * 20_000
    answer = reply(blob, media_type="application/octet-stream")
    with Loopback(FOUND, answer, tls=server_context()) as server:
        face(
            lambda client: client.thing.upload(thing_id="t1", bundle=blob),
            base_url=server.url,
            verify=trusted,
        )
        data = face(
            lambda client: client.thing.data(thing_id="t1"),
            base_url=server.url,
            verify=trusted,
        )

    assert blob in server.requests[0].body
    assert data == blob


class Slow(Loopback):
    """Passes on what both ends send, each piece after a moment."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._where = ("127.0.0.1", urlsplit(url).port or 0)

    def _serve(self, connection: socket.socket) -> None:
        with socket.create_connection(self._where) as other, connection:
            back = threading.Thread(target=self._pass, args=[other, connection])
            back.start()
            self._pass(connection, other)
            back.join(WATCHDOG)
        self._open.remove(connection)

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # either has ended
            while data := source.recv(256 * 1024):
                threading.Event().wait(0.02)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
def test_a_wait_of_many_glances_loses_nothing(
    face: Face, trusted: Path, secure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is waited for: a handshake, to send, to receive."""
    from package._runtime import lines

    monkeypatch.setattr(lines, "GLANCE", 0.001)
    blob = bytes(range(256)) * 32_000
    answer = reply(blob, media_type="application/octet-stream")
    with (
        Loopback(FOUND, answer, tls=server_context() if secure else None) as server,
        Slow(server.url) as slow,
    ):
        url = f"{urlsplit(server.url).scheme}://{urlsplit(slow.url).netloc}"
        face(
            lambda client: client.thing.upload(thing_id="t1", bundle=blob),
            base_url=url,
            verify=trusted,
        )
        data = face(
            lambda client: client.thing.data(thing_id="t1"),
            base_url=url,
            verify=trusted,
        )

    assert blob in server.requests[0].body
    assert data == blob


# ---------------------------------------------------------------------- proxies


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


def test_an_extra_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With what to install."""

    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)

    with pytest.raises(ImportError, match=r"pip install 'sample-sdk\[http2\]'"):
        Sample(base_url="http://x.example", http2=True)
    with pytest.raises(ImportError, match=r"pip install 'sample-sdk\[socks\]'"):
        Sample(base_url="http://x.example", proxy="socks5://proxy.test")


# --------------------------------------------------------------------- settings


def test_settings_are_pickled_without_connections(trusted: Path) -> None:
    """After a call, too; what was checked is checked where they arrive."""
    with Loopback(FOUND, tls=server_context()) as server:
        settings: dict[str, Any] = {
            "base_url": server.url,
            "access_token": BEARER,
            "verify": trusted,
            "timeout": Timeout(5.0),
            "total_timeout": 9.0,
            "max_response_bytes": 1000,
        }
        with Sample(**settings) as client:
            get(client)
            again = pickle.loads(pickle.dumps(client))  # noqa: S301
            with again:
                assert get(again).thing_id == "t1"
        pickle.loads(pickle.dumps(AsyncSample(**settings)))  # noqa: S301

    assert server.connections == 2
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(Wiring(verify=ssl.create_default_context()))


def test_the_type_of_certificates_can_be_asked_for() -> None:
    """By what evaluates annotations; ``ssl`` is not loaded before."""
    from package._runtime import Verify

    assert ssl.SSLContext in Verify.__args__
