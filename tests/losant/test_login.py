"""Clients of the Losant SDK that log in by themselves."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import logging
import pickle
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from built_package import SPECS, Package
from recording import Answer, Recorded, Recorder

APP = "575ec8687ae143cd83dc4a97"
DEVICE = "575ecf887ae143cd83dc4aa2"
KEY = "an-access-key"
SECRET = "an-access-secret"
CROWD = 30
WATCHDOG = 60


@pytest.fixture
def sdk(losant: Package) -> Any:
    """The package."""
    del losant
    import losant_sdk

    return losant_sdk


class Platform(Recorder):
    """Gives tokens, and refuses those that it was told to refuse.

    Attributes:
        logins: The requests for a token that came.
        calls: The tokens of the other requests.
        refused: Tokens that are not valid any more.
        login: What is said to all that log in, in place of a token.
        token: Makes a token of the number of the login.
    """

    def __init__(self) -> None:
        super().__init__()
        self.logins: list[Recorded] = []
        self.calls: list[str] = []
        self.refused: set[str] = set()
        self.login: Answer | None = None
        self.token: Callable[[int], str] = "token-{}".format
        self._counting = threading.Lock()

    def answer(self, request: Recorded) -> Answer:
        """A token, or what a token gives."""
        with self._counting:
            if request.target.startswith("/auth/"):
                self.logins.append(request)
                if self.login is not None:
                    return self.login
                token = self.token(len(self.logins))
                return Answer(
                    {
                        "applicationId": APP,
                        "deviceId": DEVICE,
                        "deviceClass": "standalone",
                        "userId": DEVICE,
                        "token": token,
                    }
                )
            token = request.headers["authorization"].removeprefix("Bearer ")
            self.calls.append(token)
            if token in self.refused:
                return Answer({"type": "Unauthorized", "message": "no"}, status=401)
            return Answer({"deviceId": DEVICE, "name": "Ada"})


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """What the clients of these tests talk to, around any proxy; no token is set."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("LOSANT_API_TOKEN", raising=False)
    with Platform() as server:
        yield server


class Face:
    """Makes clients of one kind, and calls them."""

    def __init__(self, sdk: Any, name: str) -> None:
        self.name = name
        self.kind = sdk.Losant if name == "sync" else sdk.AsyncLosant

    def run(self, client: Any, times: int = 1) -> list[Any]:
        """Get the device, so many times one after another; then close the client."""

        def get() -> Any:
            return client.device.get(application_id=APP, device_id=DEVICE)

        if self.name == "sync":
            with client:
                return [get() for _ in range(times)]

        async def awaited() -> list[Any]:
            async with client:
                return [await get() for _ in range(times)]

        return asyncio.run(awaited())


@pytest.fixture(params=["sync", "async"])
def face(sdk: Any, request: pytest.FixtureRequest) -> Face:
    """Each of the two kinds of clients."""
    return Face(sdk, request.param)


def device(face: Face, platform: Platform, **options: Any) -> Any:
    """A client that logs in as a device."""
    return face.kind.from_device_credentials(
        DEVICE, KEY, SECRET, **{"base_url": platform.url, **options}
    )


def jwt(**claims: object) -> str:
    """A JSON Web Token with a signature that nobody looks at."""
    parts = [json.dumps(each).encode() for each in ({"alg": "HS256"}, claims)]
    text = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return ".".join([*text, "c2ln"])


# -------------------------------------------------------------------------- logging in


def test_a_device_logs_in_when_it_first_calls(face: Face, platform: Platform) -> None:
    """Making the client sends nothing; further calls use the same token."""
    client = device(face, platform)
    assert platform.requests == []

    got, _ = face.run(client, 2)

    (login,) = platform.logins
    assert (login.method, login.target.partition("?")[0]) == ("POST", "/auth/device")
    assert "authorization" not in login.headers
    assert json.loads(login.body) == {"deviceId": DEVICE, "key": KEY, "secret": SECRET}
    assert platform.calls == ["token-1", "token-1"]
    assert got.name == "Ada"


def test_a_user_logs_in_with_a_code(face: Face, platform: Platform) -> None:
    """The code of the authenticator app may be a function: it changes."""
    codes = iter(["111111", "222222"])

    def code() -> str:
        return next(codes)

    async def awaited() -> str:
        return code()

    for given in ("000000", code, code if face.name == "sync" else awaited, None):
        client = face.kind.from_user_credentials(
            "a@b.example", "a-password", given, base_url=platform.url
        )
        face.run(client)

    assert {each.target.partition("?")[0] for each in platform.logins} == {"/auth/user"}
    bodies = [json.loads(each.body) for each in platform.logins]
    assert [body.pop("twoFactorCode", "") for body in bodies] == [
        "000000", "111111", "222222", "",
    ]  # fmt: skip
    assert bodies == [{"email": "a@b.example", "password": "a-password"}] * 4


def test_scopes_and_a_lifetime_can_be_asked_for(face: Face, platform: Platform) -> None:
    """Both are sent when the client logs in."""
    client = device(
        face, platform, requested_scopes=("device.sendState",), token_ttl=3600
    )

    face.run(client)

    body = json.loads(platform.logins[0].body)
    assert body["requestedScopes"] == ["device.sendState"]
    assert body["tokenTTL"] == 3600


def test_options_are_those_of_the_client(face: Face, sdk: Any) -> None:
    """All but the token, by the same names and for both kinds of clients."""
    from losant_sdk import _login

    parameters = dict(inspect.signature(face.kind.__init__).parameters)
    for name in ("self", "access_token"):
        del parameters[name]
    prefix = "" if face.name == "sync" else "Async"
    options = getattr(_login, f"{prefix}ClientOptions")

    assert list(options.__annotations__) != []
    assert set(options.__annotations__) == set(parameters)
    del sdk


# ---------------------------------------------------------------------------- renewing


def test_a_token_is_renewed_before_it_expires(face: Face, platform: Platform) -> None:
    """When it expires stands in a JSON Web Token, else it is what was asked for."""
    # It lives for a millionth of a second, which is over at the next call.
    now = time.time()
    platform.token = lambda count: jwt(iat=now, exp=now + 1e-6, n=count)
    face.run(device(face, platform, token_ttl=3600), 3)
    assert len(platform.logins) == 3
    assert len(set(platform.calls)) == 3

    platform.token = lambda count: jwt(exp=time.time() + 3600, n=count)
    face.run(device(face, platform, token_ttl=1), 3)
    assert len(platform.logins) == 4

    platform.token = "opaque-{}".format
    face.run(device(face, platform, token_ttl=3600), 3)
    assert len(platform.logins) == 5


def test_a_token_that_is_refused_is_renewed(face: Face, platform: Platform) -> None:
    """And the call sent once more."""
    platform.refused = {"token-1"}

    face.run(device(face, platform), 2)

    assert platform.calls == ["token-1", "token-2", "token-2"]
    assert len(platform.logins) == 2


def test_one_login_for_all_threads(platform: Platform, sdk: Any) -> None:
    """At first, and when the token of all of them is refused."""
    barrier = threading.Barrier(CROWD)
    with (
        device(Face(sdk, "sync"), platform) as client,
        ThreadPoolExecutor(CROWD) as pool,
    ):

        def call(_: int) -> Any:
            barrier.wait(WATCHDOG)
            return client.device.get(application_id=APP, device_id=DEVICE).name

        assert list(pool.map(call, range(CROWD))) == ["Ada"] * CROWD
        assert len(platform.logins) == 1
        platform.refused = {"token-1"}
        assert list(pool.map(call, range(CROWD))) == ["Ada"] * CROWD

    assert len(platform.logins) == 2


def test_one_login_for_all_tasks(platform: Platform, sdk: Any) -> None:
    """At first, and when the token of all of them is refused."""

    async def run() -> None:
        async with device(Face(sdk, "async"), platform) as client:
            for refused in ("", "token-1"):
                platform.refused = {refused}
                await asyncio.gather(
                    *(
                        client.device.get(application_id=APP, device_id=DEVICE)
                        for _ in range(CROWD)
                    )
                )

    asyncio.run(run())

    assert len(platform.logins) == 2


# ------------------------------------------------------------------------ what goes wrong


def test_a_login_that_is_refused_raises_and_is_tried_again(
    face: Face, platform: Platform, sdk: Any
) -> None:
    """The error is that of the login; the next call may fare better."""
    platform.login = Answer({"type": "Unauthorized", "message": "no"}, status=401)
    client = device(face, platform)
    with pytest.raises(sdk.AuthenticationError) as caught:
        face.run(client)
    assert caught.value.url.partition("?")[0] == f"{platform.url}/auth/device"
    assert platform.calls == []

    platform.login = None
    face.run(client)
    assert platform.calls == ["token-2"]


@pytest.mark.parametrize("answer", [{}, {"token": ""}, {"token": 7}, []])
@pytest.mark.filterwarnings("ignore::losant_sdk.ResponseValidationWarning")
def test_an_answer_without_a_token_is_an_error(
    face: Face, platform: Platform, sdk: Any, answer: object
) -> None:
    """Nothing is sent with it."""
    platform.login = Answer(answer)

    with pytest.raises(sdk.APIError):
        face.run(device(face, platform, strict=True))

    assert platform.calls == []


def test_no_secret_is_shown(
    face: Face, platform: Platform, sdk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither by ``repr`` nor in the log, nor when the server repeats it."""
    caplog.set_level(logging.DEBUG)
    platform.login = Answer(
        {"type": "Invalid", "message": f"{SECRET} is wrong", "given": [SECRET]},
        status=400,
    )
    client = device(face, platform)
    with pytest.raises(sdk.BadRequestError) as caught:
        face.run(client)
    platform.login = None
    face.run(client)

    error = caught.value
    state = repr(vars(error)) + repr(getattr(error.body, "__dict__", error.body))
    shown = f"{error!r} {error} {state} {client!r} {vars(client)!r} {caplog.text}"
    assert SECRET not in shown
    assert "token-2" not in shown
    assert "[redacted] is wrong" in str(error)


def test_a_client_can_be_pickled(face: Face, platform: Platform) -> None:
    """The copy logs in by itself."""
    client = device(face, platform)
    face.run(client)

    pickled = pickle.dumps(client)
    face.run(pickle.loads(pickled))

    assert b"token-1" not in pickled
    assert platform.calls == ["token-1", "token-2"]


def test_the_constructors_are_typed(face: Face) -> None:
    """Each gives the class that it was called on."""
    for name in ("from_device_credentials", "from_user_credentials"):
        hints = inspect.get_annotations(getattr(face.kind, name))
        assert hints["return"] == "Self"


def test_a_subclass_stays_what_it_is(platform: Platform, sdk: Any) -> None:
    """The constructors make what they are called on."""

    class Mine(sdk.Losant):  # type: ignore[misc, name-defined, unused-ignore]
        """A client of somebody's own."""

    with Mine.from_device_credentials(
        DEVICE, KEY, SECRET, base_url=platform.url
    ) as client:
        assert type(client) is Mine
        assert client.device.get(application_id=APP, device_id=DEVICE).name == "Ada"


def test_api_md_lists_what_the_clients_themselves_do(sdk: Any) -> None:
    """Every method that is no resource, with the arguments that it has."""
    text = (SPECS / "templates" / "api.md.jinja").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^- \[`\w+\.(\w+)`\]\([^)]*\) `\((.*)\) ->", text, re.M))
    methods = {
        name
        for kind in sdk.Losant.__mro__[1:-1]
        if kind.__module__.startswith("losant_sdk._")
        and "_runtime" not in kind.__module__
        for name in vars(kind)
        if not name.startswith("_")
    }

    assert set(listed) == methods
    for name, arguments in listed.items():
        parameters = set(inspect.signature(getattr(sdk.Losant, name)).parameters)
        shown = set(re.findall(r"(\w+): ", arguments)) | set(
            re.findall(r"\*\*(\w+)", arguments)
        )
        assert shown == parameters - {"self", "request_options"}
