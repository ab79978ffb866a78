"""Each vector line against its scalar line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from derive.derivation import Line
from derive.notation.equation import Equation
from derive.notation.expression import Entry, of
from derive.notation.matrix import MatrixEquation
from derive.notation.pattern import pattern
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.evaluate_matrix import ShapeError, evaluate_matrix
from derive.referee.sample import Names, Random, draw_arrays, style_of
from derive.referee.world import key_of
from derive.selfcheck.finding import Attempt, Finding, Magnitude, Setting, called, distance, tried


def vectors_hold(lines: Iterable[Line], setting: Setting) -> Iterator[Finding]:
    met: set[str] = set()
    for line in lines:
        if line.vector is not None:
            text = f"{pattern(line.scalar).text} {_outline(line.vector)}"
            if text not in met:
                met.add(text)
                yield from tried("vector", called(line.tensor), setting, _both_forms(line.scalar, line.vector, setting))


def _outline(vector: MatrixEquation) -> str:
    """The vector line with its names numbered as they occur."""
    numbers: dict[str, int] = {}
    waiting, words = [vector.right, vector.left], []
    while waiting:
        matrix = waiting.pop()
        data = matrix.data
        name = repr(data.tensor if isinstance(data, Entry) else data)
        words.append(f"{matrix.op}{numbers.setdefault(name, len(numbers))}({len(matrix.args)})")
        waiting.extend(matrix.args)
    return " ".join(words)


def _both_forms(scalar: Equation, vector: MatrixEquation, setting: Setting) -> Attempt:
    names = Names.of(of(scalar.left), scalar.right)
    name = called(scalar.left.tensor)

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = setting.world(names, random)
        world = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(count)))
        here = evaluate_equations([scalar], world)
        own = here.real(key_of(scalar.left.tensor))
        if not np.all(np.isfinite(own)):
            return None
        try:
            size = Magnitude(scalar.right, scalar.letters, here)
            apart = distance(own, evaluate_matrix(vector.right, here), size)
            what = "its vector form is not its scalar form"
        except (ShapeError, KeyError, ValueError) as error:
            apart, what = np.inf, f"its vector form cannot be worked out: {error}"
        return [Finding("vector", name, what, apart, world.sizes)]

    return attempt
