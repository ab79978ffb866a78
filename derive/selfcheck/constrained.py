"""Bars along constraints: dE along a random direction that keeps the constraint, by differences.

along        dE = Σ over the independent entries of bar · direction (the lower triangle of a symmetric matrix)
projected    dE = Σ over all entries, and the bar keeps the constraint itself
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from derive.backward import outputs
from derive.derivation import Constrained, Derivation
from derive.notation.expression import Tensor, bar
from derive.notation.fact import Fact
from derive.referee.differences import Scaled, directional
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import Names, Random, draw_array, draw_arrays, style_of
from derive.referee.stated import SHAPES, as_matrix, gap_of, mirrored
from derive.referee.world import Key, World, key_of
from derive.selfcheck.finding import BY_VALUE, Attempt, Finding, Setting, called, tried
from derive.selfcheck.lines import finite, is_given, lefts, sides, without_bar

INDEPENDENT: Mapping[str, Callable[[Array], Array]] = {
    "symmetric": np.tril, "definite": np.tril, "lower": np.tril, "upper": np.triu,
    "diagonal": lambda a: a * np.eye(a.shape[-1]),
}  # fmt: skip
"""The entries that are numbers of their own; 0 elsewhere."""
STEP = 1e-4


def constrained_hold(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    for found in derivation.constrained:
        yield from tried("constrained", called(found.line.tensor), setting, _holds(found, derivation, setting))


def _holds(found: Constrained, derivation: Derivation, setting: Setting) -> Attempt:
    network = derivation.network
    equations = [network.equations[n] for n in network.order]
    backward = [line.scalar for line in derivation.backward if not is_given(line)]
    names = Names.of(*sides(equations), *sides(backward), *lefts(derivation.backward), *sides([found.line.scalar]))
    for tensor in found.fact.tensors:
        names.tensor(tensor)
    starts = outputs(network)
    for tensor in () if network.cost else starts:
        names.tensor(bar(tensor, derivation.cost))

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = setting.world(names, random)
        start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
        state = evaluate_equations(backward, evaluate_equations(equations, start))
        if not finite(state, (line.tensor for line in derivation.backward)):
            return None
        value = evaluate(found.line.scalar.right, found.line.scalar.letters, state)
        moves, counted = _direction(found, state, random)
        weights = [state.real(key_of(bar(t, derivation.cost))) if network.cost is None else np.ones(()) for t in starts]

        def moved(step: float, watched: World) -> Scaled:
            there = watched.with_arrays({k: watched.real(k) + step * m for k, m in moves.items()})
            after = evaluate_equations(equations, there)
            return Scaled.of(*(w * after.real(key_of(t)) for w, t in zip(weights, starts, strict=True)))

        slope = directional(moved, state, count)
        if slope is None:
            return None
        name, what = called(found.line.tensor), "it does not give the cost's change along the constraint"
        if _is_curved(found):
            along = _within(_slopes(found.fact, without_bar(found.line.tensor), state), value)
            kept = float(np.max(np.abs(along - value), initial=0.0)) / max(
                1.0, float(np.max(np.abs(value), initial=0.0))
            )
        else:
            kept = _kept(found.fact, found.line.scalar.left.tensor.name, value, state)
        free = state.real(key_of(found.line.tensor)) if _is_curved(found) else value
        given = replace(Scaled.of(value * counted), magnitude=float(np.abs(free * counted).sum()))
        shape = Finding("constrained", name, "it does not keep the constraint itself", kept, state.sizes)
        return [Finding("constrained", name, what, slope.apart(given), state.sizes), shape]

    return attempt


def _direction(found: Constrained, state: World, random: Random) -> tuple[dict[Key, Array], Array]:
    """A direction that keeps the constraint, and what the bar is multiplied with, entry by entry."""
    fact, tensor = found.fact, without_bar(found.line.tensor)
    move = draw_array(tensor, state, random)
    if _is_curved(found):
        slopes = _slopes(fact, tensor, state)
        move = _within(slopes, move)
        return {key_of(tensor): move}, move
    if fact.kind == "equal":
        one = fact.tensors[0]
        places = [fact.letters.index(s.letter) for s in fact.left.factor.slots]  # type: ignore[union-attr]
        both = state.with_arrays({key_of(tensor): move})
        other = np.transpose(evaluate(fact.right, fact.letters, both), places)
        return {key_of(tensor): move, key_of(one): other}, move
    shaped = mirrored if fact.kind == "definite" else SHAPES[fact.kind]
    there = shaped(as_matrix(fact, move))
    counted = there if found.convention == "projected" else INDEPENDENT[fact.kind](there)
    back = (-2, -1), fact.square
    return {key_of(tensor): np.moveaxis(there, *back)}, np.moveaxis(counted, *back)


def _is_curved(found: Constrained) -> bool:
    """Whether what a fact allows is no plane through 0: then directions are those along which its gap stays 0."""
    return found.convention == "projected" and (found.fact.kind == "equal" or found.fact.kind not in INDEPENDENT)


def _slopes(fact: Fact, tensor: Tensor, state: World) -> Array:
    """The slopes of a fact's gap in all entries of a tensor, by central differences, a column for each entry."""
    at, found = state.real(key_of(tensor)), []
    for place in range(at.size):
        step = np.zeros(at.size)
        step[place] = STEP
        ends = (at + sign * step.reshape(at.shape) for sign in (1, -1))
        up, down = (gap_of(fact, state.with_arrays({key_of(tensor): end})) for end in ends)
        found.append(np.ravel(up - down) / (2 * STEP))
    return np.stack(found, -1)


def _within(slopes: Array, move: Array) -> Array:
    """The part of a direction along which nothing with these slopes changes."""
    across, *_ = np.linalg.lstsq(slopes, slopes @ move.ravel(), rcond=1e-8)
    return np.asarray(move - across.reshape(move.shape), float)


def _kept(fact: Fact, name: str, value: Array, state: World) -> float:
    """How far a bar is from keeping the constraint that it is taken along, relative to its size."""
    if fact.kind == "equal":
        return 0.0
    plain = replace(fact, kind="symmetric") if fact.kind == "definite" else fact
    gap = gap_of(plain, state.with_arrays({(name, ()): value}))
    size = float(np.max(np.abs(value), initial=0.0))
    apart = float(np.max(np.abs(gap), initial=0.0))
    return 0.0 if apart <= BY_VALUE * max(size, 1.0) else apart
