"""Each closed form against the bar that the backward pass gives."""

from __future__ import annotations

from collections.abc import Sequence

from derive.backward import outputs
from derive.derivation import Derivation, Line
from derive.notation.expression import bar
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import Names, Random, draw_arrays, style_of
from derive.referee.world import World, key_of
from derive.selfcheck.finding import Attempt, Finding, Magnitude, Setting, called, distance, tried
from derive.selfcheck.lines import finite, is_given, lefts, sides


def closed_hold(derivation: Derivation, setting: Setting) -> Sequence[Finding]:
    """One forward and backward pass in numbers, and every closed form beside it."""
    if not derivation.closed:
        return ()
    return tried("closed", "the closed form", setting, _closed_holds(derivation, setting))


def _closed_holds(derivation: Derivation, setting: Setting) -> Attempt:
    network = derivation.network
    equations = [network.equations[n] for n in network.order]
    backward = [line.scalar for line in derivation.backward if not is_given(line)]
    names = Names.of(*sides(equations), *sides(backward), *lefts(derivation.backward))
    for tensor in () if network.cost else outputs(network):
        names.tensor(bar(tensor, derivation.cost))

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = setting.world(names, random)
        start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
        state = evaluate_equations(backward, evaluate_equations(equations, start))
        if not finite(state, (line.tensor for line in derivation.backward)):
            return None
        return [_compared(line, state) for line in derivation.closed]

    return attempt


def _compared(line: Line, state: World) -> Finding:
    right, letters = line.scalar.right, line.scalar.letters
    apart = distance(evaluate(right, letters, state), state.real(key_of(line.tensor)), Magnitude(right, letters, state))
    return Finding("closed", called(line.tensor), "its closed form is not its bar", apart, state.sizes)
