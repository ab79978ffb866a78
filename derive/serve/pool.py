"""Several workers: each does a job at a time, and one that fails or takes too long is replaced."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from derive.serve.limits import GRACE, SECONDS, WAITING
from derive.serve.worker import LENGTH

COMMAND = (sys.executable, "-P", "-m", "derive.serve.worker")
"""-P: a file numpy.py beside the problem is not what a worker imports."""
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}

Result = Mapping[str, Any]


class Busy(Exception):
    """More jobs wait than are taken."""


class TookTooLong(Exception):
    """A job was ended after its time."""


class Ended(Exception):
    """A worker ended in the middle of a job."""


@dataclass(eq=False)
class Worker:
    """A process, and what it did last: who asks for the same again gets it quickly from the same worker."""

    process: Process
    last: str = ""

    async def ask(self, job: Result) -> Result:
        """Raises Ended."""
        assert self.process.stdin and self.process.stdout
        body = json.dumps(job).encode()
        try:
            self.process.stdin.write(LENGTH.pack(len(body)) + body)
            await self.process.stdin.drain()
            return await self.said()
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Ended from None

    async def said(self) -> Result:
        assert self.process.stdout
        (length,) = LENGTH.unpack(await self.process.stdout.readexactly(LENGTH.size))
        result: Result = json.loads(await self.process.stdout.readexactly(length))
        return result

    async def end(self) -> None:
        """With all that it has started: TeX is a process of its own."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()


async def started() -> Worker:
    """A worker that is ready. Raises Ended."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={**os.environ, **ALONE}, start_new_session=True
    )
    worker = Worker(process)
    try:
        await worker.said()
    except asyncio.IncompleteReadError:
        await worker.end()
        raise Ended from None
    except BaseException:
        await worker.end()
        raise
    return worker


@dataclass(eq=False)
class Pool:
    """seconds: for each job, whatever its kind; None: what `limits` says."""

    size: int
    seconds: float | None = None
    idle: list[Worker] = field(default_factory=list)
    all: set[Worker] = field(default_factory=set)
    waiting: int = 0
    free: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    open: bool = True

    def most(self, kind: str) -> float:
        """Seconds for a job of this kind."""
        return self.seconds or SECONDS[kind]

    def start(self) -> None:
        """Workers come when they are ready; jobs wait for the first."""
        for _ in range(self.size):
            self._later(self._new())

    async def stop(self) -> None:
        self.open = False
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self.all))

    async def run(self, job: Result, key: str) -> Result:
        """The result of a job; key: jobs with the same are for the same worker, where it is free.

        Raises Busy, TookTooLong, Ended.
        """
        worker = await self._taken(key)
        asked = asyncio.ensure_future(worker.ask(job))
        try:
            result = await asyncio.wait_for(asyncio.shield(asked), self.most(job["kind"]))
        except TimeoutError:
            self._later(self._replaced(worker, asked, 0))
            raise TookTooLong(f"{self.most(job['kind']):g}") from None
        except Ended:
            self._later(self._replaced(worker, asked, 0))
            raise
        except asyncio.CancelledError:
            self._later(self._replaced(worker, asked, GRACE))
            raise
        worker.last = key
        if result.get("ends"):
            self._later(self._replaced(worker, None, 0))
        else:
            await self._given_back(worker)
        return result

    async def _taken(self, key: str) -> Worker:
        if self.waiting >= WAITING:
            raise Busy
        self.waiting += 1
        try:
            async with self.free:
                await self.free.wait_for(self._alive)
                best = next((w for w in self.idle if w.last == key), self.idle[0])
                self.idle.remove(best)
                return best
        finally:
            self.waiting -= 1

    def _alive(self) -> bool:
        """Whether somebody is idle; those that have ended meanwhile are replaced."""
        for worker in [worker for worker in self.idle if worker.process.returncode is not None]:
            self.idle.remove(worker)
            self._later(self._replaced(worker, None, 0))
        return bool(self.idle)

    async def _given_back(self, worker: Worker) -> None:
        async with self.free:
            self.idle.append(worker)
            self.free.notify()

    async def _replaced(self, worker: Worker, asked: asyncio.Future[Result] | None, grace: float) -> None:
        """Given back if it is done in time; else ended, and another begun."""
        if asked is not None and grace:
            with suppress(TimeoutError, Ended):
                await asyncio.wait_for(asyncio.shield(asked), grace)
                await self._given_back(worker)
                return
        self.all.discard(worker)
        await worker.end()
        if asked is not None:
            with suppress(Ended, asyncio.CancelledError):
                await asked
        await self._new()

    async def _new(self) -> None:
        pause = 0.0
        while self.open:
            await asyncio.sleep(pause)
            with suppress(Ended, OSError):
                worker = await started()
                self.all.add(worker)
                await self._given_back(worker)
                return
            pause = min(5.0, 2 * pause + 0.2)  # a machine without memory is not asked at once again

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
