"""Waiting for work that the platform does in the background.

What can be waited for is what can be told apart from all the rest: an entry of the job
log by its id, a run of a notebook or of a resource job by the ``execution_id`` that
``execute`` answered. A `JobEnqueuedResult` cannot be matched with its entry in the job
log: its ``job_id`` is of another kind, and entries do not hold it.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ._runtime.errors import APIError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._options import RequestOptions
    from ._runtime.client.async_core import AsyncCore
    from ._runtime.client.sync_core import SyncCore
    from .models import (
        ApplicationJobLog,
        NotebookExecutionLog,
        ResourceJobExecutionLog,
    )

    Job: TypeAlias = ApplicationJobLog | NotebookExecutionLog | ResourceJobExecutionLog

__all__ = ["AsyncLosantJobs", "JobFailedError", "JobTimeoutError", "LosantJobs"]

_LONGEST = 15.0
"""Seconds between two looks, at most, unless the caller begins with more."""

_GROWTH = 1.5
_LIMIT = 100
"""Runs that are looked through for the one that is waited for, the newest first."""

_GOOD = frozenset({"completed"})
_BAD = frozenset({"errored", "failed", "timeout", "canceled"})


class JobFailedError(APIError):
    """A job has ended, and not well.

    Attributes:
        job: What the log says of it: its status, and errors where there are some.
    """

    def __init__(self, message: str, *, job: Job) -> None:
        super().__init__(message)
        self.job: Job = job


class JobTimeoutError(APIError):
    """A job has not ended in the time that the caller gave it; it goes on.

    Attributes:
        job: What the log said of it last, or None if there was no entry yet.
    """

    def __init__(self, message: str, *, job: Job | None) -> None:
        super().__init__(message)
        self.job: Job | None = job


class LosantJobs:
    """The methods of `Losant` that wait for jobs."""

    _core: SyncCore

    def wait_for_job(
        self,
        *,
        application_id: str,
        job_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> ApplicationJobLog:
        """Wait until a job of the application's job log has ended.

        The entry is that of `client.application_job_logs`: the `job_id` of a
        `JobEnqueuedResult` is of another kind, and is in no entry.

        Args:
            application_id: The application.
            job_id: The `id` of the entry.
            timeout: Seconds to wait, or `None` for ever.
            poll_interval: Seconds until the second look; each further one takes half as
                long again, up to 15 seconds.
            request_options: Options of each request.

        Returns:
            The entry, with the job's `output`.

        Raises:
            JobFailedError: The job has failed, or has ended with errors.
            JobTimeoutError: It has not ended in time.
            ValueError: `job_id` is no id of an entry.
            NotFoundError: There is no such entry, or no longer.
        """
        from .resources import ApplicationJobLogResource

        watch = _Watch(f"job {_entry(job_id)}", timeout, poll_interval)
        log = ApplicationJobLogResource(self._core)
        while True:
            job = log.get(
                application_id=application_id,
                job_id=job_id,
                request_options=request_options,
            )
            if watch.ended(job):
                return job
            time.sleep(watch.pause(job))

    def wait_for_notebook(
        self,
        *,
        application_id: str,
        notebook_id: str,
        execution_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> NotebookExecutionLog:
        """Wait until a run of a notebook has ended.

        Args:
            application_id: The application.
            notebook_id: The notebook.
            execution_id: The run: what `client.notebook.execute` answered.
            timeout: Seconds to wait, or `None` for ever.
            poll_interval: Seconds until the second look; each further one takes half as
                long again, up to 15 seconds.
            request_options: Options of each request.

        Returns:
            What the log says of the run.

        Raises:
            JobFailedError: It has ended with errors, took too long, or was canceled.
            JobTimeoutError: It has not ended in time, or is not in the log yet.
        """
        from .resources import NotebookResource

        watch = _Watch(f"run {execution_id}", timeout, poll_interval)
        notebook = NotebookResource(self._core)
        while True:
            runs = notebook.logs(
                application_id=application_id,
                notebook_id=notebook_id,
                limit=_LIMIT,
                request_options=request_options,
            )
            run = _found(
                [(each.notebook_execution_id, each) for each in runs], execution_id
            )
            if run is not None and watch.ended(run):
                return run
            time.sleep(watch.pause(run))

    def wait_for_resource_job(
        self,
        *,
        application_id: str,
        resource_job_id: str,
        execution_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> ResourceJobExecutionLog:
        """Wait until a run of a resource job has ended.

        Args:
            application_id: The application.
            resource_job_id: The resource job.
            execution_id: The run: what `client.resource_job.execute` answered.
            timeout: Seconds to wait, or `None` for ever.
            poll_interval: Seconds until the second look; each further one takes half as
                long again, up to 15 seconds.
            request_options: Options of each request.

        Returns:
            What the log says of the run, with its `execution_summary`.

        Raises:
            JobFailedError: It has ended with errors, or was canceled.
            JobTimeoutError: It has not ended in time, or is not in the log yet.
        """
        from .resources import ResourceJobResource

        watch = _Watch(f"run {execution_id}", timeout, poll_interval)
        resource_job = ResourceJobResource(self._core)
        while True:
            runs = resource_job.logs(
                application_id=application_id,
                resource_job_id=resource_job_id,
                limit=_LIMIT,
                request_options=request_options,
            )
            run = _found(
                [(each.resource_job_execution_id, each) for each in runs], execution_id
            )
            if run is not None and watch.ended(run):
                return run
            time.sleep(watch.pause(run))


class AsyncLosantJobs:
    """The methods of `AsyncLosant` that wait for jobs."""

    _core: AsyncCore

    async def wait_for_job(
        self,
        *,
        application_id: str,
        job_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> ApplicationJobLog:
        """The same as `LosantJobs.wait_for_job`, awaited."""
        import asyncio

        from .resources import AsyncApplicationJobLogResource

        watch = _Watch(f"job {_entry(job_id)}", timeout, poll_interval)
        log = AsyncApplicationJobLogResource(self._core)
        while True:
            job = await log.get(
                application_id=application_id,
                job_id=job_id,
                request_options=request_options,
            )
            if watch.ended(job):
                return job
            await asyncio.sleep(watch.pause(job))

    async def wait_for_notebook(
        self,
        *,
        application_id: str,
        notebook_id: str,
        execution_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> NotebookExecutionLog:
        """The same as `LosantJobs.wait_for_notebook`, awaited."""
        import asyncio

        from .resources import AsyncNotebookResource

        watch = _Watch(f"run {execution_id}", timeout, poll_interval)
        notebook = AsyncNotebookResource(self._core)
        while True:
            runs = await notebook.logs(
                application_id=application_id,
                notebook_id=notebook_id,
                limit=_LIMIT,
                request_options=request_options,
            )
            run = _found(
                [(each.notebook_execution_id, each) for each in runs], execution_id
            )
            if run is not None and watch.ended(run):
                return run
            await asyncio.sleep(watch.pause(run))

    async def wait_for_resource_job(
        self,
        *,
        application_id: str,
        resource_job_id: str,
        execution_id: str,
        timeout: float | None = 600.0,
        poll_interval: float = 1.0,
        request_options: RequestOptions | None = None,
    ) -> ResourceJobExecutionLog:
        """The same as `LosantJobs.wait_for_resource_job`, awaited."""
        import asyncio

        from .resources import AsyncResourceJobResource

        watch = _Watch(f"run {execution_id}", timeout, poll_interval)
        resource_job = AsyncResourceJobResource(self._core)
        while True:
            runs = await resource_job.logs(
                application_id=application_id,
                resource_job_id=resource_job_id,
                limit=_LIMIT,
                request_options=request_options,
            )
            run = _found(
                [(each.resource_job_execution_id, each) for each in runs], execution_id
            )
            if run is not None and watch.ended(run):
                return run
            await asyncio.sleep(watch.pause(run))


# --------------------------------------------------------------------- between two looks


class _Watch:
    """Says of a job whether it has ended, and how long to wait for the next look."""

    def __init__(self, what: str, timeout: float | None, interval: float) -> None:
        if interval <= 0:
            raise ValueError(f"poll_interval is not above 0: {interval}")
        self._what = what
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._interval = interval
        self._longest = max(_LONGEST, interval)

    def ended(self, job: Job) -> bool:
        """Whether a job has ended well.

        Raises:
            JobFailedError: It has ended otherwise.
        """
        if job.status in _GOOD:
            return True
        # A status that the platform adds is one of a job that goes on.
        if job.status not in _BAD:
            return False
        reason = getattr(getattr(job, "error", None), "message", None)
        more = f": {reason}" if reason else ""
        raise JobFailedError(f"{self._what} has ended: {job.status}{more}", job=job)

    def pause(self, job: Job | None) -> float:
        """Seconds until the next look; the last one is when the time is over.

        Raises:
            JobTimeoutError: It is over.
        """
        pause = self._interval
        self._interval = min(self._interval * _GROWTH, self._longest)
        if self._deadline is None:
            return pause
        left = self._deadline - time.monotonic()
        if left <= 0:
            status = "not in the log yet" if job is None else job.status
            raise JobTimeoutError(
                f"{self._what} has not ended in {self._timeout:g} s: {status}", job=job
            )
        return min(pause, left)


def _entry(job_id: str) -> str:
    """The id of an entry of the job log.

    Raises:
        ValueError: It is something else.
    """
    if not re.fullmatch("[0-9A-Fa-f]{24}", job_id):
        raise ValueError(
            f"{job_id!r} is no id of an entry of the job log. That of a"
            " JobEnqueuedResult is of another kind: find the entry by"
            " client.application_job_logs"
        )
    return job_id


R = TypeVar("R")


def _found(runs: Sequence[tuple[str | None, R]], wanted: str) -> R | None:
    """The run that is wanted, if it is among these."""
    return next((run for found, run in runs if found == wanted), None)
