"""``python -m benchmarks.contests``: what calls cost, printed as JSON.

Each contender has its turn, several times; a figure is the median. CPU is that of this
process: the server has its own.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import httpx2
import losant_rest  # type: ignore[import-untyped] # it has no types

from .bench_server import EVENTS
from .calls import AWAITED, EVENT, ONE, PAGE, RAW, SDK, TASKS, THREADS
from .openai_style import AsyncStyled, Styled

APPLICATION = "575ec8687ae143cd83dc4a97"
DEVICE = "575ecf887ae143cd83dc4aa2"
PATH = f"/applications/{APPLICATION}/devices"
HEADERS = {"Authorization": "Bearer x", "Accept": "application/json"}
TURNS = 3
AT_ONCE = 50
STYLED = "in the style of openai-python"

Batch: TypeAlias = Callable[[], int]
"""Does something a number of times, and says how often."""

Costs: TypeAlias = dict[str, float]
"""Microseconds of CPU by contender."""


def measure_calls() -> dict[str, Costs]:
    """What each contender of each contest costs, in microseconds of CPU."""
    with serving() as url:
        with asyncio.Runner() as runner:
            tasks = of_tasks(url, runner)
            awaited = awaited_events(url, runner)
        return {
            ONE: one_by_one(url),
            TASKS: tasks,
            THREADS: of_threads(url),
            PAGE: pages(url),
            EVENT: events(url),
            AWAITED: awaited,
        }


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


def contest(contenders: Mapping[str, Batch]) -> Costs:
    """Let all of them run in turn: microseconds of CPU of what each does once."""
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(TURNS + 1):
        for name, batch in contenders.items():
            began = time.process_time()
            count = batch()
            if number:  # the first turn warms up
                spent[name].append((time.process_time() - began) / count)
    return {name: statistics.median(each) * 1e6 for name, each in spent.items()}


def repeated(call: Callable[[], object], count: int) -> Batch:
    """Call so many times, one after the other."""

    def batch() -> int:
        for _ in range(count):
            call()
        return count

    return batch


# ------------------------------------------------------------------- one by one


def one_by_one(url: str, count: int = 200) -> Costs:
    """A device, and the next when it is there."""
    from losant_sdk import Losant
    from losant_sdk.models import Device

    with (
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
        closing(Styled(url, "x")) as styled,
    ):
        rest = losant_rest.Client(auth_token="x", url=url)
        calls: dict[str, Callable[[], object]] = {
            RAW: lambda: Device.model_validate_json(
                raw.get(f"{url}{PATH}/{DEVICE}").raise_for_status().content
            ),
            SDK: lambda: ours.device.get(application_id=APPLICATION, device_id=DEVICE),
            STYLED: lambda: styled.get(f"{PATH}/{DEVICE}", Device, {}),
            "losant_rest": lambda: rest.device.get(
                applicationId=APPLICATION, deviceId=DEVICE
            ),
        }
        return contest({name: repeated(call, count) for name, call in calls.items()})


# ---------------------------------------------------------------------- at once


def of_tasks(url: str, runner: asyncio.Runner, count: int = 500) -> Costs:
    """Fifty tasks, each of which calls one after the other."""
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

    def by_workers(call: Callable[[], Awaitable[object]]) -> Batch:
        async def worker() -> None:
            for _ in range(count // AT_ONCE):
                await call()

        async def workers() -> None:
            await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

        def batch() -> int:
            runner.run(workers())
            return count

        return batch

    costs = contest(
        {
            RAW: by_workers(by_hand),
            SDK: by_workers(of(ours)),
            "losant_sdk over aiohttp": by_workers(of(over)),
            STYLED: by_workers(lambda: styled.get(f"{PATH}/{DEVICE}", Device, {})),
        }
    )

    async def close() -> None:
        await raw.aclose()
        await ours.close()
        await over.close()
        await transport.close()
        await styled.close()

    runner.run(close())
    return costs


def of_threads(url: str, count: int = 500) -> Costs:
    """Fifty threads that share a client."""
    from losant_sdk import Losant
    from losant_sdk.models import Device

    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
    ):
        rest = losant_rest.Client(auth_token="x", url=url)

        def by_threads(call: Callable[[], object]) -> Batch:
            def batch() -> int:
                for each in [pool.submit(call) for _ in range(count)]:
                    each.result()
                return count

            return batch

        return contest(
            {
                RAW: by_threads(
                    lambda: Device.model_validate_json(
                        raw.get(f"{url}{PATH}/{DEVICE}").raise_for_status().content
                    )
                ),
                SDK: by_threads(
                    lambda: ours.device.get(
                        application_id=APPLICATION, device_id=DEVICE
                    )
                ),
                "losant_rest": by_threads(
                    lambda: rest.device.get(applicationId=APPLICATION, deviceId=DEVICE)
                ),
            }
        )


# -------------------------------------------------------------- pages and events


def pages(url: str, count: int = 20) -> Costs:
    """Pages of a hundred devices."""
    from losant_sdk import Losant
    from losant_sdk.models import Devices

    with (
        httpx2.Client(headers=HEADERS) as raw,
        Losant(base_url=url, access_token="x") as ours,
    ):
        rest = losant_rest.Client(auth_token="x", url=url)
        calls: dict[str, Callable[[], object]] = {
            RAW: lambda: Devices.model_validate_json(
                raw.get(f"{url}{PATH}").raise_for_status().content
            ),
            SDK: lambda: ours.devices.get(application_id=APPLICATION),
            "losant_sdk, iterate": lambda: list(
                ours.devices.iterate(application_id=APPLICATION)
            ),
            "losant_rest, which decodes no models": lambda: rest.devices.get(
                applicationId=APPLICATION
            ),
        }
        return contest({name: repeated(call, count) for name, call in calls.items()})


def events(url: str) -> Costs:
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

        return contest({RAW: by_hand, SDK: heard})


def awaited_events(url: str, runner: asyncio.Runner) -> Costs:
    """The same, awaited."""
    from losant_sdk import AsyncLosant
    from losant_sdk.models import DeviceState

    stream = f"{url}{PATH}/{DEVICE}/stateStream"
    raw = httpx2.AsyncClient(headers=HEADERS)
    ours = AsyncLosant(base_url=url, access_token="x")

    async def by_hand() -> int:
        count = 0
        async with raw.stream("GET", stream) as response:
            async for text in response.aiter_lines():
                if text.startswith("data: "):
                    DeviceState.model_validate_json(text[6:])
                    count += 1
                    if count == EVENTS:
                        break
        return count

    async def heard() -> int:
        count = 0
        async with ours.device.state_stream(
            application_id=APPLICATION, device_id=DEVICE
        ) as listened:
            async for _ in listened:
                count += 1
                if count == EVENTS:
                    break
        return count

    async def close() -> None:
        await raw.aclose()
        await ours.close()

    costs = contest(
        {RAW: lambda: runner.run(by_hand()), SDK: lambda: runner.run(heard())}
    )
    runner.run(close())
    return costs


if __name__ == "__main__":
    json.dump(measure_calls(), sys.stdout)
