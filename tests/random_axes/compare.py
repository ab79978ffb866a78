"""One random network: derive's lines, evaluated, against PyTorch's numbers."""

from __future__ import annotations

import re
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Literal

import numpy as np

from derive.declare.load import parse_problem
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.notation.expression import Tensor
from derive.pipeline import derive_network
from derive.referee.dual import Array
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.world import World, key_of
from derive.selfcheck import selfcheck
from derive.selfcheck.finding import Setting, passed
from derive.selfcheck.vectors import vectors_hold
from tests.random_axes.language import Case
from tests.random_axes.truth import Truth, truth
from tests.random_axes.written import problem

Status = Literal["right", "refused", "wrong", "crashed", "no slope anywhere"]
"""no slope anywhere: no point was found at which PyTorch's numbers are finite and no kink is near; derive is not asked.
refused: derive says that it cannot do the network, or cannot check it, and why."""
CLOSE = 1e-8
LITTLE = 1e-5
"""Slopes are compared relative to the largest of their tensor's, or to this where all of them are rounding."""
LONGEST = 60


@dataclass(frozen=True)
class Outcome:
    """What became of one network. what: the first line that is wrong, the reason of a refusal, the crash.
    kind: the same without names and numbers, to count by."""

    status: Status
    what: str = ""
    kind: str = ""
    worst: float = 0.0
    lines: int = 0
    vectors: int = 0


class Slow(Exception):
    """It took too long."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Slow(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def check(case: Case, seed: int = 0, whole: bool = False) -> Outcome:
    """The case at two points, one with sizes of 1 and 2. whole: derive's own self-check too, which must agree."""
    points = [p for p in (truth(case, seed, small) for small in (True, False)) if p is not None]
    if not points:
        return Outcome("no slope anywhere")
    try:
        with at_most(LONGEST):
            return _checked(case, points, seed, whole)
    except DeriveError as error:
        first = error.problems[0]
        return Outcome("refused", str(error), _kind(first.what))
    except Exception as error:  # whatever went wrong, the run goes on
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{'/'.join(at.filename.split('/')[-3:])}:{at.lineno}"
        tail = "".join(traceback.format_tb(error.__traceback__)[-4:])
        kind = f"{type(error).__name__} at {place}: {_kind(str(error))[:80]}"
        return Outcome("crashed", f"{type(error).__name__}: {error}\n{tail}", kind)


def _kind(message: str) -> str:
    """A message without what it quotes, and without numbers."""
    return re.sub(r"\d+", "·", re.sub(r"`[^`]*`", "`…`", message.split("\n")[0]))


def _checked(case: Case, points: list[Truth], seed: int, whole: bool) -> Outcome:
    derivation = derive_network(parse_problem(problem(case)))
    worst = 0.0
    for point in points:
        said, kind, apart = _against(derivation, case, point)
        if said:
            sizes = ", ".join(f"{k} = {n}" for k, n in point.sizes.items())
            return Outcome("wrong", f"{said} (at {sizes})", kind, apart)
        worst = max(worst, apart)
        said, count = _vectors(derivation, point.sizes, seed)
        if said:
            return Outcome("wrong", said, "vector", np.inf)
    if whole and (found := _by_itself(derivation, seed)):
        return found
    return Outcome("right", worst=worst, lines=len(derivation.forward) + len(derivation.backward), vectors=count)


def _by_itself(derivation: Derivation, seed: int) -> Outcome | None:
    """What derive's own self-check finds wrong; a line of which it says that it cannot be checked is refused."""
    report = selfcheck(derivation, seed)
    if report.ok:
        return None
    failed = [f for f in report.failures if f.kind != "unchecked"]
    first = (failed or report.failures)[0]
    kind = f"self-check: {first.kind if failed else _kind(first.what)}"
    return Outcome("wrong" if failed else "refused", f"self-check: {report.sentence}", kind, np.inf)


def _against(derivation: Derivation, case: Case, point: Truth) -> tuple[str, str, float]:
    """What is wrong first, forward and then backward; and how far apart at worst."""
    network = derivation.network
    given = {(name, ()): np.asarray(a, float) for name, a in point.data.items() if name in network.tensors}
    world = evaluate_equations([network.equations[n] for n in network.order], World(point.sizes, given))
    worst = 0.0
    for name, expected in point.values.items():
        apart = distance(world.real((name, ())), expected)
        if not apart <= CLOSE:
            return _said(name, world.real((name, ())), expected, apart), _part("forward", apart), apart
        worst = max(worst, apart)
    state = evaluate_equations([line.scalar for line in derivation.backward], world)
    bars: dict[str, Tensor] = {line.tensor.name: line.tensor for line in derivation.backward}
    missing = [name for name in derivation.wanted if name not in bars]
    if missing:
        return f"no line for the bar of {missing[0]}", "no line", np.inf
    for name, tensor in bars.items():
        apart = distance(state.real(key_of(tensor)), point.bars[name])
        if not apart <= CLOSE:
            said = _said(f"the bar of {name}", state.real(key_of(tensor)), point.bars[name], apart)
            return said, _part("bar", apart), apart
        worst = max(worst, apart)
    return "", "", worst


def _part(what: str, apart: float) -> str:
    """Other numbers are one kind of failure; another shape, or no number, is another."""
    return what if np.isfinite(apart) else f"{what}: another shape, or no number"


def _said(name: str, found: Array, expected: Array, apart: float) -> str:
    numbers = [np.array2string(np.asarray(a), precision=6, threshold=20).replace("\n", "") for a in (found, expected)]
    return f"{name}: derive {numbers[0]}, PyTorch {numbers[1]}, {apart:.1e} apart"


def distance(found: Array, expected: Array) -> float:
    if found.shape != expected.shape:
        return np.inf
    gap = float(np.max(np.abs(found - expected), initial=0.0))
    return gap / max(float(np.max(np.abs(expected), initial=0.0)), LITTLE) if gap == gap else np.inf


def _vectors(derivation: Derivation, sizes: dict[str, int], seed: int) -> tuple[str, int]:
    """The first vector line that is not its scalar line, at these sizes; how many there are."""
    network = derivation.network
    setting = Setting(sizes, tuple(network.functions), derivation.cost, seed)
    lines = [line for line in (*derivation.forward, *derivation.backward) if line.vector is not None]
    for finding in vectors_hold(lines, setting):
        if not passed(finding):
            return f"{finding.name}: {finding.what}, {finding.apart:.1e} apart", len(lines)
    return "", len(lines)


def timed(case: Case, seed: int, whole: bool = False) -> tuple[Outcome, float]:
    started = time.monotonic()
    return check(case, seed, whole), time.monotonic() - started
