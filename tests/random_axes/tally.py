"""What became of the networks of a run: counts, the first failures of each kind, made small if that is wanted."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import get_args

from rich.console import Console

from tests.random_axes.compare import Outcome, Status, check
from tests.random_axes.costs import network
from tests.random_axes.language import Case
from tests.random_axes.shrink import shrunk
from tests.random_axes.written import problem


def small(case: Case, seed: int, outcome: Outcome) -> tuple[Case, str]:
    """The case made small, and what it says then."""
    said = [outcome.what]

    def fails(candidate: Case) -> bool:
        try:
            found = check(candidate, seed)
        except Exception:  # not well-formed any more
            return False
        same = (found.status, found.kind) == (outcome.status, outcome.kind)
        said[0] = found.what if same else said[0]
        return same

    return shrunk(case, fails), said[0]


class Tally:
    """What became of the networks so far."""

    def __init__(self, console: Console, out: Path, smaller: bool) -> None:
        self.console, self.out, self.smaller = console, out, smaller
        self.counts: Counter[str] = Counter()
        self.kinds: dict[tuple[str, str], list[int]] = {}
        self.worst, self.seconds, self.lines, self.vectors = 0.0, 0.0, 0, 0
        self.started = time.monotonic()

    def add(self, seed: int, outcome: Outcome, seconds: float) -> None:
        self.counts[outcome.status] += 1
        self.seconds += seconds
        self.lines += outcome.lines
        self.vectors += outcome.vectors
        if outcome.status == "right":
            self.worst = max(self.worst, outcome.worst)
        elif outcome.status != "no slope anywhere":
            met = self.kinds.setdefault((outcome.status, outcome.kind), [])
            met.append(seed)
            if len(met) <= 2:
                self._show(seed, outcome, len(met) == 1)

    def _show(self, seed: int, outcome: Outcome, first: bool) -> None:
        """A failing network: its seed, its file, what is wrong."""
        case, said = network(seed), outcome.what
        if self.smaller and first:
            case, said = small(case, seed, outcome)
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / f"{outcome.status}_{seed}.yaml"
        path.write_text(problem(case))
        self.console.print(f"\nseed {seed}, {path}: {outcome.status}", markup=False)
        body = problem(case).partition("equations: |")[2] if len(said) > 1500 else problem(case)
        self.console.print(f"{body}{said[:1500]}", markup=False, highlight=False, soft_wrap=True)

    @property
    def sentence(self) -> str:
        counts = ", ".join(f"{self.counts[status]} {status}" for status in get_args(Status))
        return f"{counts}; worst relative error {self.worst:.1e}"

    def report(self) -> None:
        spent, share = time.monotonic() - self.started, self.vectors / max(1, self.lines)
        lines = f"{self.lines} lines, {self.vectors} of them ({share:.0%}) with a vector form"
        self.console.print(f"\n{self.sentence}; {lines}; {spent:.0f} s", highlight=False, soft_wrap=True)
        for (status, kind), met in sorted(self.kinds.items(), key=lambda item: -len(item[1])):
            seeds_ = ", ".join(map(str, met[:3]))
            self.console.print(f"{len(met):5d} {status}: {kind}   (seeds {seeds_})", markup=False, soft_wrap=True)
