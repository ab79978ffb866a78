"""Expressions of arrays as trees: which operation comes first, of which shapes. A vector is a column, n × 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from derive.analyse.cost.polynomials import ONE, ZERO, text
from derive.analyse.cost.polynomials import product as multiplied
from derive.notation.index import Slot

Operation: TypeAlias = Literal["leaf", "number", "@", "*", "+", "-"]


@dataclass(frozen=True, slots=True)
class Part:
    """A named array (maybe transposed), a number, or an operation on two parts."""

    op: Operation
    rows: Slot
    columns: Slot
    args: tuple[Part, ...] = ()
    name: str = ""
    turned: bool = False
    value: int = 0

    @property
    def size(self) -> Slot:
        """How many numbers it holds."""
        return self.rows * self.columns

    @property
    def shape(self) -> str:
        return f"{text(self.rows)} × {text(self.columns)}"

    @property
    def is_scalar(self) -> bool:
        return self.rows == ONE and self.columns == ONE

    def operations(self) -> Iterator[Part]:
        """Every operation, in the order in which they are done, each once."""
        yield from dict.fromkeys(self._operations())

    def _operations(self) -> Iterator[Part]:
        for part in self.args:
            yield from part._operations()
        if self.args:
            yield self

    def leaves(self) -> Iterator[Part]:
        """The named arrays, as they are read."""
        if self.op == "leaf":
            yield self
        for part in self.args:
            yield from part.leaves()

    @property
    def multiplications(self) -> Slot:
        """Of this operation alone: a × b by b × c takes abc."""
        left, right = self.args
        if self.op == "@":
            return multiplied((left.rows, left.columns, right.columns))
        return self.size if self.op == "*" else ZERO

    @property
    def additions(self) -> Slot:
        """Of this operation alone: a × b by b × c takes a(b − 1)c."""
        left, right = self.args
        if self.op == "@":
            return multiplied((left.rows, left.columns - 1, right.columns))
        return self.size if self.op in "+-" else ZERO


def is_symmetric(part: Part) -> bool:
    """Whether an operation is A Aᵀ, so that its entries below the diagonal need no work."""
    return part.op == "@" and not part.is_scalar and part.args[1] == transposed(part.args[0])


def leaf(name: str, rows: Slot, columns: Slot) -> Part:
    return Part("leaf", rows, columns, name=name)


def number(value: int) -> Part:
    return Part("number", ONE, ONE, value=value)


def transposed(part: Part) -> Part:
    """Aᵀ; (A B)ᵀ is Bᵀ Aᵀ, so that only names are transposed. It costs nothing."""
    if part.is_scalar:
        return part
    if part.op == "leaf":
        return Part("leaf", part.columns, part.rows, name=part.name, turned=not part.turned)
    left, right = part.args
    if part.op == "@":
        return Part("@", part.columns, part.rows, (transposed(right), transposed(left)))
    return Part(part.op, part.columns, part.rows, (transposed(left), transposed(right)))


def product(left: Part, right: Part) -> Part | None:
    """A B; None where the shapes do not fit."""
    if left.columns != right.rows:
        return None
    return Part("@", left.rows, right.columns, (left, right))


def combined(op: Operation, left: Part, right: Part) -> Part | None:
    """Entry by entry, or a number times an array."""
    same = left.rows == right.rows and left.columns == right.columns
    if not same and not (op == "*" and (left.is_scalar or right.is_scalar)):
        return None
    shaped = right if left.is_scalar else left
    return Part(op, shaped.rows, shaped.columns, (left, right))


def chain(part: Part) -> tuple[Part, ...]:
    """The factors of a product of arrays, whatever its order: v, vᵀ, y."""
    return sum(map(chain, part.args), ()) if part.op == "@" else (part,)
