"""Certificates: whom a client trusts, by its arguments, else by the environment."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("trustme")

from certificates import server_context
from faces import Face
from loopback import BEARER, WATCHDOG, Loopback, reply
from package._runtime import APIConnectionError
from sample import Sample
from things import FOUND, get
from watchdog import watched

pytestmark = pytest.mark.usefixtures("bare_environment")


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
    from package._runtime.transport import sync_connections

    monkeypatch.setattr(sync_connections, "GLANCE", 0.001)
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
