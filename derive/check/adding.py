"""Bars that an answer adds up: dx = …, later dx += …; each line is one contribution, or several; none may be left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from derive.check.setting import Setting
from derive.check.values import Array
from derive.derivation import Derivation, Line
from derive.notation.expression import Expr, Tensor
from derive.referee.evaluate import evaluate
from derive.render.terminal import text
from derive.selfcheck.lines import is_given
from derive.typeset.document import scribe_for
from derive.typeset.scalar import expression

MOST = 8
"""Contributions of which every choice is tried."""


class Adding:
    """What is still to be added to each bar."""

    def __init__(self, derivation: Derivation) -> None:
        self._derivation, self._lines = derivation, derivation.backward
        self._left: dict[Tensor, list[int]] = {}

    def takes(self, tensor: Tensor, arrays: Sequence[Array], points: Sequence[Setting]) -> bool:
        """Whether numbers are some of the contributions that are left; from now on these are taken."""
        line = self._line(tensor)
        if line is None:
            return False
        terms = line.steps[0].right.terms
        left = self._left.setdefault(tensor, list(range(len(terms))))
        values = [[_value(line, n, point) for point in points] for n in left[:MOST]]
        for count in range(1, len(values) + 1):
            for chosen in combinations(range(len(values)), count):
                if all(_equal([values[n][p] for n in chosen], arrays[p]) for p in range(len(points))):
                    self._left[tensor] = [n for place, n in enumerate(left) if place not in chosen]
                    return True
        return False

    def knows(self, tensor: Tensor) -> bool:
        """Whether a bar is one sum, the same at all of its positions."""
        return self._line(tensor) is not None

    def goals(self, tensor: Tensor, points: Sequence[Setting]) -> list[list[Array]]:
        """The numbers of each contribution that nobody has added, and of all of these together, at every point."""
        line = self._line(tensor)
        if line is None:
            return []
        left = self._left.get(tensor, list(range(len(line.steps[0].right.terms))))[:MOST]
        values = [[_value(line, n, point) for point in points] for n in left]
        total = [np.sum(parts, axis=0) for parts in zip(*values, strict=True)]
        return [*values, total] if len(values) > 1 else values

    def left(self, tensor: Tensor) -> tuple[str, ...]:
        """The contributions to a bar that nobody has added, as a terminal prints them; none where none was added."""
        line = self._line(tensor)
        if line is None or tensor not in self._left:
            return ()
        scribe = scribe_for(self._derivation).binding(line.scalar.letters)
        terms = [line.steps[0].right.terms[n] for n in self._left[tensor]]
        return tuple(text(expression(Expr((term,)), scribe).box) for term in terms)

    def _line(self, tensor: Tensor) -> Line | None:
        own = [line for line in self._lines if line.tensor == tensor and not is_given(line)]
        return own[0] if len(own) == 1 else None


def _value(line: Line, term: int, point: Setting) -> Array:
    """One contribution over the axes of the bar."""
    right = Expr((line.steps[0].right.terms[term],))
    return evaluate(right, line.scalar.letters, point.world)


def _equal(parts: Sequence[Array], whole: Array) -> bool:
    total = np.sum(parts, axis=0)
    return bool(total.shape == whole.shape and np.allclose(total, whole, rtol=1e-8, atol=1e-10))
