"""Whether two sides agree: their numbers at several points, in the readings that the notation leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from derive.check.entries import USUAL, Reading
from derive.check.evaluate import Evaluator
from derive.check.ranges import Bound, Letter, Occurrence
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.check.tree import Fenced, Fraction, Name, Node, Number, Sum, Times, children
from derive.check.values import Disagree, Unknown, Value, apart, scalar

EQUAL, UNEQUAL = 1e-7, 1e-5
"""Sides closer than the one are equal, farther apart than the other unequal; between them nobody can tell."""

BY_DIFFERENCES = 1e-6
ARGUMENTS = (-1.37, -0.41, 0.23, 0.79, 1.83)
"""Where functions of a letter are compared."""
Answer = Literal["right", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """answer, and the reading in which it was found; why: what disagrees, in words; apart: how far, relatively."""

    answer: Answer
    reading: Reading = USUAL
    why: str = ""
    apart: float = 0.0


@dataclass(eq=False)
class Judge:
    """Evaluators at all points, one for each reading; they keep the values of nodes."""

    settings: Sequence[Setting]
    symbols: Symbols
    functions: Mapping[str, tuple[str, Node]] = field(default_factory=dict)
    stated: Mapping[tuple[str, str], Node] = field(default_factory=dict)
    ranges: tuple[Bound, ...] = ()
    """The ranges that stand beside the claim that is judged."""
    _evaluators: dict[tuple[int, Reading], Evaluator] = field(default_factory=dict)

    def evaluator(self, point: int, reading: Reading) -> Evaluator:
        """The evaluator at a point, with no letters in scope."""
        met = self._evaluators.get((point, reading))
        if met is None:
            met = Evaluator(self.settings[point], self.symbols, reading, self.functions, self.stated)
            self._evaluators[point, reading] = met
        met.letters.scope.clear()
        return met

    def sides(self, left: Node, right: Node, point: int, reading: Reading) -> tuple[Value, Value]:
        """Both sides' values at a point. Raises Disagree, Unknown."""
        ev = self.evaluator(point, reading)
        ev.letters.bind_free(left, right, given=self.ranges, position=ev.position)
        with np.errstate(all="ignore"):
            return ev.value(left), ev.value(right)

    def agrees(self, left: Node, right: Node, reading: Reading) -> Outcome:
        """Whether two sides are equal in one reading."""
        farthest = 0.0
        for point in range(len(self.settings)):
            try:
                gap = apart(*self.sides(left, right, point, reading))
            except Disagree as problem:
                return Outcome("wrong", reading, str(problem), float("inf"))
            except Unknown as problem:
                return self._anyhow(right, reading, str(problem))
            if np.isnan(gap):
                return Outcome("unknown", reading, "it has no value at the points that were tried")
            farthest = max(farthest, gap)
            if gap > UNEQUAL:
                return Outcome("wrong", reading, "", gap)
        if not self.settings:
            return Outcome("unknown", reading, "the network has no point at which to compare")
        if farthest < EQUAL:
            return Outcome("right", reading, "", farthest)
        return Outcome("unknown", reading, "the sides are too near to one another to tell", farthest)

    def evaluator_letters(self, point: int, reading: Reading) -> dict[str, Letter]:
        """The letters of the claim that was evaluated last at a point."""
        return self._evaluators[point, reading].letters.scope

    def occurrences(self, node: Node, point: int, reading: Reading) -> tuple[Occurrence, ...]:
        """Where letters stand on axes in a node."""
        return self._evaluators[point, reading].letters.occurrences(node)

    def as_given(self, left: Node, right: Node) -> bool:
        """Whether a number that is written agrees to the digits that it is given with: 1/3 = 0.333."""
        digits = digits_of(right)
        if not digits:
            return False
        for point in range(len(self.settings)):
            try:
                a, b = self.sides(left, right, point, USUAL)
            except (Disagree, Unknown):
                return False
            if not (a.is_scalar and b.is_scalar) or np.max(np.abs(a.array - b.array)) > 0.5000001 * 10.0**-digits:
                return False
        return bool(self.settings)

    def functions_agree(self, left: Node, right: Node, letter: str) -> Outcome:
        """Whether f(x) = … holds for every x, kinks aside."""
        farthest = 0.0
        for point in range(len(self.settings)):
            ev = self.evaluator(point, USUAL)
            for x in ARGUMENTS:
                given = scalar(x)
                try:
                    gap = apart(ev.with_given(letter, given, left), ev.with_given(letter, given, right))
                except Disagree as problem:
                    return Outcome("wrong", USUAL, str(problem), float("inf"))
                except Unknown as problem:
                    return Outcome("unknown", USUAL, str(problem))
                farthest = max(farthest, gap)
        return Outcome("right" if farthest < BY_DIFFERENCES else "wrong", USUAL, "", farthest)

    def frozen(self) -> Judge:
        """This judge as it is now, for later."""
        return replace(self)

    def define(self, settings: Sequence[Setting]) -> None:
        """Go on at points that know more."""
        self.settings = settings
        self._evaluators = {}

    def _anyhow(self, right: Node, reading: Reading, why: str) -> Outcome:
        """A side that has no shape at all is wrong, whatever the other is."""
        ev = self.evaluator(0, reading)
        try:
            ev.letters.bind_free(right, given=self.ranges, position=ev.position)
            ev.value(right)
        except Disagree as problem:
            return Outcome("wrong", reading, str(problem), float("inf"))
        except Unknown:
            pass
        return Outcome("unknown", reading, why)

    def judged(self, left: Node, right: Node, readings: Iterable[Reading] | None = None) -> Outcome:
        """Whether two sides are equal in some reading; the usual one's outcome if in none."""
        found: list[Outcome] = []
        for reading in readings or readings_of(left, right):
            outcome = self.agrees(left, right, reading)
            if outcome.answer == "right":
                return outcome
            found.append(outcome)
        unequal = [o for o in found if o.answer == "wrong" and np.isfinite(o.apart)]
        return found[0] if found[0].answer == "unknown" else (unequal or found)[0]


def digits_of(node: Node) -> int:
    """How many digits after the point a number is given with: 3 for −0.125."""
    while isinstance(node, (Sum, Fenced)) and len(children(node)) == 1:
        node = children(node)[0]
    return len(node.text.partition(".")[2]) if isinstance(node, Number) else 0


def readings_of(*nodes: Node) -> tuple[Reading, ...]:
    """The readings that formulas leave open, the usual one first."""
    features = frozenset(f for node in nodes for f in _features(node))
    found = [USUAL]
    if "slope" in features:
        found += [Reading(partial=p) for p in ("local", "total")]
        if "chain" in features:
            found += [Reading(row_gradients=True), Reading(row_gradients=True, partial="total")]
        found += [Reading(diagonal=True, dot="elementwise")]
        found += [Reading(schematic=True), Reading(schematic=True, partial="total"), Reading(diagonal=True)]
    if "dot" in features:
        first = found[:1] + [r for r in found if r.diagonal]
        found = [*first, *(replace(r, dot=dot) for dot in ("product", "elementwise", "inner") for r in found)]
    if "loose" in features:
        found = [*found, *(replace(r, tight=True) for r in found)]
    return tuple(found)


def _features(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(children(one))
        if (isinstance(one, Fraction) and _begins_with_mark(one.bottom)) or (
            isinstance(one, Name) and one.base == "nabla"
        ):
            yield "slope"
        elif isinstance(one, Times):
            if sum(isinstance(f, Fraction) and _begins_with_mark(f.bottom) for f in one.factors) > 1:
                yield "chain"
            if "cdot" in one.joins or "*" in one.joins or "times" in one.joins:
                yield "dot"
            if len(set(one.joins)) > 1 and {"circ", "odot", "cdot"} & set(one.joins):
                yield "loose"
            if "/" in one.joins and _begins_with_mark(one):
                yield "slope"


def _begins_with_mark(node: Node) -> bool:
    head = node.factors[0] if isinstance(node, Times) else node
    return isinstance(head, Name) and head.base in ("partial", "d")
