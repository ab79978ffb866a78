"""Each step of a bar's line against its last, and the last against the sum of all equations' contributions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

import numpy as np

from derive.backward.contributions import Contribution, contributions
from derive.derivation import Derivation, Line, Step
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor, bar, of, upstream
from derive.notation.walk import substitute
from derive.referee.dual import Array, Truths
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import held_at, reads
from derive.referee.opened import opened
from derive.referee.world import Key, World, key_of
from derive.selfcheck.finding import Finding, Magnitude, Setting, called, distance

INVERTED = frozenset(["inv", "solve", "logdet"])
"""Functions of a matrix that have no value where it has no inverse."""

ON_A_KINK = 1e-12
"""Two sides of a comparison that differ by less are equal, as in max(x, x)."""


def lines_hold(
    lines: Iterable[Line], index: Mapping[Tensor, Sequence[Equation]], state: World, setting: Setting
) -> Iterator[Finding]:
    """Each step of each bar's line, and the sum of its contributions, against the values that its last step gave."""
    known: dict[int, tuple[Contribution, ...]] = {}
    for line in lines:
        letters = line.scalar.letters
        held, _ = held_at(line.left, letters, state)
        last = evaluate(of(line.left), letters, state)
        found = [_step_holds(line, step, last, held, state) for step in line.steps[:-1]]
        yield from (finding for finding in found if finding is not None)
        parts = contributions_to(line, index.get(without_bar(line.tensor), ()), setting, known)
        if parts and line.steps[-1].rule != "seed":
            every = [*(_at(c, line) for c in parts), *_given(line, parts[0].tensor, index, state, setting)]
            total = np.where(held, reduce(np.add, (evaluate(e, letters, state) for e in every)), 0.0)
            what = "it is not the sum of its equations' contributions"
            size = Magnitude(line.steps[-1].right, letters, state)
            yield Finding("sum", called(line.tensor), what, distance(total, last, size), state.sizes)


def _given(
    line: Line, tensor: Tensor, index: Mapping[Tensor, Sequence[Equation]], state: World, setting: Setting
) -> list[Expr]:
    """The error signal from upstream, in the line of a multiplier of what nothing else reads."""
    direct = bar(tensor, setting.cost)
    multiplied = line.tensor != direct and not index.get(tensor)
    return [of(Entry(direct, line.left.slots))] if multiplied and key_of(direct) in state.arrays else []


def forward_hold(lines: Iterable[Line], state: World) -> Iterator[Finding]:
    """Each forward line that has steps, because of facts: the last against the first, which is its equation."""
    for line in lines:
        if len(line.steps) > 1:
            letters = line.scalar.letters
            held, _ = held_at(line.left, letters, state)
            first, last = (
                np.where(held, evaluate(s.right, letters, state), 0.0) for s in (line.steps[0], line.steps[-1])
            )
            apart = distance(first, last, Magnitude(line.steps[0].right, letters, state))
            yield Finding("step", called(line.tensor), "its last step is not its definition", apart, state.sizes)


def _at(contribution: Contribution, line: Line) -> Expr:
    """A contribution at the positions that a line gives."""
    return substitute(contribution.right, dict(zip(contribution.letters, line.left.slots, strict=True)))


def _step_holds(line: Line, step: Step, last: Array, held: Truths, state: World) -> Finding | None:
    """A step against the last; None for a line of ∂'s at a point on a kink, where a derivative is a convention."""
    letters = line.scalar.letters
    watched, watch = state.watched()
    value = np.where(held, evaluate(step.right, letters, watched), 0.0)
    if step.rule == "chain" and watch.margin < ON_A_KINK:
        return None
    # a ∂ hides what it adds up, and the last step shows it
    shown = line.steps[-1] if step.rule == "chain" else step
    apart = distance(value, last, Magnitude(shown.right, letters, state))
    return Finding("step", called(line.tensor), f"its step '{step.rule}' is not its last", apart, state.sizes)


def contributions_to(
    line: Line, readers: Sequence[Equation], setting: Setting, known: dict[int, tuple[Contribution, ...]]
) -> list[Contribution]:
    """What the equations that read a tensor contribute to its bar."""
    for equation in readers:
        if id(equation) not in known:
            known[id(equation)] = contributions(equation, setting.cost)
    cost, about = setting.cost, line.tensor
    return [c for e in readers for c in known[id(e)] if about in (bar(c.tensor, cost), upstream(c.tensor, cost))]


def by_read(equations: Iterable[Equation]) -> dict[Tensor, list[Equation]]:
    """A tensor -> the equations that read it."""
    found: dict[Tensor, list[Equation]] = {}
    for equation in equations:
        for tensor in reads(equation.right):
            found.setdefault(tensor, []).append(equation)
    return found


def with_bars(derivation: Derivation, equations: Iterable[Equation]) -> list[Equation]:
    """The equations of quantities that have a line: others add nothing to any bar."""
    known = {line.tensor for line in derivation.backward}
    return [e for e in equations if upstream(e.left.tensor, derivation.cost) in known]


def by_read_of(derivation: Derivation, equations: Iterable[Equation]) -> dict[Tensor, list[Equation]]:
    """The same for the tensor that each line is about, see `without_bar`: of what a condition defines, its multiplier
    is about all readers, its bar about those that are not solved together with it."""
    found = by_read(with_bars(derivation, equations))
    network = derivation.network
    if network.implicit:
        around = Graph(network).around
        for name in network.implicit:
            tensor = network.tensors[name]
            readers = found.pop(tensor, [])
            found[without_bar(upstream(tensor, derivation.cost))] = readers
            found[tensor] = [e for e in readers if e.left.tensor not in around[tensor]]
    return found


def moved_by(derivation: Derivation) -> dict[Key, Key]:
    """The key of each line's tensor -> that of the quantity whose change it is the slope of.

    Where a condition defines y, its multiplier is the slope of what is added to y = f(y, x).
    """
    conditioned = [derivation.network.tensors[name] for name in derivation.network.implicit]
    own = {upstream(t, derivation.cost): key_of(t) for t in conditioned}
    bars = {bar(t, derivation.cost) for t in conditioned}
    lines = [line for line in derivation.backward if line.tensor not in bars]
    return {key_of(t): own.get(t, (t.name, t.cost[:-1])) for t in (line.tensor for line in lines)}


def by_definition(equations: Iterable[Equation]) -> dict[Key, tuple[Equation, ...]]:
    """A tensor's key -> its equations."""
    found: dict[Key, tuple[Equation, ...]] = {}
    for equation in equations:
        key = key_of(equation.left.tensor)
        found[key] = (*found.get(key, ()), equation)
    return found


def through(derivation: Derivation) -> list[Equation]:
    """The network's equations for ∂'s: with the folded quantities written out, so that a ∂ goes through them."""
    network = derivation.network
    hidden = frozenset(network.tensors[line.tensor.name] for line in derivation.folded)
    residuals = (condition.equation for condition in network.implicit.values())
    return [*opened((network.equations[n] for n in network.order), hidden), *residuals]


def without_bar(tensor: Tensor) -> Tensor:
    return Tensor(tensor.name, tensor.axes, cost=tensor.cost[:-1], row=tensor.row, labels=tensor.labels)


def is_given(line: Line) -> bool:
    """Whether a bar is an upstream error signal: given, not worked out."""
    return line.steps[-1].rule == "upstream"


def sides(equations: Iterable[Equation]) -> Iterator[Expr]:
    for equation in equations:
        yield of(equation.left)
        yield equation.right


def lefts(lines: Iterable[Line]) -> Iterator[Expr]:
    return (of(line.left) for line in lines)


def finite(world: World, tensors: Iterable[Tensor]) -> bool:
    return all(np.all(np.isfinite(world.real(key_of(t)))) for t in tensors)


def usable(found: list[Finding]) -> list[Finding] | None:
    """The findings at a point; None where a line of ∂'s has no value there: √ has no slope at 0, though [t < T] = 0
    stands beside it in the lines after."""
    return None if any(np.isnan(finding.apart) for finding in found) else found
