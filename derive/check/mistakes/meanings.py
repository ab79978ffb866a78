"""What the names and the parts of a wrong claim mean: quantities, functions, error signals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from derive.check.derivatives import is_mark, with_fractions
from derive.check.entries import Reading
from derive.check.evaluate import Evaluator
from derive.check.forms import Function, Quantity
from derive.check.judge import Judge
from derive.check.products import function_of
from derive.check.surgery import all_nodes, with_children
from derive.check.symbols import Symbols
from derive.notation.expression import Tensor
from derive.syntax.tree import Fraction, Name, Node, Times, children


@dataclass(frozen=True, eq=False)
class Meanings:
    """left = right, in one reading."""

    judge: Judge
    left: Node
    right: Node
    reading: Reading
    _units: dict[Node, tuple[tuple[int, int], ...]] = field(default_factory=dict, repr=False)

    @property
    def symbols(self) -> Symbols:
        return self.judge.symbols

    @cached_property
    def evaluator(self) -> Evaluator:
        return self.judge.evaluator(0, self.reading)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        return (*all_nodes(self.left), *all_nodes(self.right))

    def quantity(self, node: Node) -> Quantity | None:
        """What a name stands for, if it is a quantity of the problem."""
        if not isinstance(node, Name):
            return None
        return next((m for m in self.symbols.meanings(node) if isinstance(m, Quantity)), None)

    def function(self, node: Node) -> Function | None:
        return function_of(self.evaluator, node) if isinstance(node, Name) else None

    def printed(self, tensor: Tensor) -> Name | None:
        """A quantity's name as the problem prints it."""
        return self.symbols.printed(tensor)

    def units(self, node: Times) -> tuple[tuple[int, int], ...]:
        """Where the factors of a product begin and end: a function goes with its argument, ∂ with what follows."""
        if node not in self._units:
            self._units[node] = tuple(self._spans(node))
        return self._units[node]

    def _spans(self, node: Times) -> Iterator[tuple[int, int]]:
        start = 0
        while start < len(node.factors):
            stop = start + 1
            while stop < len(node.factors) and self._takes_next(node, stop - 1, start):
                stop += 1
            yield start, stop
            start = stop

    def _takes_next(self, node: Times, n: int, start: int) -> bool:
        """Whether a factor belongs to the one before it: σ (z), ∂ E / ∂ x."""
        factor, join = node.factors[n], node.joins[n]
        opened = is_mark(self.evaluator, node.factors[start])
        if join == "/":
            return opened and n == start + 1 and is_mark(self.evaluator, node.factors[n + 1])
        if join:
            return False
        if is_mark(self.evaluator, factor) or (isinstance(factor, Name) and factor.base == "nabla"):
            return True
        return self.function(factor) is not None

    def signal(self, node: Node) -> Name | None:
        """x of an error signal that is written ∂E/∂x, ∇_x E or dx."""
        if isinstance(node, Fraction):
            return self._of_slope(node.top, node.bottom)
        if not isinstance(node, Times) or len(node.factors) != 2 or node.joins[0]:
            return None
        head, last = node.factors
        if isinstance(head, Name) and head.base == "nabla" and len(head.subs) == 1:
            return head.subs[0] if isinstance(head.subs[0], Name) else None
        is_d = isinstance(head, Name) and head.base == "d" and is_mark(self.evaluator, head)
        return last if is_d and isinstance(last, Name) and self.quantity(last) else None

    def _of_slope(self, top: Node, bottom: Node) -> Name | None:
        above, below = self.after_mark(top), self.after_mark(bottom)
        return below if below is not None and above is not None and self.is_cost(above) else None

    def after_mark(self, node: Node) -> Name | None:
        """x of ∂ x."""
        if isinstance(node, Times) and len(node.factors) == 2 and is_mark(self.evaluator, node.factors[0]):
            return node.factors[1] if isinstance(node.factors[1], Name) else None
        return None

    def is_cost(self, name: Name) -> bool:
        meaning = self.quantity(name)
        own = meaning is not None and not meaning.bar and meaning.tensor.name == self.symbols.derivation.cost
        return own or self.symbols.is_cost_letter(name)


def with_slopes(scene: Meanings, node: Node) -> Node:
    """The formula with each ∂E/∂x that is written with a slash as one node, a fraction; its LaTeX stays."""
    after = tuple(with_slopes(scene, child) for child in children(node))
    if any(a is not b for a, b in zip(after, children(node), strict=True)):
        node = replace(with_children(node, after), tex=node.tex)
    if not isinstance(node, Times) or "/" not in node.joins:
        return node
    joined = with_fractions(node)
    if joined is node:
        return node
    factors = tuple(_sliced(node, f) if isinstance(f, Fraction) and f.tex == "" else f for f in joined.factors)
    return factors[0] if len(factors) == 1 else replace(node, factors=factors, joins=joined.joins)


def _sliced(whole: Times, slope: Fraction) -> Fraction:
    """The fraction with the LaTeX from which it was read."""
    first, last = slope.top, slope.bottom
    assert isinstance(first, Times) and isinstance(last, Times)
    start, end = first.factors[0].at, last.factors[-1].at + len(last.factors[-1].tex)
    return replace(slope, tex=whole.tex[start - whole.at : end - whole.at], at=start)
