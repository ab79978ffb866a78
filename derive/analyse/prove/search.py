"""Weights from a specification, by counterexamples: weights that fit some inputs; an input that refutes them; again.

When no weights fit the inputs met so far, there are none of that size: that is a proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from derive.analyse.prove.decide import decide
from derive.analyse.prove.domain import Domain
from derive.analyse.prove.draft import Draft, whole
from derive.analyse.prove.language import Condition
from derive.analyse.prove.net import Net, Point
from derive.analyse.prove.solver import Terms

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and until when."""

    specification: Condition
    domain: Domain
    until: float
    each: float = 10.0
    progress: Progress | None = None

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    def tell(self, text: str) -> None:
        if self.progress is not None:
            self.progress(text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """net: one that proves.  verdict "none": no weights fit `met`, the inputs that were needed to know it."""

    verdict: Literal["found", "none", "not decided"]
    net: Net | None = None
    met: tuple[Point, ...] = ()


def by_counterexamples(search: Search, draft: Draft, claims: list[Any], terms: Terms, met: list[Point]) -> Outcome:
    """A network of the draft that proves. `met` grows by the inputs that refuted one."""
    solver = terms.solver(search.left)
    solver.add(*claims, *(draft.says(terms, search.specification, point) for point in met))
    while search.left > 0:
        solver.set("timeout", max(1, int(search.left * 1000)))
        found = solver.check()
        if found == terms.z3.unsat:
            return Outcome("none", None, tuple(met))
        if found != terms.z3.sat:
            break
        candidate = draft.filled(terms, solver.model())
        judged = decide(candidate, search.specification, search.domain, min(search.each, max(search.left, 0.001)))
        if judged.verdict == "proved":
            return Outcome("found", candidate, tuple(met))
        if judged.point is None or judged.point in met:
            break
        met.append(judged.point)
        search.tell(f"{len(met)} counterexamples")
        solver.add(draft.says(terms, search.specification, judged.point))
    return Outcome("not decided", None, tuple(met))


def smallest(search: Search, shape: Net, most: int) -> tuple[Outcome, int]:
    """Weights that prove, of the smallest size up to `most`, and that size."""
    terms, met = Terms(), list[Point]()
    outcome, size = Outcome("none"), 0
    for size in range(1, most + 1):
        search.tell(f"weights in -{size}..{size}")
        outcome = by_counterexamples(search, *whole(terms, shape, size), terms, met)
        if outcome.verdict != "none":
            break
    return outcome, size
