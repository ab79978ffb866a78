"""Tangents, and derivatives in every entry of a quantity, against differences of both passes; their steps by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derive.derivation import Derivation, Line
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, dot
from derive.referee.differences import Scaled, directional
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, held_at
from derive.referee.sample import Names, Random, draw_array, draw_arrays, style_of
from derive.referee.world import Key, Watch, World, key_of
from derive.selfcheck.finding import ROUNDING, Attempt, Finding, Magnitude, Setting, called, distance, tried
from derive.selfcheck.lines import ON_A_KINK, by_definition, finite, is_given, lefts, sides, usable

NOTHING = 1e-12
"""What is smaller, of numbers of size 1, is rounding."""


@dataclass(frozen=True, slots=True)
class Case:
    """Some lines of changes, and what moves.

    seeded: in every entry of what moves, not along a direction.  known: lines that are judged elsewhere, or have no
    difference to be judged by, and that the others read.
    """

    moved: tuple[Tensor, ...]
    lines: tuple[Line, ...]
    seeded: bool
    known: tuple[Line, ...] = ()

    def moves(self, state: World, random: Random) -> dict[Key, Array]:
        """The direction: the given tangents, or, for derivatives in every entry, one that is drawn."""
        if not self.seeded:
            return {key_of(t): state.real(key_of(dot(t))) for t in self.moved}
        return {key_of(t): draw_array(t, state, random) for t in self.moved}

    def change(self, line: Line, state: World, moves: dict[Key, Array]) -> Array:
        """What a line says that its quantity changes by along the direction."""
        array = state.real(key_of(line.tensor))
        if not self.seeded:
            return array
        (move,) = moves.values()
        return np.tensordot(array, move, axes=move.ndim)


def tangents_hold(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    """Every set of tangents and every Hessian at a point of its own."""
    tensors = derivation.network.tensors
    cases = [Case(tuple(tensors[name] for name in t.moved), t.lines, False) for t in derivation.tangents]
    cases += _in_every_entry(derivation)
    for case in cases:
        name = called(case.lines[-1].tensor)
        yield from tried("tangent", name, setting, _case_holds(case, derivation, setting))


def _in_every_entry(derivation: Derivation) -> Iterator[Case]:
    """Jacobians; the Hessians in one quantity, which read each other's lines; Gauss-Newton matrices."""
    tensors = derivation.network.tensors
    for several in (derivation.jacobians, *(t.jacobians for t in derivation.tangents), derivation.hessians):
        for name in dict.fromkeys(found.name for found in several):
            lines = [line for found in several if found.name == name for line in found.lines]
            yield Case((tensors[name],), tuple(dict.fromkeys(lines)), True)
    for curved in derivation.gauss_newton:
        yield Case((tensors[curved.name],), curved.jacobian.lines, True)
        yield Case((tensors[curved.output],), curved.curvature.lines, True)
        known = (*curved.jacobian.lines, *curved.curvature.lines, curved.result)
        yield Case((tensors[curved.name],), (curved.whole,), True, known)


def _case_holds(case: Case, derivation: Derivation, setting: Setting) -> Attempt:
    network = derivation.network
    passes = [network.equations[n] for n in network.order]
    own = {e.left.tensor for e in network.equations}
    below = (line for line in derivation.general or derivation.backward if not is_given(line))
    passes += [line.scalar for line in below if line.tensor not in own]
    passes = [e for e in passes if e.left.tensor not in case.moved]
    changes = [line.scalar for line in (*case.known, *case.lines)]
    names = Names.of(*sides(passes), *sides(changes), *lefts(derivation.backward))
    for tensor in case.moved:
        names.tensor(tensor)
        names.tensor(dot(tensor))
    ordered = changes if case.seeded else _in_order(changes, passes)
    definitions = by_definition(passes)

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = setting.world(names, random)
        start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
        state = replace(evaluate_equations(ordered, evaluate_equations(passes, start)), equations=definitions)
        if not finite(state, (line.tensor for line in case.lines)):
            return None
        moves = case.moves(state, random)
        points = _Points(passes, start, moves)
        found = [_by_difference(case, line, points, state, random, count) for line in case.lines]
        steps = [finding for line in (*case.known, *case.lines) for finding in _steps_hold(line, state)]
        sure = [finding for finding in found if finding is not None]
        return None if len(sure) < len(found) else usable([*sure, *steps])

    return attempt


def _in_order(changes: Sequence[Equation], passes: Sequence[Equation]) -> list[Equation]:
    """The changes in the order in which what changes is worked out."""
    place = {key_of(e.left.tensor): n for n, e in enumerate(passes)}
    return sorted(changes, key=lambda e: place[(e.left.tensor.name, e.left.tensor.cost[:-1])])


class _Points:
    """Both passes at points along a direction, each worked out once, with the brackets that were met there."""

    def __init__(self, passes: Sequence[Equation], start: World, moves: dict[Key, Array]) -> None:
        self.passes, self.start, self.moves = passes, start, moves
        self.known: dict[float, tuple[World, Watch]] = {}

    def at(self, step: float, watched: World) -> World:
        if step not in self.known:
            there, watch = self.start.with_arrays(
                {k: self.start.real(k) + step * move for k, move in self.moves.items()}
            ).watched()
            self.known[step] = evaluate_equations(self.passes, there), watch
        found, watch = self.known[step]
        if watched.watch is not None:
            watched.watch.decisions.extend(watch.decisions)
        return found


def _by_difference(case: Case, line: Line, points: _Points, state: World, random: Random, count: int) -> Finding | None:
    """A random combination of a line's entries against the difference of the same one of its quantity's."""
    tensor = line.tensor
    of = tensor.name, tensor.cost[:-1]
    change = case.change(line, state, points.moves)
    weight = random.normal(size=change.shape)
    heavy = float(np.abs(weight).sum())
    floor = heavy * max((_cancelled(e, state) for e in points.passes if key_of(e.left.tensor) == of), default=0.0)
    slope = directional(_weighted(of, weight, points, floor), state, count)
    if slope is None:
        return None
    said = "it is not the change of its quantity by differences"
    found = Scaled.of(weight * change)
    here = heavy * _cancelled(line.scalar, state)
    apart = slope.apart(Scaled(found.value, max(found.magnitude, here)))
    return Finding("tangent", called(line.tensor), said, apart, state.sizes)


def _cancelled(equation: Equation, state: World) -> float:
    """The size of an equation's summands, where all but rounding cancels: the slope of Σ softmax is 0 only so. What
    rests on that is a product of rounding: it is compared with numbers of size 1, as those drawn are."""
    size = np.max(np.abs(state.real(key_of(equation.left.tensor))), initial=0.0)
    if size > ROUNDING:
        return 0.0
    found = Magnitude(equation.right, equation.letters, state).value()
    return max(found, 1.0) if size < NOTHING else found


def _weighted(of: Key, weight: Array, points: _Points, floor: float) -> Callable[[float, World], Scaled]:
    def total(step: float, watched: World) -> Scaled:
        found = Scaled.of(weight * points.at(step, watched).real(of))
        return Scaled(found.value, max(found.magnitude, floor))

    return total


def _steps_hold(line: Line, state: World) -> Iterator[Finding]:
    """Each step of a line against its last; none for a line of ∂'s at a point on a kink."""
    letters = line.scalar.letters
    held, _ = held_at(line.left, letters, state)
    last = np.where(held, evaluate(line.steps[-1].right, letters, state), 0.0)
    for step in line.steps[:-1]:
        watched, watch = state.watched()
        value = np.where(held, evaluate(step.right, letters, watched), 0.0)
        if step.rule != "chain" or watch.margin >= ON_A_KINK:
            apart = distance(value, last, Magnitude(step.right, letters, state))
            yield Finding("step", called(line.tensor), f"its step '{step.rule}' is not its last", apart, state.sizes)
