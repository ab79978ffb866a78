"""Each equation alone: ⟨T̄, dT⟩ = Σ_R ⟨its contribution to R̄, dR⟩, dT by central differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from derive.backward.contributions import Contribution, contributions
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Power, Tensor, Term, of, upstream
from derive.notation.pattern import pattern
from derive.referee.differences import Scaled, directional
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.sample import TRIES, Names, Random, draw_array, draw_arrays, style_of
from derive.referee.world import World, key_of
from derive.selfcheck.finding import ROUNDING, Attempt, Finding, Setting, called, tried

DIRECTIONS = 8
"""Tensor by tensor up to this many, so that a failure names one; beyond, several move at once, in linear work."""


def contributions_hold(equations: Iterable[Equation], setting: Setting) -> Iterator[Finding]:
    met: set[str] = set()
    for equation in equations:
        text = pattern(equation).text
        if text not in met:
            met.add(text)
            found = contributions(equation, setting.cost)
            yield from tried("contribution", called(equation.left.tensor), setting, _alone(equation, found, setting))


def _alone(equation: Equation, found: Sequence[Contribution], setting: Setting) -> Attempt:
    """⟨T̄, dT⟩ along a direction of each tensor that the equation reads, against that tensor's contribution."""
    above = upstream(equation.left.tensor, setting.cost)
    met = dict.fromkeys([*reads(equation.right), *(c.tensor for c in found)])
    read = [t for t in met if t.role not in ("class", "constant")]
    groups = [read[n::DIRECTIONS] for n in range(min(DIRECTIONS, len(read)))]
    names = Names.of(of(equation.left), equation.right, *(c.right for c in found))

    def attempt(random: Random, count: int) -> list[Finding] | None:
        # what is found holds beside the facts, too: t in {0, 1} may lie on a kink for ever
        world = (setting if count < TRIES // 2 else replace(setting, facts=())).world(names, random)
        drawn = draw_arrays((t for t in names.tensors if t != above), world, random, style_of(count))
        error = draw_array(above, world, random)
        world = world.with_arrays({**drawn, key_of(above): error})
        here = evaluate_equations([equation], world)
        results = [_one_direction(equation, group, found, here, setting, random, count) for group in groups]
        return None if any(r is None for r in results) else [r for r in results if r is not None]

    return attempt


def _one_direction(
    equation: Equation,
    group: Sequence[Tensor],
    found: Sequence[Contribution],
    world: World,
    setting: Setting,
    random: Random,
    count: int,
) -> Finding | None:
    """One direction of all tensors of a group."""
    moves = {key_of(t): draw_array(t, world, random) for t in group}
    above = Entry(upstream(equation.left.tensor, setting.cost), equation.left.slots)
    weighted = Expr((Term(1, (), (above, Power(equation.right))),))

    def moved(step: float, watched: World) -> Scaled:
        there = watched.with_arrays({key: watched.real(key) + step * move for key, move in moves.items()})
        return Scaled.of(evaluate(weighted, equation.letters, there))

    slope = directional(moved, world, count)
    given = [evaluate(c.right, c.letters, world) * moves[key_of(c.tensor)] for c in found if c.tensor in group]
    if slope is None or not all(np.all(np.isfinite(g)) for g in given):
        return None
    scaled = Scaled.of(*given)
    # what is 0 at every step (sum(s) of as many 1 as −1) is told from rounding by the size of the numbers drawn
    apart = slope.apart(replace(scaled, magnitude=max(scaled.magnitude, ROUNDING)))
    what = f"its contribution to the bar of {' or '.join(map(called, group))} is not its directional difference"
    return Finding("contribution", called(equation.left.tensor), what, apart, world.sizes)
