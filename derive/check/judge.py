"""Whether two sides agree: their numbers at several points, in the readings that the notation leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from derive.check.bound_letters import Bound
from derive.check.entries import USUAL, Reading
from derive.check.evaluate import Evaluator
from derive.check.exponents import entry_by_entry, has_powers, with_counts
from derive.check.functions import norm_of
from derive.check.ranges import Letter, Occurrence
from derive.check.setting import Setting
from derive.check.surgery import all_nodes
from derive.check.symbols import DOT, Symbols
from derive.check.values import Broken, Disagree, Open, Unknown, Value, apart, scalar
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, Fraction, Name, Node, Number, Relation, Scripted, Sum, Times, children

EQUAL, UNEQUAL = 1e-7, 1e-5
"""Sides closer than the one are equal, farther apart than the other unequal; between them nobody can tell."""

EXACT = 1e-13
"""Numbers that are worked out without any rounding but the machine's are as near as this."""
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
    broken: bool = False
    """Whether it rests on a definition of the answer that has no shape."""
    point: int = -1
    """The point that showed it to be wrong."""
    is_open: bool = False
    """Whether nothing says how long ones, or how large an identity, are."""


@dataclass(eq=False)
class Judge:
    """Evaluators at all points, one for each reading; they keep the values of nodes."""

    settings: Sequence[Setting]
    symbols: Symbols
    functions: Mapping[str, tuple[str, Node]] = field(default_factory=dict)
    stated: Mapping[tuple[str, str], Node] = field(default_factory=dict)
    ranges: tuple[Bound, ...] = ()
    """The ranges that stand beside the claim that is judged."""
    orders: tuple[Relation, ...] = ()
    """Where that claim holds, k ≠ t."""
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
        ev.letters.bind_free(left, right, given=self.ranges, position=ev.position, left=left)
        with np.errstate(all="ignore"):
            return self._where(ev, ev.value(left)), self._where(ev, ev.value(right))

    def _where(self, ev: Evaluator, value: Value) -> Value:
        """A value where the conditions beside the claim hold, else zero; one that never holds says nothing."""
        for one in self.orders:
            try:
                held = ev.bracket(one).array
            except (Disagree, Unknown):
                continue
            if held.any() and not value.is_odd:
                value = replace(value, array=np.where(held, value.array, 0.0))
        return value

    def agrees(self, left: Node, right: Node, reading: Reading, first: Sequence[int] = ()) -> Outcome:
        """Whether two sides are equal in one reading; first: points that are likely to show that they are not."""
        farthest = 0.0
        for point in dict.fromkeys([*first, *range(len(self.settings))]):
            try:
                gap = apart(*self.sides(left, right, point, reading))
            except Disagree as problem:
                other = next(filter(self.symbols.is_small_of_matrix, _of_both(left, right)), None)
                if other is not None:
                    return Outcome("unknown", reading, f"{other.tex} is not known: its capital is a matrix")
                return Outcome("wrong", reading, str(problem), float("inf"), isinstance(problem, Broken))
            except Unknown as problem:
                return replace(self._anyhow(right, reading, str(problem)), is_open=isinstance(problem, Open))
            if np.isnan(gap):
                return Outcome("unknown", reading, "it has no value at the points that were tried")
            farthest = max(farthest, gap)
            if gap > UNEQUAL:
                return Outcome("wrong", reading, "", gap, point=point)
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

    def of_numbers(self, left: Node, right: Node) -> Outcome:
        """Whether two sides of numbers alone are equal: exactly, or to the digits that one of them is given with."""
        try:
            plain = self.judged(left, right)
        except RecursionError:
            return Outcome("unknown", USUAL, "it is nested too deep")
        near = self.as_given(left, right) or self.as_given(right, left)
        if near or plain.apart < EXACT or not np.isfinite(plain.apart):
            return replace(plain, answer="right") if near else plain
        return replace(plain, answer="wrong")

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

    def has_value(self, right: Node, reading: Reading) -> bool:
        """Whether the parts of a side go together, as far as one can tell."""
        return self._problem(right, reading) is None

    def rests_on_broken(self, right: Node) -> bool:
        """Whether a side reads a name of the answer's own that has no value."""
        return isinstance(self._problem(right, USUAL), Broken)

    def _problem(self, right: Node, reading: Reading) -> Disagree | None:
        ev = self.evaluator(0, reading)
        try:
            ev.letters.bind_free(right, given=self.ranges, position=ev.position)
            ev.value(right)
        except Disagree as problem:
            return problem
        except Unknown:
            pass
        return None

    def _anyhow(self, right: Node, reading: Reading, why: str) -> Outcome:
        """A side that has no shape at all is wrong, whatever the other is."""
        problem = self._problem(right, reading)
        if problem is not None:
            return Outcome("wrong", reading, str(problem), float("inf"), isinstance(problem, Broken))
        return Outcome("unknown", reading, why)

    def judged(self, left: Node, right: Node, readings: Iterable[Reading] | None = None) -> Outcome:
        """Whether two sides are equal in some reading; the usual one's outcome if in none."""
        found: list[Outcome] = []
        folds = self.symbols.derivation.network.folded
        for reading in self._all(readings or readings_of(left, right), left, right):
            if reading.partial == "folded" and not folds:
                continue
            outcome = self.agrees(left, right, reading)
            if outcome.answer == "right":
                return self._told(outcome, left, right)
            found.append(outcome)
        sized = self._of_some_size(left, right, [outcome.reading for outcome in found if outcome.is_open])
        if sized is not None:
            return sized
        unequal = [o for o in found if o.answer == "wrong" and np.isfinite(o.apart)]
        return found[0] if found[0].answer == "unknown" else (unequal or found)[0]

    def _of_some_size(self, left: Node, right: Node, readings: Sequence[Reading]) -> Outcome | None:
        """Where nothing says how long 1 is: right if it holds with ones of some size, wrong if its sides then have
        one shape and other numbers. None if no size makes them fit: then there are ones of several sizes."""
        names = self.settings[0].world.sizes if readings and self.settings else {}
        found = [self.agrees(left, right, replace(r, ones=name)) for r in readings for name in names]
        fitting = [o for o in found if np.isfinite(o.apart) and o.answer != "unknown"]
        return min(fitting, key=lambda outcome: outcome.answer, default=None)

    def _told(self, outcome: Outcome, left: Node, right: Node) -> Outcome:
        """What is right because Aᵗ is a product, with that said in its reading."""
        reading = outcome.reading
        if reading.norms:  # of vectors alone nobody asks which one it is
            plain = replace(reading, norms="")
            if self.agrees(left, right, plain).answer == "right":
                return replace(outcome, reading=plain)
        if reading.powers or not has_powers(self.symbols, left, right):
            return outcome
        other = self.agrees(left, right, replace(reading, powers="entries"))
        return outcome if other.answer == "right" else replace(outcome, reading=replace(reading, powers="matrix"))

    def _all(self, readings: Iterable[Reading], *sides: Node) -> tuple[Reading, ...]:
        """Readings, and once more those in which a letter that the answer has taken is what the problem has by it."""
        found = tuple(readings)
        if has_powers(self.symbols, *sides):
            found += entry_by_entry(found)
        found += with_counts(self.symbols, found, *sides)
        cases = len({met.moved for met in self.symbols.derivation.tangents})
        if cases > 1 and any(isinstance(n, Name) and DOT in n.accents for side in sides for n in all_nodes(side)):
            found = tuple(replace(reading, case=case) for case in range(cases) for reading in found)
        found += self._of_slices(found, sides)
        if "spectral_norm" not in self.symbols.used and any(_is_norm_2(n) for side in sides for n in all_nodes(side)):
            found = tuple(replace(reading, norms=kind) for kind in ("spectral", "entries") for reading in found)
        names = (node for side in sides for node in all_nodes(side))
        if not any(isinstance(node, Name) and self.symbols.is_taken(node) for node in names):
            return found
        return (*found, *(replace(reading, as_declared=True) for reading in found))

    def _of_slices(self, readings: Sequence[Reading], sides: Sequence[Node]) -> tuple[Reading, ...]:
        """Readings in which u = U_{i,:} is a row, as it stands in U."""
        names = {name for name, _ in self.symbols.slices}
        read = names and any(one.name in names for side in sides for one in self.symbols.quantities(side))
        plain = [reading for reading in readings if not reading.row_slices] if read else []
        return tuple(replace(reading, row_slices=True) for reading in plain)


def _of_both(left: Node, right: Node) -> Iterator[Node]:
    """What a claim reads: of a name on the left it speaks, whatever that is called."""
    yield from () if isinstance(left, Name) else all_nodes(left)
    yield from all_nodes(right)


def _is_norm_2(node: Node) -> bool:
    return isinstance(node, Scripted) and norm_of(node) == "2"


def digits_of(node: Node) -> int:
    """How many digits after the point a number is given with: 3 for −0.125."""
    while isinstance(node, (Sum, Fenced)) and len(children(node)) == 1:
        node = children(node)[0]
    plain = isinstance(node, Number) and "e" not in node.text.lower()
    return len(node.text.partition(".")[2]) if plain and isinstance(node, Number) else 0


def readings_of(*nodes: Node) -> tuple[Reading, ...]:
    """The readings that formulas leave open, the usual one first."""
    features = frozenset(f for node in nodes for f in _features(node))
    found = [USUAL]
    if "slope" in features:
        found += [Reading(partial=p) for p in ("local", "total", "folded")]
        if "chain" in features:
            found += [Reading(row_gradients=True), Reading(row_gradients=True, partial="total")]
        found += [Reading(diagonal=True, dot="elementwise")]
        found += [Reading(schematic=True), Reading(schematic=True, partial="total"), Reading(diagonal=True)]
    if "dot" in features:
        first = found[:1] + [r for r in found if r.diagonal]
        found = [*first, *(replace(r, dot=dot) for dot in ("product", "elementwise", "inner") for r in found)]
    if "loose" in features:
        found = [*found, *(replace(r, tight=True) for r in found)]
    if "slice" in features:
        found = [*(replace(r, row_slices=True) for r in found), *found]
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
        elif isinstance(one, Name) and len(flat(one.subs)) > 1 and text_of(flat(one.subs)[-1]) == ":":
            yield "slice"
        elif isinstance(one, Times):
            if _is_chain(one):
                yield "chain"
            if "cdot" in one.joins or "*" in one.joins or "times" in one.joins:
                yield "dot"
            if len(set(one.joins)) > 1 and {"circ", "odot", "cdot"} & set(one.joins):
                yield "loose"
            if any(j == "/" and _begins_with_mark(f) for j, f in zip(one.joins, one.factors[1:], strict=True)):
                yield "slope"


def _is_chain(product: Times) -> bool:
    """∂E/∂y ∂y/∂x: slopes side by side and nothing else but numbers, as the chain rule has them where ∂E/∂y is a row.
    Beside a vector that is written as a column ∂E/∂y is one too, and lacks its transpose."""
    slopes = [f for f in product.factors if isinstance(f, Fraction) and _begins_with_mark(f.bottom)]
    others = [f for f in product.factors if f not in slopes]
    return len(slopes) > 1 and all(isinstance(f, Number) for f in others)


def _begins_with_mark(node: Node) -> bool:
    head = node.factors[0] if isinstance(node, Times) else node
    return isinstance(head, Name) and head.base in ("partial", "d")
