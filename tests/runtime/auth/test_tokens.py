"""What a token says of its own life."""

from __future__ import annotations

import base64
import json
import time

import pytest
from faces import Face
from logins import Clock, provider, sent
from loopback import Loopback
from package._runtime.auth.token_provider import read_lifetime
from things import FOUND, get


def jwt(**claims: object) -> str:
    """A JSON Web Token without a signature that anybody would believe."""
    parts = [{"alg": "none"}, claims]
    text = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
    return ".".join([*(part.decode().rstrip("=") for part in text), "signature"])


def test_a_json_web_token_says_when_it_expires() -> None:
    """By the clock of this machine, or by the token's own if this one is wrong."""
    now = 1_700_000_000.0

    assert read_lifetime(jwt(exp=now + 600), now) == 600
    assert read_lifetime(jwt(exp=now + 600, iat=now), now) == 600
    assert read_lifetime(jwt(exp=now + 600, iat=now - 3000), now) == 600
    year = 365 * 24 * 3600
    assert read_lifetime(jwt(exp=now + 600, iat=now), now + year) == 600
    assert read_lifetime(jwt(exp=now + 600, iat=now), now - year) == 600


@pytest.mark.parametrize(
    "token",
    [
        "opaque", "a.b", "a.b.c", "..", "a.\u00e9.c", jwt(), jwt(iat=1), jwt(exp="1"),
        jwt(exp=True), jwt(exp=-1), jwt(exp=1), jwt(exp=10**400), "a.W10.c", "a.MQ.c",
        "a." + base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".c",
    ],
    ids=range(15),
)  # fmt: skip
def test_any_other_token_says_nothing(token: str) -> None:
    """Whatever it holds, it is used until it is refused."""
    assert read_lifetime(token, 1_700_000_000.0) is None


def test_a_fetch_may_give_the_token_alone(face: Face) -> None:
    """A ``str`` that is a JSON Web Token is renewed in time, too."""
    clock = Clock()
    now = time.time()
    tokens = iter([jwt(iat=now, exp=now + 3600), "second"])
    source = provider(face, lambda: next(tokens), clock=clock)
    with Loopback(FOUND) as server:
        for step in (0, 3000, 3000):
            clock.now += step
            face(get, base_url=server.url, access_token=source)

    first, again, second = sent(server)
    assert first == again != second == "Bearer second"
