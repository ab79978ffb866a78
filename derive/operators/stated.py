"""The table of the properties that a file may state of a matrix, or of a vector: one row for each.

`A symmetric` says A = Aᵀ. What the facts that are formulas say (Σ_k t_k = 1, n > 0, m ∈ {0, 1}) needs no row: see
`operators.known`. How numbers are drawn that a property holds for is in `referee.stated`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Entry, Expr, Power, of
from derive.notation.index import Index, Slot
from derive.notation.product import add, bracket, inverse, multiply, negative, product, scale, summed

At: TypeAlias = Callable[[Slot, Slot], Expr]
"""A matrix, entry by entry."""


@dataclass(frozen=True, slots=True)
class Property:
    """square: whether its rows and columns must be alike.  words: what it says.

    turned: whether it is its own transpose.  orthogonal: whether its columns are orthonormal.
    triangular: whether its determinant is the product of its diagonal.
    entry_from: what an entry is, from others (d_ij = d_ii [i = j]).
    inverse: what an entry of the inverse is, from those of the matrix.  along: the derivative along the constraint
    from the bar G of independent entries; projected: the projection of G on the matrices that satisfy it, where that
    is something else.  tangent: where these are no plane, the projection on the directions that keep the constraint at
    the matrix, which is read beside G, at letters of its rows and columns.
    """

    name: str
    words: str
    square: bool = True
    turned: bool = False
    orthogonal: bool = False
    triangular: bool = False
    entry_from: Callable[[At, Slot, Slot], Expr] | None = None
    inverse: Callable[[At, Slot, Slot], Expr] | None = None
    along: Callable[[At, Slot, Slot], Expr] | None = None
    projected: Callable[[At, Slot, Slot], Expr] | None = None
    tangent: Callable[[At, At, Slot, Slot, tuple[Index, Index]], Expr] | None = None


def _both(g: At, i: Slot, j: Slot) -> Expr:
    """g_ij + g_ji − δ_ij g_ij: the entries ij and ji are one number."""
    return add(g(i, j), g(j, i), negative(multiply(g(i, j), bracket("=", i, j))))


def _half(g: At, i: Slot, j: Slot) -> Expr:
    return product(Fraction(1, 2), (), (Power(add(g(i, j), g(j, i))),))


def _on_diagonal(g: At, i: Slot, j: Slot) -> Expr:
    return multiply(g(i, j), bracket("=", i, j))


def _stiefel(q: At, g: At, i: Slot, j: Slot, letters: tuple[Index, Index]) -> Expr:
    """G − Q sym(Qᵀ G): dQᵀ Q + Qᵀ dQ = 0 says that Qᵀ dQ is skew (Edelman, Arias & Smith 1998, section 2.2)."""
    n, k = letters
    across = summed((n,), multiply(q(n.slot, k.slot), g(n.slot, j)))
    back = summed((m := n.apart(),), multiply(g(m.slot, k.slot), q(m.slot, j)))
    return add(g(i, j), negative(scale(Fraction(1, 2), summed((k,), multiply(q(i, k.slot), add(across, back))))))


def _skew(q: At, g: At, i: Slot, j: Slot, letters: tuple[Index, Index]) -> Expr:
    """Q skew(Qᵀ G) = ½ (G − Q Gᵀ Q): the same, with Q Qᵀ = I."""
    n, k = letters
    turned = summed((k, n), multiply(q(i, k.slot), g(n.slot, k.slot), q(n.slot, j)))
    return product(Fraction(1, 2), (), (Power(add(g(i, j), negative(turned))),))


ROWS = (
    Property("symmetric", "A = Aᵀ", turned=True, along=_both, projected=_half),
    Property("definite", "A = Aᵀ, and xᵀ A x > 0 for x ≠ 0", turned=True, along=_both, projected=_half),
    Property("orthogonal", "Qᵀ Q = I = Q Qᵀ", orthogonal=True, inverse=lambda q, i, j: q(j, i), tangent=_skew),
    Property("orthonormal", "Qᵀ Q = I: the columns are", square=False, orthogonal=True, tangent=_stiefel),
    Property(
        "diagonal",
        "d_ij = 0 for i ≠ j",
        turned=True,
        triangular=True,
        entry_from=lambda d, i, j: multiply(d(i, i), bracket("=", i, j)),
        inverse=lambda d, i, j: multiply(bracket("=", i, j), inverse(d(i, i))),
        along=_on_diagonal,
    ),
    Property(
        "lower",
        "l_ij = 0 for i < j",
        triangular=True,
        along=lambda g, i, j: multiply(g(i, j), bracket("<=", j, i)),
    ),
    Property(
        "upper",
        "u_ij = 0 for i > j",
        triangular=True,
        along=lambda g, i, j: multiply(g(i, j), bracket("<=", i, j)),
    ),
)

PROPERTIES: Mapping[str, Property] = MappingProxyType({row.name: row for row in ROWS})


def entries_of(entry: Entry, places: tuple[int, int]) -> At:
    """The entries of a matrix, the slots at two places replaced: its labels stay."""

    def at(row: Slot, column: Slot) -> Expr:
        slots = list(entry.slots)
        slots[places[0]], slots[places[1]] = row, column
        return of(Entry(entry.tensor, tuple(slots)))

    return at
