"""What calls cost, beside others on the same server in the same run.

Each contender has its turn in each round; a figure is the median of the rounds. CPU is
that of this process: the server has its own. ``raw`` is httpx2 and pydantic by hand,
the least that a typed client of them can cost.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import httpx2
import losant_rest
from bench_server import EVENTS
from measure import line
from openai_style import AsyncStyled, Styled

ROOT = Path(__file__).parent.parent.parent
APPLICATION = "575ec8687ae143cd83dc4a97"
DEVICE = "575ecf887ae143cd83dc4aa2"
PATH = f"/applications/{APPLICATION}/devices"
HEADERS = {"Authorization": "Bearer x", "Accept": "application/json"}
ROUNDS = 9
AT_ONCE = 50

Batch: TypeAlias = Callable[[], int]
"""Does something a number of times, and says how often."""


def calls() -> None:
    """All measurements of calls."""
    sys.path.insert(0, str(ROOT / "generated/losant/src"))
    with serving() as url:
        one_by_one(url)
        at_once(url)
        pages(url)
        events(url)


@contextmanager
def serving() -> Generator[str]:
    """The address of the server."""
    script = str(Path(__file__).with_name("bench_server.py"))
    with subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate("")


def contest(what: str, unit: str, contenders: dict[str, Batch], raw: str) -> None:
    """Let all of them run in turn, and print what each costs beside the raw one."""
    sys.stdout.write(f"\n{what}\n")
    cpu: dict[str, list[float]] = {name: [] for name in contenders}
    wall: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS + 1):
        for name, batch in contenders.items():
            began, spent = time.perf_counter(), time.process_time()
            count = batch()
            spent, took = time.process_time() - spent, time.perf_counter() - began
            if number:  # the first round warms up
                cpu[name].append(spent / count)
                wall[name].append(took / count)
    costs = {name: statistics.median(each) for name, each in cpu.items()}
    for name, cost in costs.items():
        rate = 1 / statistics.median(wall[name])
        line(
            name,
            f"{cost * 1e6:.0f} µs CPU",
            f"{cost / costs[raw]:5.2f} × {raw}",
            f"{rate:8.0f} {unit} a second",
        )


# ------------------------------------------------------------------- one by one


def one_by_one(url: str, count: int = 200) -> None:
    """A device, and the next when it is there."""
    from losant_sdk import Losant
    from losant_sdk.models import Device

    raw = httpx2.Client(headers=HEADERS)
    ours = Losant(base_url=url, access_token="x")
    styled = Styled(url, "x")
    rest = losant_rest.Client(auth_token="x", url=url)

    def repeated(call: Callable[[], object]) -> Batch:
        def batch() -> int:
            for _ in range(count):
                call()
            return count

        return batch

    contest(
        "one call after the other",
        "calls",
        {
            "raw httpx2 and pydantic": repeated(
                lambda: Device.model_validate_json(
                    raw.get(f"{url}{PATH}/{DEVICE}").raise_for_status().content
                )
            ),
            "losant_sdk": repeated(
                lambda: ours.device.get(application_id=APPLICATION, device_id=DEVICE)
            ),
            "in the style of openai-python": repeated(
                lambda: styled.get(f"{PATH}/{DEVICE}", Device, {})
            ),
            "losant_rest": repeated(
                lambda: rest.device.get(applicationId=APPLICATION, deviceId=DEVICE)
            ),
        },
        "raw httpx2 and pydantic",
    )
    raw.close()
    ours.close()
    styled.close()


# ---------------------------------------------------------------------- at once


def at_once(url: str) -> None:
    """Fifty calls at a time, by tasks and by threads."""
    with asyncio.Runner() as runner:
        _tasks(url, runner)
    _threads(url)


def _tasks(url: str, runner: asyncio.Runner, count: int = 500) -> None:
    from losant_sdk import AsyncLosant
    from losant_sdk.aiohttp import AiohttpTransport
    from losant_sdk.models import Device

    raw = httpx2.AsyncClient(headers=HEADERS)
    ours = AsyncLosant(base_url=url, access_token="x")
    transport = AiohttpTransport()
    over = AsyncLosant(
        base_url=url,
        access_token="x",
        transport=transport,
    )
    styled = AsyncStyled(url, "x")

    async def by_hand() -> object:
        response = await raw.get(f"{url}{PATH}/{DEVICE}")
        return Device.model_validate_json(response.raise_for_status().content)

    def of(client: AsyncLosant) -> Callable[[], Awaitable[object]]:
        return lambda: client.device.get(application_id=APPLICATION, device_id=DEVICE)

    def repeated(call: Callable[[], Awaitable[object]]) -> Batch:
        async def worker() -> None:
            for _ in range(count // AT_ONCE):
                await call()

        async def workers() -> None:
            await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

        def batch() -> int:
            runner.run(workers())
            return count

        return batch

    contest(
        f"{AT_ONCE} tasks at once",
        "calls",
        {
            "raw httpx2 and pydantic": repeated(by_hand),
            "losant_sdk": repeated(of(ours)),
            "losant_sdk over aiohttp": repeated(of(over)),
            "in the style of openai-python": repeated(
                lambda: styled.get(f"{PATH}/{DEVICE}", Device, {})
            ),
        },
        "raw httpx2 and pydantic",
    )

    async def close() -> None:
        await raw.aclose()
        await ours.close()
        await over.close()
        await transport.close()
        await styled.close()

    runner.run(close())


def _threads(url: str, count: int = 500) -> None:
    from losant_sdk import Losant
    from losant_sdk.models import Device

    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
    ):
        rest = losant_rest.Client(auth_token="x", url=url)

        def repeated(call: Callable[[], object]) -> Batch:
            def batch() -> int:
                for each in [pool.submit(call) for _ in range(count)]:
                    each.result()
                return count

            return batch

        contest(
            f"{AT_ONCE} threads at once",
            "calls",
            {
                "raw httpx2 and pydantic": repeated(
                    lambda: Device.model_validate_json(
                        raw.get(f"{url}{PATH}/{DEVICE}").raise_for_status().content
                    )
                ),
                "losant_sdk": repeated(
                    lambda: ours.device.get(
                        application_id=APPLICATION, device_id=DEVICE
                    )
                ),
                "losant_rest": repeated(
                    lambda: rest.device.get(applicationId=APPLICATION, deviceId=DEVICE)
                ),
            },
            "raw httpx2 and pydantic",
        )


# -------------------------------------------------------------- pages and events


def pages(url: str, count: int = 20) -> None:
    """Pages of a hundred devices."""
    from losant_sdk import Losant
    from losant_sdk.models import Devices

    with (
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
    ):
        rest = losant_rest.Client(auth_token="x", url=url)

        def repeated(call: Callable[[], object]) -> Batch:
            def batch() -> int:
                for _ in range(count):
                    call()
                return count

            return batch

        contest(
            "pages of 100 devices",
            "pages",
            {
                "raw httpx2 and pydantic": repeated(
                    lambda: Devices.model_validate_json(
                        raw.get(f"{url}{PATH}").raise_for_status().content
                    )
                ),
                "losant_sdk: get": repeated(
                    lambda: ours.devices.get(application_id=APPLICATION)
                ),
                "losant_sdk: iterate": repeated(
                    lambda: list(ours.devices.iterate(application_id=APPLICATION))
                ),
                "losant_rest, which decodes no models": repeated(
                    lambda: rest.devices.get(applicationId=APPLICATION)
                ),
            },
            "raw httpx2 and pydantic",
        )


def events(url: str) -> None:
    """Events of a stream that gives them as fast as they are taken."""
    from losant_sdk import Losant
    from losant_sdk.models import DeviceState

    stream = f"{url}{PATH}/{DEVICE}/stateStream"
    with (
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
    ):

        def by_hand() -> int:
            """As in many examples: no reconnecting, and none of the finer rules."""
            count = 0
            with raw.stream("GET", stream) as response:
                for text in response.iter_lines():
                    if text.startswith("data: "):
                        DeviceState.model_validate_json(text[6:])
                        count += 1
                        if count == EVENTS:
                            break
            return count

        def heard() -> int:
            count = 0
            with ours.device.state_stream(
                application_id=APPLICATION, device_id=DEVICE
            ) as listened:
                for _ in listened:
                    count += 1
                    if count == EVENTS:
                        break
            return count

        contest(
            "events of a stream",
            "events",
            {"raw httpx2 and pydantic": by_hand, "losant_sdk": heard},
            "raw httpx2 and pydantic",
        )


if __name__ == "__main__":
    calls()
