"""Each line of a large network in its own surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.backward.contributions import Contribution
from derive.derivation import Derivation, Line
from derive.notation.equation import Equation
from derive.notation.expression import Expr
from derive.notation.pattern import pattern
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.sample import Names, Random, draw_arrays, style_of
from derive.referee.world import key_of
from derive.selfcheck.finding import Attempt, Finding, Setting, called, tried
from derive.selfcheck.lines import (
    by_definition,
    by_read_of,
    contributions_to,
    finite,
    is_given,
    lines_hold,
    sides,
    through,
    usable,
    without_bar,
)


def surroundings_hold(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    """Each line of a pattern once, where the quantities near it have their own values and those farther away any."""
    near = Near(derivation, setting)
    met: set[str] = set()
    for line in derivation.backward:
        if not is_given(line):
            text = near.text(line)
            if text not in met:
                met.add(text)
                yield from tried("step", called(line.tensor), setting, near.attempt(line))


class Near:
    """The equations and lines near a line, in an order of evaluation."""

    def __init__(self, derivation: Derivation, setting: Setting) -> None:
        equations = [derivation.network.equations[n] for n in derivation.network.order]
        lines = [line.scalar for line in derivation.backward if not is_given(line)]
        self.setting = setting
        self.readers = by_read_of(derivation, derivation.network.equations)
        self.places = {id(e): n for n, e in enumerate([*equations, *lines])}
        self.definitions = by_definition([*equations, *lines])
        self.folded = len(derivation.folded)
        self.through = by_definition(through(derivation))
        self.known: dict[int, tuple[Contribution, ...]] = {}

    def text(self, line: Line) -> str:
        """All steps of the line and the equations that read its tensor, with their names numbered."""
        steps = Expr(tuple(term for step in line.steps for term in step.right.terms))
        counts = " ".join(f"{step.rule}{len(step.right.terms)}" for step in line.steps)
        readers = self.readers.get(without_bar(line.tensor), ())
        return " | ".join([counts, pattern(Equation(line.left, steps)).text, *(pattern(e).text for e in readers)])

    def around(self, line: Line) -> list[Equation]:
        """The definitions of what the line's steps and its contributions read, of what these read, and so on."""
        rules = {step.rule for step in line.steps}
        depth = len(self.places) if "closed" in rules else 3 + self.folded if "folded" in rules else 3
        parts = contributions_to(line, self.readers.get(without_bar(line.tensor), ()), self.setting, self.known)
        rights = [*(step.right for step in line.steps), *(c.right for c in parts)]
        waiting = [line.tensor, *(t for right in rights for t in reads(right))]
        chosen = {id(e): e for e in self.readers.get(without_bar(line.tensor), ())}
        waiting.extend(t for e in chosen.values() for t in reads(e.right))
        for _ in range(depth):
            if not waiting:
                break
            found = [e for t in waiting for e in self.definitions.get(key_of(t), ()) if id(e) not in chosen]
            chosen.update((id(e), e) for e in found)
            waiting = [t for e in found for t in reads(e.right)]
        return sorted(chosen.values(), key=lambda e: self.places[id(e)])

    def attempt(self, line: Line) -> Attempt:
        equations = self.around(line)
        parts = contributions_to(line, self.readers.get(without_bar(line.tensor), ()), self.setting, self.known)
        names = Names.of(*sides(equations), *(s.right for s in line.steps), *(c.right for c in parts))

        def at(random: Random, count: int) -> list[Finding] | None:
            world = self.setting.world(names, random)
            start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
            state = replace(evaluate_equations(equations, start), equations=self.through)
            if not finite(state, [line.tensor]):
                return None
            return usable(list(lines_hold([line], self.readers, state, self.setting)))

        return at
