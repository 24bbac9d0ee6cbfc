"""One fetch for all who want the token at the same time: threads, tasks, event loops."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from logins import taking
from loopback import WATCHDOG, Loopback
from package._runtime import AsyncTokenProvider, TokenProvider
from sample import AsyncSample, Sample

CROWD = 40


class Logins:
    """A fetch that ends when it may, well or badly; counts."""

    def __init__(self) -> None:
        self.count = 0
        self.failure: BaseException | None = None
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> str:
        self.count += 1
        count = self.count
        self.begun.set()
        assert self.go.wait(WATCHDOG)
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        return f"token-{count}"


class Counted(threading.Event):
    """An event that knows how many wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        self.waiting.release()
        return super().wait(timeout)


# ------------------------------------------------------------------------- threads


def crowd_waits(source: Any, logins: Logins) -> list[Any]:
    """What threads get that all ask while the first one fetches."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(source())
        except (ConnectionError, KeyboardInterrupt) as error:
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(CROWD)]
    threads[0].start()
    assert logins.begun.wait(WATCHDOG)
    # The others are seen to wait before the first one may go on.
    done = source._flight.done = Counted()
    for thread in threads[1:]:
        thread.start()
    for _ in threads[1:]:
        assert done.waiting.acquire(timeout=WATCHDOG)
    logins.go.set()
    for thread in threads:
        thread.join(WATCHDOG)
    assert len(found) == CROWD
    return found


def test_threads_share_one_fetch() -> None:
    """The others wait for the one who came first."""
    logins = Logins()

    found = crowd_waits(TokenProvider(logins), logins)

    assert found == ["token-1"] * CROWD
    assert logins.count == 1


def test_threads_share_a_failure() -> None:
    """All of them hear of it; the next one who asks tries again."""
    logins = Logins()
    logins.failure = failure = ConnectionError("down")
    source = TokenProvider(logins)

    assert crowd_waits(source, logins) == [failure] * CROWD
    assert logins.count == 1
    assert source() == "token-2"


def test_a_thread_that_is_interrupted_leaves_the_fetch_to_the_others() -> None:
    """``KeyboardInterrupt`` is for its thread alone; one of the others takes over."""
    logins = Logins()
    logins.failure = interrupt = KeyboardInterrupt()

    found = crowd_waits(TokenProvider(logins), logins)

    assert found.count(interrupt) == 1
    assert found.count("token-2") == CROWD - 1
    assert logins.count == 2


def test_calls_of_threads_log_in_once_and_again_once() -> None:
    """On first use, and when the server refuses the token of all of them."""
    logins = Logins()
    logins.go.set()
    source = TokenProvider(logins)
    barrier = threading.Barrier(CROWD)

    def call(client: Any) -> Any:
        barrier.wait(WATCHDOG)
        return client.thing.get(thing_id="t1").name

    for token in ("token-1", "token-2"):
        with (
            Loopback(taking(token)) as server,
            Sample(base_url=server.url, access_token=source) as client,
            ThreadPoolExecutor(CROWD) as pool,
        ):
            assert list(pool.map(call, [client] * CROWD)) == ["Ada"] * CROWD

    assert logins.count == 2


# --------------------------------------------------------------------------- tasks


class AsyncLogins:
    """The same, awaited."""

    def __init__(self) -> None:
        self.count = 0
        self.failure: BaseException | None = None
        self.go = asyncio.Event()

    async def __call__(self) -> str:
        self.count += 1
        count = self.count
        await self.go.wait()
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        return f"token-{count}"


async def waiting(
    ask: Callable[[], Awaitable[Any]], count: int = CROWD
) -> list[asyncio.Task[Any]]:
    """Tasks that ask, and have come to where they wait."""

    async def run() -> Any:
        return await ask()

    tasks = [asyncio.create_task(run()) for _ in range(count)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    return tasks


async def results(tasks: list[asyncio.Task[Any]]) -> list[Any]:
    """What the tasks gave, or raised."""
    return await asyncio.wait_for(
        asyncio.gather(*tasks, return_exceptions=True), WATCHDOG
    )


def test_tasks_share_one_fetch() -> None:
    """The others wait for the one who came first."""

    async def run() -> None:
        logins = AsyncLogins()
        tasks = await waiting(AsyncTokenProvider(logins))
        logins.go.set()
        assert await results(tasks) == ["token-1"] * CROWD
        assert logins.count == 1

    asyncio.run(run())


def test_tasks_share_a_failure() -> None:
    """All of them hear of it; the next one who asks tries again."""

    async def run() -> None:
        logins = AsyncLogins()
        logins.failure = failure = ConnectionError("down")
        source = AsyncTokenProvider(logins)
        tasks = await waiting(source)
        logins.go.set()
        assert await results(tasks) == [failure] * CROWD
        assert logins.count == 1
        assert await source() == "token-2"

    asyncio.run(run())


def test_a_task_that_is_cancelled_does_not_cancel_the_fetch() -> None:
    """Not even the one who asked first; when all are, the token is kept for later."""

    async def run() -> None:
        logins = AsyncLogins()
        source = AsyncTokenProvider(logins)
        first, second, *others = await waiting(source)
        first.cancel()
        second.cancel()
        for cancelled in await results([first, second]):
            assert isinstance(cancelled, asyncio.CancelledError)
        logins.go.set()
        assert await results(others) == ["token-1"] * len(others)

        logins.go.clear()
        renewing = await waiting(lambda: source.renew("token-1"))
        for task in renewing:
            task.cancel()
        await results(renewing)
        logins.go.set()
        assert await source.renew("token-1") == "token-2"
        assert logins.count == 2

    asyncio.run(run())


def test_a_failure_that_nobody_waits_for_is_no_noise() -> None:
    """Nothing is written to the log of asyncio."""
    noise: list[Any] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: noise.append(context)
        )
        logins = AsyncLogins()
        logins.failure = ConnectionError("down")
        source = AsyncTokenProvider(logins)
        (task,) = await waiting(source, 1)
        task.cancel()
        await results([task])
        logins.go.set()
        for _ in range(5):
            await asyncio.sleep(0)
        gc.collect()

    asyncio.run(run())

    assert noise == []


def test_a_fetch_that_is_cancelled_is_begun_anew() -> None:
    """By one of those who wait: they were not cancelled."""

    async def run() -> None:
        logins = AsyncLogins()
        logins.failure = asyncio.CancelledError()
        tasks = await waiting(AsyncTokenProvider(logins))
        logins.go.set()
        assert await results(tasks) == ["token-2"] * CROWD
        assert logins.count == 2

    asyncio.run(run())


def test_calls_of_tasks_log_in_once_and_again_once() -> None:
    """On first use, and when the server refuses the token of all of them."""

    async def run() -> None:
        logins = AsyncLogins()
        logins.go.set()
        source = AsyncTokenProvider(logins)
        for token in ("token-1", "token-2"):
            with Loopback(taking(token)) as server:
                async with AsyncSample(
                    base_url=server.url, access_token=source
                ) as client:
                    found = await asyncio.gather(
                        *(client.thing.get(thing_id="t1") for _ in range(CROWD))
                    )
            assert [getattr(thing, "name", None) for thing in found] == ["Ada"] * CROWD
        assert logins.count == 2

    asyncio.run(run())


def test_event_loops_share_a_token_and_do_not_wait_for_each_other() -> None:
    """A fetch belongs to the loop that began it; the token does not."""
    logins = Logins()
    logins.go.set()
    source = AsyncTokenProvider(logins)
    assert [asyncio.run(source()) for _ in range(3)] == ["token-1"] * 3

    count = 0

    async def stuck_at_first() -> str:
        nonlocal count
        count += 1
        if count == 1:
            await asyncio.Event().wait()
        return "token"

    async def begun_and_left() -> None:
        await waiting(source, 1)

    source = AsyncTokenProvider(stuck_at_first)
    asyncio.run(begun_and_left())
    assert asyncio.run(source()) == "token"
