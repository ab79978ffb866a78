"""One answer checked: what a process does with it, and what comes back."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.cli.answers import Answer, text_of
from derive.cli.formats import Look, rendered
from derive.errors import DeriveError

if TYPE_CHECKING:
    from derive.check.asked import AskedChecker

WATCH = 1.0
"""Seconds between two looks whether the process that started this one still lives."""


@dataclass(frozen=True, slots=True)
class Task:
    """What all answers of a run have in common; moved: what is asked of forward mode and of second order."""

    problem: str
    let: tuple[tuple[str, str], ...] = ()
    hints: bool = True
    look: Look = field(default_factory=Look)
    moved: tuple[tuple[str, Any], ...] = ()

    def key(self, answer: Answer) -> str:
        """A fingerprint of all that a report is made of; "" where something cannot be read."""
        from importlib.metadata import version

        try:
            parts = [Path(self.problem).read_bytes(), answer.path.read_bytes() if answer.path else b""]
        except OSError:
            return ""
        given = json.dumps([asdict(self), answer.name, answer.suffix, version("derive")])
        return hashlib.sha256(b"\0".join([*parts, given.encode()])).hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out for one answer: the report as text and its counts, or what makes the answer unusable."""

    answer: str
    text: str | bytes = ""
    counts: Mapping[str, int] | None = None
    missing: tuple[str, ...] = ()
    error: str = ""

    @property
    def status(self) -> int:
        """The exit status for this answer alone."""
        if self.counts is None:
            return 2
        return 1 if any(self.counts.get(verdict) for verdict in ("wrong", "unknown", "unreadable")) else 0


@lru_cache(maxsize=1)
def checker(problem: str, moved: tuple[tuple[str, Any], ...] = ()) -> AskedChecker:
    """The problem's checker, made once for a process. Raises DeriveError."""
    from derive.api import load
    from derive.check.asked import AskedChecker

    network = load(problem)
    derived = network.derive(check=False, **dict(moved)).data if network.declared.equations else None
    return AskedChecker(network.declared, derived)


def judged(task: Task, answer: Answer) -> Judged:
    """One answer checked; what makes it unusable is part of what comes back."""
    from derive.check.show_claims import told_of

    try:
        own = checker(task.problem, task.moved)
        report = own.check(text_of(answer), answer.suffix, dict(task.let), task.hints)
        text = rendered(report, answer.name, task.look)
    except DeriveError as error:
        told = str(error)
        return Judged(answer.name, error=told if told.startswith(answer.name) else f"{answer.name}: {told}")
    counts: dict[str, Any] = {}
    for claim in report.lines:
        told = "follows" if told_of(claim) == "follows" else claim.verdict
        counts[told] = counts.get(told, 0) + 1
    return Judged(answer.name, text, counts, report.missing)


def begin(parent: int) -> None:
    """A process of its own: the interrupt is for the one that started it, and it ends when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)
