"""A process that does jobs: a length and a job on its standard input, a length and a result on its standard output.

It has no right to more memory, time or files than `limits` says. One that has met such a limit ends; another begins.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from derive.serve.limits import MEMORY, OPENED, RESULT, SECONDS, WRITTEN

LENGTH = struct.Struct(">I")
WATCH = 1.0
"""Seconds between two looks whether the process that started this one still lives."""
OUT_OF_MEMORY = "this needs more memory than a live page may use"
TOO_LONG = "what comes out has {} MB, more than a live page shows"
SMALLER = "give smaller numbers for sizes and axes, or derive it with `derive FILE`"


def main() -> None:
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what anything prints is no result
    _begin(os.getppid())
    _warm()
    _send(target, {"ready": True})
    while (job := _received(source)) is not None:
        result, fine = _done(job)
        _send(target, result)
        if not fine:
            return


def _begin(parent: int) -> None:
    """An interrupt is for the process that started this one; without it there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    try:
        import resource
    except ImportError:  # not on this system
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, WRITTEN), (resource.RLIMIT_NOFILE, OPENED),
                       (resource.RLIMIT_CORE, 0)):  # fmt: skip
        _limit(resource, what, most)


def _limit(resource: Any, what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(what, (most, hard))
    except (ValueError, OSError):  # a system that does not know this limit
        return


def _time(seconds: float) -> None:
    """From now on so many seconds of the processor; then the process ends, whatever it is doing."""
    try:
        import resource
    except ImportError:
        return
    _limit(resource, resource.RLIMIT_CPU, int(time.process_time() + seconds) + 2)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)


def _warm() -> None:
    """A small derivation, so that the first of the page does not wait for imports."""
    from importlib.resources import files

    from derive.serve.jobs import done

    text = files("derive").joinpath("templates/new.yaml").read_text(encoding="utf-8")
    given = {"yaml": text, "name": "new.yaml", "notation": "bar", "product": "circ", "suffix": ".tex"}
    done({"kind": "derive", **given})
    done({"kind": "check", "answer": "$y = x$", **given})


def _done(job: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The result, and whether this process may go on."""
    from derive.errors import Problem
    from derive.serve.jobs import done, problem

    _time(SECONDS[job["kind"]])
    try:
        return done(job), True
    except MemoryError:
        return {"problems": [problem(Problem(None, OUT_OF_MEMORY, SMALLER))], "ends": True}, False
    except Exception as error:
        told = f"this should not happen: {type(error).__name__} inside derive"
        return {"problems": [problem(Problem(None, told, "please report it, with this text"))], "ends": True}, False


def _received(source: BinaryIO) -> Mapping[str, Any] | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    job: Mapping[str, Any] = json.loads(source.read(*LENGTH.unpack(head)))
    return job


def _send(target: BinaryIO, result: Mapping[str, Any]) -> None:
    body = _packed(result)
    if len(body) > RESULT:
        from derive.errors import Problem
        from derive.serve.jobs import problem

        body = _packed({"problems": [problem(Problem(None, TOO_LONG.format(len(body) // 1_000_000), SMALLER))]})
    target.write(LENGTH.pack(len(body)) + body)
    target.flush()


def _packed(result: Mapping[str, Any]) -> bytes:
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "replace")


if __name__ == "__main__":
    main()
