"""Which letters of an equation are labels, and what an entry is once they are taken off.

The letters that stand on label axes are labels: h_{t,j} is the vector h⁽ᵗ⁾. Only where a function takes such an axis as
a whole (softmax over s of e_{t,s}), or the left side has the letter in its rows or columns, it is a letter of rows and
columns like any other; then the tensor must have no axes but labels, and is laid out on it: e⁽ᵗ⁾, a vector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.errors import NoMatrixForm
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Tensor
from derive.notation.index import Index, Slot
from derive.notation.walk import factors, positions
from derive.operators import TABLE


@dataclass(frozen=True, slots=True)
class Labels:
    """letters: those that are labels.  across: those that run along rows or columns although they stand on a label
    axis."""

    letters: frozenset[Index] = frozenset()
    across: frozenset[Index] = frozenset()

    @staticmethod
    def of(equation: Equation) -> Labels:
        """The labels of an equation."""
        on_labels = [
            x for entry in _all_entries(equation) for n in entry.tensor.labels for x in entry.slots[n].letters()
        ]
        on_labels += [x for factor in factors(equation.right) for x in _exponent(factor)]
        if not on_labels:
            return Labels()
        left = equation.left
        run = {x for factor in factors(equation.right) for x in _run_over(factor)}
        places = [n for n in left.tensor.labels if not run & set(left.slots[n].letters())]
        run |= {x for n, slot in enumerate(left.slots) if n not in places for x in slot.letters()}
        return Labels(frozenset(on_labels) - run, frozenset(on_labels) & run)

    def taken_off(self, entry: Entry) -> Tensor:
        """The entry's tensor with those of its label axes as labels whose positions are made of labels."""
        tensor = entry.tensor
        if not self.across or not tensor.labels:
            return tensor
        kept = tuple(n for n in tensor.labels if not self.across.intersection(entry.slots[n].letters()))
        if kept == tensor.labels:
            return tensor
        if tensor.layout:
            raise NoMatrixForm
        return replace(tensor, labels=kept)

    def among(self, slot: Slot) -> list[Index]:
        """The letters of a position that are no labels, once each."""
        return [x for x in dict.fromkeys(slot.letters()) if x not in self.letters]


def _run_over(factor: Factor) -> Iterator[Index]:
    """The letters of the axes that a function takes as a whole, and of the position at which it is read."""
    if isinstance(factor, Apply) and any(a.letters for a in factor.args):
        for argument in factor.args:
            yield from argument.letters
        exponent = set(_exponent(factor))
        for slot in positions(factor):
            yield from (x for x in slot.letters() if x not in exponent)


def _exponent(factor: Factor) -> Iterator[Index]:
    """The letters of the exponent of a power of a matrix, Aᵗ: they are labels."""
    row = TABLE.get(factor.function) if isinstance(factor, Apply) else None
    if row is not None and row.exponent and isinstance(factor, Apply):
        yield from factor.slots[-1].letters()


def _all_entries(equation: Equation) -> Iterator[Entry]:
    yield from _with_inner(equation.left)
    yield from entries(equation.right)


def entries(expr: Expr) -> Iterator[Entry]:
    """Every entry that an expression reads, those inside positions too."""
    for factor in factors(expr):
        if isinstance(factor, Entry):
            yield factor
        for slot in positions(factor):
            yield from _inside(slot)


def _with_inner(entry: Entry) -> Iterator[Entry]:
    yield entry
    for slot in entry.slots:
        yield from _inside(slot)


def _inside(slot: Slot) -> Iterator[Entry]:
    for atom in slot.atoms():
        if isinstance(atom, Entry):
            yield from _with_inner(atom)
