"""Expressions in index notation: a sum of terms, each coefficient · Σ over bound letters of Π factors.

A tensor reads zero outside its axes. A bound letter carries the range of the equation that it came from. Only data
here: products that contract are in `product`, derivatives in `differential`, numbers in `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, TypeGuard

from derive.notation.index import Index, Range, Slot

Number: TypeAlias = int | Fraction
Role: TypeAlias = Literal["input", "parameter", "constant", "class", "hidden"]
Relation: TypeAlias = Literal["=", "!=", "<", "<="]

DOT, CURLY = ".", "∂"
"""Operators in the chain of a tensor's `cost` that are no cost: a tangent, and (before a name) a derivative in it."""


@dataclass(frozen=True, eq=False, slots=True)
class Tensor:
    """A declared array. `cost` is the chain of its derivative operators: () for the array itself, (E,) for its bar,
    (".",) for its tangent, (E, ".") for the tangent of its bar, ("∂w",) for its derivative in w.

    A vector is a column unless `row`. A class holds integers of the range `among` and has no bar.
    labels: the places of the axes that are labels, such as the time t of h⁽ᵗ⁾: with these taken off, what is left is
    a scalar, a vector or a matrix.  multiplier: of what a condition defines, F(y, x) = 0, the name of the condition's
    Lagrange multiplier λ.
    """

    name: str
    axes: tuple[Range, ...] = ()
    role: Role = "hidden"
    cost: tuple[str, ...] = ()
    row: bool = False
    among: Range | None = None
    labels: tuple[int, ...] = ()
    multiplier: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Tensor) and self.name == other.name and self.cost == other.cost)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def key(self) -> str:
        """A name that no other tensor of a network has: x, or x~E for its bar."""
        return "~".join((self.name, *self.cost))

    @property
    def is_bar(self) -> bool:
        """Whether it holds error signals: its last operator is a cost."""
        return bool(self.cost) and self.cost[-1] != DOT and not self.cost[-1].startswith(CURLY)

    @property
    def is_dot(self) -> bool:
        """Whether it is a tangent: the change of a tensor along a direction."""
        return bool(self.cost) and self.cost[-1] == DOT

    @property
    def layout(self) -> tuple[Range, ...]:
        """The axes that are no labels."""
        return tuple(axis for n, axis in enumerate(self.axes) if n not in self.labels)


def bar(tensor: Tensor, cost: str) -> Tensor:
    """The tensor of error signals ∂cost/∂tensor, of the tensor's own shape."""
    return Tensor(tensor.name, tensor.axes, "hidden", (*tensor.cost, cost), tensor.row, labels=tensor.labels)


def upstream(tensor: Tensor, cost: str) -> Tensor:
    """The error signal that reaches what the equation of a tensor reads: its bar, or λ where a condition defines it."""
    if not tensor.multiplier:
        return bar(tensor, cost)
    return Tensor(tensor.multiplier, tensor.axes, "hidden", (*tensor.cost, cost), tensor.row, labels=tensor.labels)


def dot(tensor: Tensor) -> Tensor:
    """The tangent of a tensor, its change along a direction, of its own shape."""
    return bar(tensor, DOT)


def derivative(tensor: Tensor, wrt: Tensor) -> Tensor:
    """∂tensor/∂wrt: the axes of the one, then those of the other."""
    labels = (*tensor.labels, *(len(tensor.axes) + n for n in wrt.labels))
    return Tensor(tensor.name, tensor.axes + wrt.axes, "hidden", (*tensor.cost, CURLY + wrt.name), labels=labels)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tensor: a slot for each axis. Zero where a slot leaves its axis."""

    tensor: Tensor
    slots: tuple[Slot, ...] = ()

    def at(self, slots: tuple[Slot, ...]) -> Entry:
        return Entry(self.tensor, slots)


@dataclass(frozen=True, slots=True)
class Lambda:
    """An argument of a function: an expression for each position of its letters (none: a scalar)."""

    letters: tuple[Index, ...]
    body: Expr


Partials: TypeAlias = tuple[tuple[int, tuple[Slot, ...]], ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function at `slots` (families, softmax) of its arguments, differentiated by `partials`.

    Each partial names an argument (from 0) and the position in it: σ″(z) has partials ((0, ()), (0, ())), ∂_i f(x) has
    ((0, (i,)),).
    """

    function: str
    args: tuple[Lambda, ...]
    slots: tuple[Slot, ...] = ()
    partials: Partials = ()


@dataclass(frozen=True, slots=True)
class Power:
    """A base to an exponent. Exponent 1 is a parenthesis: it keeps (y − s) whole."""

    base: Expr
    exponent: Number | Expr = 1


@dataclass(frozen=True, slots=True)
class Bracket:
    """Iverson's bracket: 1 where the relation holds, else 0. Both sides are positions or both are expressions."""

    relation: Relation
    left: Slot | Expr
    right: Slot | Expr


@dataclass(frozen=True, slots=True)
class Partial:
    """∂of/∂wrt, the local partial of the equation for `of`, as a chain-rule line writes it."""

    of: Entry
    wrt: Entry


Factor: TypeAlias = Entry | Apply | Power | Bracket | Partial | Slot


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · Σ_bound Π factors, the factors in the order in which a person would write them."""

    coefficient: Number = 1
    bound: tuple[Index, ...] = ()
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Expr:
    """A sum of terms; no term is the number 0. Build sums and products with `product.add` and `product.multiply`."""

    terms: tuple[Term, ...] = ()

    @property
    def number(self) -> Number | None:
        """The number that this is, if it is one."""
        if not self.terms:
            return 0
        only = self.terms[0]
        return only.coefficient if len(self.terms) == 1 and not only.factors and not only.bound else None

    @property
    def factor(self) -> Factor | None:
        """The one factor that this is, if it is nothing else."""
        if len(self.terms) == 1:
            only = self.terms[0]
            if only.coefficient == 1 and not only.bound and len(only.factors) == 1:
                return only.factors[0]
        return None


ZERO = Expr()
ONE = Expr((Term(),))


def whole(value: Number) -> Number:
    """A fraction that is an integer, as an integer."""
    return int(value) if value.denominator == 1 else value


def number(value: Number) -> Expr:
    return Expr((Term(value),)) if value else ZERO


def of(factor: Factor) -> Expr:
    """A factor as an expression; a parenthesis is its content."""
    if is_parenthesis(factor):
        return factor.base
    return Expr((Term(1, (), (factor,)),))


def is_parenthesis(factor: Factor) -> TypeGuard[Power]:
    """Whether a factor is a sum kept whole, (y − s)."""
    return isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent == 1


def is_inverse(factor: Factor) -> TypeGuard[Power]:
    """Whether a factor is a denominator."""
    return isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent < 0


def sides(bracket: Bracket) -> tuple[Slot, Slot] | None:
    """Both sides of a bracket between positions; None for one between expressions."""
    left, right = bracket.left, bracket.right
    return (left, right) if isinstance(left, Slot) and isinstance(right, Slot) else None
