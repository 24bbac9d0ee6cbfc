"""Very many calls at once, for a while, over a network that fails one in ten.

``make soak`` lets it run for a minute; ``SOAK_SECONDS`` says another time.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import BEARER
from package._runtime import APIConnectionError
from sample import AsyncSample, Sample
from unreliable import Unreliable
from watchdog import nothing_left

SECONDS = float(os.environ.get("SOAK_SECONDS", "5"))
THREADS = 64
TASKS = 256

TRIES = 20
"""Of a call that may be repeated: that all of them fail does not happen."""

GROWTH = 24e6
"""Bytes that memory may differ by when as many calls run as before: it is in pieces."""

_STATM = Path("/proc/self/statm")


def memory() -> float:
    """Bytes that this process holds; 0 where the system does not say."""
    gc.collect()
    if not _STATM.exists():
        return 0.0
    return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()


class Worker:
    """Asks for one thing after the other, and for each until it has an answer."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls = 0
        self.broken = 0

    def step(self) -> tuple[str, str]:
        """The next thing, and the name of this try, which is never used again."""
        thing = f"{self.name}-{self.calls}"
        return thing, f"{thing}/{self.broken}"

    @property
    def changes(self) -> bool:
        """Whether the next call is one that must not be repeated by itself."""
        return self.calls % 4 == 3

    def check(self, expected: tuple[str, str | None], found: object) -> None:
        """An answer is that of its call."""
        got = (getattr(found, "thing_id", None), getattr(found, "name", None))
        assert got == expected, f"expected {expected}, got {got}"
        self.calls += 1


def work(client: Sample, worker: Worker, end: float) -> None:
    """Calls of a thread."""
    while time.monotonic() < end:
        thing, tried = worker.step()
        if not worker.changes:
            worker.check((thing, None), client.thing.get(thing_id=thing))
            continue
        try:
            found = client.thing.patch(thing_id=thing, thing_patch={"name": tried})
        except APIConnectionError:  # it may have been done: the caller decides
            worker.broken += 1
        else:
            worker.check((thing, tried), found)


async def work_async(client: AsyncSample, worker: Worker, end: float) -> None:
    """The same, of a task."""
    while time.monotonic() < end:
        thing, tried = worker.step()
        if not worker.changes:
            worker.check((thing, None), await client.thing.get(thing_id=thing))
            continue
        try:
            found = await client.thing.patch(
                thing_id=thing, thing_patch={"name": tried}
            )
        except APIConnectionError:
            worker.broken += 1
        else:
            worker.check((thing, tried), found)


class Soak:
    """The clients, and all who share them."""

    def __init__(self, url: str) -> None:
        self._sync = Sample(base_url=url, access_token=BEARER, max_retries=TRIES)
        self._async = AsyncSample(base_url=url, access_token=BEARER, max_retries=TRIES)
        self.threads = [Worker(f"thread{number}") for number in range(THREADS)]
        self.tasks = [Worker(f"task{number}") for number in range(TASKS)]
        self.failures: list[BaseException] = []

    async def close(self) -> None:
        """Close the clients."""
        self._sync.close()
        await self._async.close()

    async def run(self, seconds: float) -> None:
        """Let all of them call for a while."""
        end = time.monotonic() + seconds
        threads = [
            threading.Thread(target=self._watched, args=[worker, end])
            for worker in self.threads
        ]
        for thread in threads:
            thread.start()
        calls = [work_async(self._async, worker, end) for worker in self.tasks]
        done = await asyncio.gather(*calls, return_exceptions=True)
        self.failures += [each for each in done if each is not None]
        for thread in threads:
            await asyncio.to_thread(thread.join)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def _watched(self, worker: Worker, end: float) -> None:
        try:
            work(self._sync, worker, end)
        except BaseException as error:  # noqa: BLE001 - raised by the test
            self.failures.append(error)


def report(say: Callable[[str], object], soak: Soak, server: Unreliable) -> None:
    """What happened, for who runs it by hand."""
    for name, workers in (("threads", soak.threads), ("tasks", soak.tasks)):
        calls = sum(worker.calls for worker in workers)
        broken = sum(worker.broken for worker in workers)
        say(f"{len(workers)} {name}: {calls} calls answered, {broken} raised\n")
    say(f"{server.connections} connections; requests that failed:\n")
    for fault, count in sorted(server.faults.items()):
        say(f"  {count:6d} {fault}\n")


def test_calls_of_many_at_once_are_answered_once_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """None is lost, answered twice, or mixed up; and nothing of them stays."""
    with nothing_left(), Unreliable() as server:
        soak = Soak(server.url)

        async def run() -> tuple[float, float]:
            await soak.run(SECONDS / 4)  # pools and caches have their size then
            before = memory()
            await soak.run(SECONDS * 3 / 4)
            after = memory()
            await soak.close()
            return before, after

        before, after = asyncio.run(run())

    with capsys.disabled():
        if "SOAK_SECONDS" in os.environ:
            report(sys.stdout.write, soak, server)
            sys.stdout.write(
                f"memory: {before / 1e6:.1f} MB, then {after / 1e6:.1f} MB\n"
            )
    assert not soak.failures
    assert not server.violations
    workers = soak.threads + soak.tasks
    assert server.answered == Counter({each.name: each.calls for each in workers})
    assert all(each.calls for each in workers)
    assert server.faults.total() > 0
    assert after - before < GROWTH
