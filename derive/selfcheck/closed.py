"""Each closed form, and each solution of a recurrence, against the numbers that both passes give."""

from __future__ import annotations

from collections.abc import Sequence

from derive.backward import outputs
from derive.derivation import Derivation, Line
from derive.notation.expression import bar, of
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, held_at
from derive.referee.sample import Names, Random, draw_arrays, style_of
from derive.referee.world import World
from derive.selfcheck.finding import Attempt, Finding, Magnitude, Setting, called, distance, tried
from derive.selfcheck.lines import finite, is_given, lefts, sides


def closed_hold(derivation: Derivation, setting: Setting) -> Sequence[Finding]:
    """One forward and backward pass in numbers, and every closed form and solution beside it."""
    if not (derivation.closed or derivation.solved):
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
        found = [_compared(line, state, "its closed form is not its bar") for line in derivation.closed]
        return found + [_compared(line, state, "it does not solve its recurrence") for line in derivation.solved]

    return attempt


def _compared(line: Line, state: World, what: str) -> Finding:
    """The line beside its quantity, where the line gives it."""
    right, letters = line.scalar.right, line.scalar.letters
    held, _ = held_at(line.left, letters, state)
    found, own = (evaluate(side, letters, state) for side in (right, of(line.left)))
    apart = distance(found[held], own[held], Magnitude(right, letters, state))
    return Finding("closed", called(line.tensor), what, apart, state.sizes)
