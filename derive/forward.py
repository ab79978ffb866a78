"""The forward pass: one line for each equation, in the order of the file; and the letters that lines are written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from derive.declare.network import Condition, Network
from derive.derivation import Line, Lines, Step
from derive.graph import Graph, Written
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Index
from derive.notation.matrix import MatrixEquation
from derive.notation.pattern import Pattern
from derive.notation.renaming import Renaming
from derive.vectorise import vectorised

if TYPE_CHECKING:
    from derive.operators.known import Known

POOL = "ijklmnpqrabcdefghuvwxyz"
"""Letters for axes that nobody named, in the order in which people take them."""


def forward(graph: Graph, implicit: Mapping[str, Condition] = MappingProxyType({})) -> Lines:
    """y_i = x_i + Σ_j w_ij h_j, as the user wrote it, in index form, and its vector form."""
    if graph.known is not None and not implicit:
        return Lines(tuple(partial(_known_line, w, graph.known) for w in graph.written))
    templates: dict[str, tuple[Pattern, MatrixEquation | None]] = {}
    if not implicit:
        return Lines(tuple(partial(_line, w, templates) for w in graph.written))
    from derive.vectorise.sides import conditioned

    alone = {name: met for name, met in implicit.items() if len(graph.around.get(met.right.left.tensor, ())) < 2}
    return Lines(
        tuple(partial(conditioned, partial(_line, w, templates), implicit, alone, graph.known) for w in graph.written)
    )


def _known_line(written: Written, known: Known) -> Line:
    """The line with what is known put to use."""
    from derive.vectorise.known import with_facts

    equation = written.equation
    line = Line(equation.left, (Step("definition", equation.right),), place=equation.place)
    return with_facts(line.with_vector(vectorised), known)


def _line(written: Written, templates: dict[str, tuple[Pattern, MatrixEquation | None]]) -> Line:
    equation, pattern = written.equation, written.pattern
    line = Line(equation.left, (Step("definition", equation.right),), place=equation.place)
    met = templates.get(pattern.text)
    if met is None:
        made = line.with_vector(vectorised)
        templates[pattern.text] = pattern, made.vector
        return made
    letters = dict(zip(met[0].letters, pattern.letters, strict=True))  # labels that are free in the vector form too
    vector = met[1] and Renaming(met[0], pattern, letters).matrix_equation(met[1])
    return Line(line.left, line.steps, vector, line.place)


class Letters:
    """Letters for the bar of each tensor: those of its own equation, else those of its axes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.own: dict[str, list[Entry]] = {}
        for equation in network.equations:
            self.own.setdefault(equation.left.tensor.name, []).append(equation.left)

    def of(self, tensor: Tensor) -> tuple[Index, ...]:
        """A letter of its own for each axis of the tensor, all of different names."""
        names: list[str] = []
        for position in range(len(tensor.axes)):
            names.append(next(x for x in self.candidates(tensor, position) if x not in names))
        return tuple(Index(name, axis) for name, axis in zip(names, tensor.axes, strict=True))

    def candidates(self, tensor: Tensor, position: int) -> Iterator[str]:
        """Names that a letter of an axis may have, the best first."""
        letters = (own.slots[position].letter for own in self.own.get(tensor.name, ()))
        yield from (letter.name for letter in letters if letter is not None)
        if position in tensor.labels:
            ends = self.network.letters.items()
            yield from (x for x, axis in ends if x in self.network.labels and axis.hi == tensor.axes[position].hi)
        yield from (name for name, axis in self.network.letters.items() if axis == tensor.axes[position])
        yield from (x for x in POOL if x not in self.network.letters and x not in self.network.tensors)
        yield from (f"i{n}" for n in range(1, 100))
