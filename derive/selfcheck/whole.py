"""The whole network: dE = Σ_T ⟨T̄, dT⟩ along a random direction of every quantity that has a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from derive.backward import outputs
from derive.derivation import Derivation
from derive.notation.equation import Equation
from derive.notation.expression import bar
from derive.referee.differences import Scaled, directional
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import TRIES, Names, Random, draw_array, draw_arrays, style_of
from derive.referee.world import World, key_of
from derive.selfcheck.finding import Attempt, Finding, Setting
from derive.selfcheck.lines import (
    by_definition,
    by_read_of,
    finite,
    forward_hold,
    is_given,
    lefts,
    lines_hold,
    moved_by,
    sides,
    through,
    usable,
    without_bar,
)


def whole_holds(derivation: Derivation, setting: Setting) -> Attempt:
    network = derivation.network
    equations = [network.equations[n] for n in network.order]
    backward = [line for line in derivation.backward if not is_given(line)]
    names = Names.of(*sides(equations), *sides([line.scalar for line in backward]), *lefts(derivation.backward))
    for line in derivation.backward:
        names.tensor(without_bar(line.tensor))
    for tensor in () if network.cost else outputs(network):
        names.tensor(bar(tensor, derivation.cost))
    index, definitions = by_read_of(derivation, equations), by_definition(through(derivation))

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = setting.world(names, random)
        start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
        forward = evaluate_equations(equations, start)
        state = replace(evaluate_equations([line.scalar for line in backward], forward), equations=definitions)
        if not finite(state, (line.tensor for line in derivation.backward)):
            return None
        if not derivation.backward:
            return usable(list(forward_hold(derivation.forward, state) if network.facts else ()))
        slope = _difference_of_cost(derivation, equations, state, random, count)
        known = forward_hold(derivation.forward, state) if network.facts else ()
        return None if slope is None else usable([slope, *lines_hold(backward, index, state, setting), *known])

    return attempt


def _difference_of_cost(
    derivation: Derivation, equations: Sequence[Equation], state: World, random: Random, count: int
) -> Finding | None:
    """dE along a random direction of all quantities that have a line, hidden ones moved on top of their equations."""
    bars = moved_by(derivation)
    tensors, little = [line.tensor for line in derivation.backward if key_of(line.tensor) in bars], len(bars) ** -0.5
    moves = {bars[key_of(t)]: little * draw_array(t, state, random) for t in tensors}
    hidden = {key_of(e.left.tensor) for e in equations}
    if count >= TRIES // 2:
        # An entry that is 0 whatever the inputs are may lie on a kink for ever: then inputs and parameters alone move.
        # So may one that facts keep at 0 or 1.
        still = {key_of(t) for fact in derivation.network.facts if fact.kind == "among" for t in fact.tensors}
        moves = {k: m for k, m in moves.items() if k not in hidden and k not in still}
    starts = outputs(derivation.network)
    given = derivation.network.cost is None
    weights = [state.real(key_of(bar(t, derivation.cost))) if given else np.ones(()) for t in starts]

    def moved(step: float, watched: World) -> Scaled:
        there = {k: watched.real(k) + step * m for k, m in moves.items() if k not in hidden}
        later = {k: step * m for k, m in moves.items() if k in hidden}
        after = evaluate_equations(equations, watched.with_arrays(there), later)
        return Scaled.of(*(w * after.real(key_of(t)) for w, t in zip(weights, starts, strict=True)))

    slope = directional(moved, state, count)
    if slope is None:
        return None
    products = [state.real(b) * moves[k] for b, k in bars.items() if k in moves]
    what = "the bars do not give the cost's change along a random direction"
    return Finding("whole", "the whole network", what, slope.apart(Scaled.of(*products)), state.sizes)
