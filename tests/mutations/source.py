"""The lines of every problem's derivation, and points at which all that they read has numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import get_args

from derive.backward import outputs
from derive.declare.load import load
from derive.declare.network import Network
from derive.derivation import Derivation, Line
from derive.errors import DeriveError
from derive.graph import facts_of
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor, bar
from derive.notation.matrix import MatrixEquation
from derive.notation.rewrite import length
from derive.pipeline import derive_network
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import TRIES, Names, draw_arrays, generator, style_of
from derive.referee.world import World
from derive.selfcheck import LARGEST
from derive.selfcheck.finding import Setting
from derive.selfcheck.lines import by_definition, finite, is_given, lefts, sides, through, without_bar
from derive.typeset.names import Names as Printed
from derive.typeset.scribe import Scribe
from derive.typeset.style import Notation, Product, Style
from tests.mutations.claim import Claim, Vectors, entry_claim
from tests.mutations.numbers import compared
from tests.problem_files import NETWORKS

PROBLEMS = NETWORKS
NOTATIONS: tuple[Notation, ...] = get_args(Notation)
PRODUCTS: tuple[Product, ...] = get_args(Product)
POINTS = 4
LONGEST = 45
"""Symbols in a line: nobody writes a closed form of 2,000 symbols by hand."""


@dataclass(frozen=True)
class Source:
    """One line: its claim, what rule it comes from, and further right sides that are equal."""

    claim: Claim
    rule: str
    line: Line


@dataclass(frozen=True, eq=False)
class Problem:
    """A derivation of every bar that there is."""

    name: str
    derivation: Derivation

    @property
    def network(self) -> Network:
        return self.derivation.network

    @cached_property
    def lines(self) -> tuple[Source, ...]:
        """Every line that numbers show to hold; those without a right side (given from upstream) left out."""
        derivation = self.derivation
        every = [*derivation.forward, *derivation.backward, *derivation.closed]
        found = (source for line in every if not is_given(line) for source in _of_line(line))
        return tuple(s for s in found if compared(s.claim, self.worlds) == "equal")

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """Points at which forward and backward pass have values."""
        return tuple(_worlds(self.derivation))

    @cached_property
    def defining(self) -> dict[Tensor, Equation]:
        """Tensors with one equation, a letter for each axis."""
        found: dict[Tensor, list[Equation]] = {}
        for equation in self.network.equations:
            found.setdefault(equation.left.tensor, []).append(equation)
        return {tensor: own[0] for tensor, own in found.items() if len(own) == 1 and covers(own[0].left)}

    @cached_property
    def defining_vectors(self) -> dict[Tensor, MatrixEquation]:
        """The vector forms of those without labels."""
        lines = {line.tensor: line.vector for line in self.derivation.forward}
        return {t: form for t in self.defining if (form := lines.get(t)) is not None and form.left.op == "tensor"}

    @cached_property
    def bars(self) -> dict[Tensor, Tensor]:
        """A quantity -> its bar, where it has one."""
        return {without_bar(line.tensor): line.tensor for line in self.derivation.backward}

    def forward_of(self, tensor: Tensor) -> Tensor:
        """The quantity that a bar is of; a multiplier is none."""
        return self.network.tensors.get(tensor.name, tensor)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """All quantities and bars that have numbers."""
        return (*self.network.tensors.values(), *self.bars.values())

    @cache  # noqa: B019
    def scribe(self, notation: Notation, product: Product) -> Scribe:
        return Scribe(Printed(self.network, self.derivation.cost, Style(notation, product)))


def covers(left: Entry) -> bool:
    """Whether a left side is its whole tensor, a letter for each axis."""
    letters = [slot.letter for slot in left.slots]
    return len({*letters}) == len(letters) and all(
        x is not None and x.range == axis for x, axis in zip(letters, left.tensor.axes, strict=True)
    )


@cache
def problem(path: Path) -> Problem:
    """The derivation of a problem file, with closed forms where there are any."""
    network = load(path)
    names = tuple(t.name for t in network.tensors.values() if t.role not in ("constant", "class"))
    derivation = derive_network(network, names)
    return Problem(path.stem, replace(derivation, closed=tuple(_closed(network, names))))


def _closed(network: Network, names: tuple[str, ...]) -> Iterator[Line]:
    """The closed forms of the names that the file asks for; a recurrence has none, long ones are left out."""
    for name in network.want or names:
        try:
            lines = derive_network(network, (name,), closed=(name,)).closed
        except DeriveError:
            continue
        yield from (line for line in lines if length(line.scalar.right) <= LONGEST)


def _of_line(line: Line) -> Iterator[Source]:
    for step in line.steps:
        if length(step.right) <= LONGEST and step.rule != "solved":
            yield Source(entry_claim(line.left, step.right), step.rule, line)
    if line.vector is not None and length(line.scalar.right) <= LONGEST:
        left = line.vector.left
        entry = left.data if left.op == "labelled" and isinstance(left.data, Entry) else None
        yield Source(Vectors(left, line.vector.right, entry), "vector", line)


def _worlds(derivation: Derivation) -> Iterator[World]:
    network = derivation.network
    equations = [network.equations[n] for n in network.order]
    backward = [line.scalar for line in derivation.backward if not is_given(line)]
    names = Names.of(*sides(equations), *sides(backward), *lefts(derivation.backward))
    for tensor in network.tensors.values():
        names.tensor(tensor)
    for tensor in () if network.cost else outputs(network):
        names.tensor(bar(tensor, derivation.cost))
    fixed = {n: size.number for n, size in network.sizes.items() if size.number is not None and size.number <= LARGEST}
    setting = Setting(fixed, tuple(network.functions), derivation.cost, 0, facts=facts_of(network))
    definitions = by_definition(through(derivation))
    found = 0
    for count in range(TRIES):
        random = generator("mutations", network.title, count)
        start = setting.world(names, random)
        start = start.with_arrays(draw_arrays(names.tensors, start, random, style_of(count)))
        state = evaluate_equations(backward, evaluate_equations(equations, start))
        if finite(state, (line.tensor for line in derivation.backward)):
            yield replace(state, equations=definitions)
            found += 1
        if found == POINTS:
            return
