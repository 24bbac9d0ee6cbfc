"""Waiting for jobs with the Losant SDK."""

from __future__ import annotations

import asyncio
import pickle
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from built_package import SPECS, Package
from recording import Answer, Recorder

APP = "575ec8687ae143cd83dc4a97"
ENTRY = "575ec76c7ae143cd83dc4a96"
RUN = "5c7d3f9cd32c87a49f04c260"
OTHER = "5c7d3f9cd32c87a49f04c261"
QUICK = {"poll_interval": 0.001}


@pytest.fixture
def sdk(losant: Package) -> Any:
    """The package."""
    del losant
    import losant_sdk

    return losant_sdk


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """What the clients of these tests talk to, around any proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Recorder() as recorder:
        yield recorder


class Face:
    """Waits with a client of one kind."""

    def __init__(self, sdk: Any, name: str, url: str) -> None:
        self._kind = sdk.Losant if name == "sync" else sdk.AsyncLosant
        self._awaits = name != "sync"
        self._url = url

    def __call__(self, method: str, **arguments: Any) -> Any:
        """What a method of the client gives."""
        client = self._kind(access_token="a-token", base_url=self._url)
        if not self._awaits:
            with client:
                return getattr(client, method)(**arguments)

        async def run() -> Any:
            async with client:
                return await getattr(client, method)(**arguments)

        return asyncio.run(run())


@pytest.fixture(params=["sync", "async"])
def wait(sdk: Any, server: Recorder, request: pytest.FixtureRequest) -> Face:
    """Each of the two kinds of clients."""
    return Face(sdk, request.param, server.url)


def entry(status: str, **more: Any) -> Answer:
    """An entry of the job log."""
    return Answer({"id": ENTRY, "name": "ArchiveData", "status": status, **more})


# ---------------------------------------------------------------- entries of the job log


def test_a_job_is_looked_at_until_it_has_ended(wait: Face, server: Recorder) -> None:
    """Queued, under way, something that the platform has added since, done."""
    server.answers = [
        entry("queued"),
        entry("inProgress"),
        entry("resting"),
        entry("completed", output={"written": 7}),
    ]

    job = wait("wait_for_job", application_id=APP, job_id=ENTRY, **QUICK)

    assert job.output.written == 7
    paths = [each.target.partition("?")[0] for each in server.requests]
    assert paths == [f"/applications/{APP}/jobLogs/{ENTRY}"] * 4


@pytest.mark.parametrize("status", ["errored", "failed"])
def test_a_job_that_fails_raises(
    wait: Face, server: Recorder, sdk: Any, status: str
) -> None:
    """The error holds the entry, and what it says of the reason."""
    server.answers = [entry("queued"), entry(status, error={"message": "disk full"})]

    with pytest.raises(sdk.JobFailedError) as caught:
        wait("wait_for_job", application_id=APP, job_id=ENTRY, **QUICK)

    assert str(caught.value) == f"job {ENTRY} has ended: {status}: disk full"
    assert caught.value.job.status == status
    assert isinstance(caught.value, sdk.APIError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.job == caught.value.job


def test_a_job_that_takes_too_long_raises(
    wait: Face, server: Recorder, sdk: Any
) -> None:
    """After a last look; the error holds what was seen then."""
    server.answers = [entry("inProgress", progress={"completed": 5, "total": 10})]

    with pytest.raises(sdk.JobTimeoutError, match="inProgress") as caught:
        wait("wait_for_job", application_id=APP, job_id=ENTRY, timeout=0)

    assert caught.value.job.progress.completed == 5
    assert isinstance(caught.value, sdk.APIError)
    assert not isinstance(caught.value, sdk.APITimeoutError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("job_id", ["clnHvJbyVkOWAZwYAwLP4", "", ENTRY + "0", "x" * 24])
def test_the_id_of_an_answer_is_not_that_of_an_entry(
    wait: Face, server: Recorder, job_id: str
) -> None:
    """It is refused before anything is sent, with a word on what to do."""
    with pytest.raises(ValueError, match="find the entry by"):
        wait("wait_for_job", application_id=APP, job_id=job_id)

    assert server.requests == []


def test_an_interval_is_above_zero(wait: Face) -> None:
    """Else the server would be asked without a pause."""
    with pytest.raises(ValueError, match="poll_interval"):
        wait("wait_for_job", application_id=APP, job_id=ENTRY, poll_interval=0)


def test_options_go_with_each_request(wait: Face, server: Recorder) -> None:
    """As with any other method."""
    server.answers = [entry("queued"), entry("completed")]

    wait(
        "wait_for_job",
        application_id=APP,
        job_id=ENTRY,
        request_options={"headers": {"X-Mine": "1"}},
        **QUICK,
    )

    assert [each.headers["x-mine"] for each in server.requests] == ["1", "1"]


# ------------------------------------------------------------------------------- runs

KINDS = [
    ("notebook", "notebooks", "notebookExecutionId"),
    ("resource_job", "resource-jobs", "resourceJobExecutionId"),
]


@pytest.mark.parametrize(("kind", "path", "wire"), KINDS)
def test_a_run_is_found_by_the_id_that_execute_answered(
    wait: Face, server: Recorder, kind: str, path: str, wire: str
) -> None:
    """At first it may not be in the log; other ones are none of our business."""
    other = {wire: OTHER, "status": "errored"}
    server.answers = [
        Answer([]),
        Answer([other, {wire: RUN, "status": "inProgress"}]),
        Answer([other, {wire: RUN, "status": "completed"}]),
    ]
    which = {f"{kind}_id": ENTRY, "execution_id": RUN}

    run = wait(f"wait_for_{kind}", application_id=APP, **which, **QUICK)

    assert run.status == "completed"
    assert getattr(run, f"{kind}_execution_id") == RUN
    assert len(server.requests) == 3
    for request in server.requests:
        assert request.target.startswith(f"/applications/{APP}/{path}/{ENTRY}/logs?")
        assert "limit=100" in request.target


@pytest.mark.parametrize(("kind", "path", "wire"), KINDS)
@pytest.mark.parametrize("status", ["errored", "canceled"])
def test_a_run_that_fails_raises(
    wait: Face,
    server: Recorder,
    sdk: Any,
    kind: str,
    path: str,
    wire: str,
    status: str,
) -> None:
    """It was canceled, or has ended with errors."""
    del path
    server.answers = [Answer([{wire: RUN, "status": status}])]

    with pytest.raises(sdk.JobFailedError, match=f"run {RUN} has ended: {status}"):
        wait(
            f"wait_for_{kind}",
            application_id=APP,
            execution_id=RUN,
            **{f"{kind}_id": ENTRY},
        )


@pytest.mark.parametrize(("kind", "path", "wire"), KINDS)
def test_a_run_that_never_shows_raises(
    wait: Face, server: Recorder, sdk: Any, kind: str, path: str, wire: str
) -> None:
    """There is no entry that the error could hold."""
    del path, wire
    server.answers = [Answer([])]

    with pytest.raises(sdk.JobTimeoutError, match="not in the log yet") as caught:
        wait(
            f"wait_for_{kind}",
            application_id=APP,
            execution_id=RUN,
            timeout=0,
            **{f"{kind}_id": ENTRY},
        )

    assert caught.value.job is None


# ------------------------------------------------------------------------------ pauses


def test_looks_become_rarer(sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to one in fifteen seconds, and one when the time is over."""
    from losant_sdk import _jobs

    now = 0.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(_jobs, "time", clock)
    job = sdk.models.ApplicationJobLog(status="inProgress")

    watch: Any = _jobs._Watch("job", 60.0, 1.0)
    pauses: list[float] = []
    while now < 60:
        pauses.append(watch.pause(job))
        now += pauses[-1]
    with pytest.raises(sdk.JobTimeoutError, match="in 60 s"):
        watch.pause(job)

    assert pauses[:4] == [1.0, 1.5, 2.25, 3.375]
    assert max(pauses) == 15.0
    assert sum(pauses) == 60.0
    slow: Any = _jobs._Watch("job", None, 40.0)
    assert [slow.pause(job) for _ in range(3)] == [40.0] * 3


def test_an_answer_cannot_be_matched_with_its_entry() -> None:
    """Why there is no waiting for a ``JobEnqueuedResult``: the ids are of two kinds."""
    common, job = (
        yaml.safe_load((SPECS / "schemas" / name).read_text(encoding="utf-8"))
        for name in ("common.yaml", "job.yaml")
    )
    entry_fields = job["ApplicationJobLog"]["properties"]

    assert common["JobEnqueuedResult"]["properties"]["jobId"]["maxLength"] == 21
    assert re.search(r"\{24\}", common["ObjectId"]["pattern"])
    for name in ("id", "jobId", "jobExecutionId"):
        assert entry_fields[name]["$ref"] == "common.yaml#/ObjectId"
