"""Equations that are linear in one tensor, solved by the inverse of their matrix.

    Σ_i C_ki u_i = r_k      u_k = Σ_l (C⁻¹)_kl r_l       at every position of the other axes of u

What is read of u at a letter of its own is beside the matrix: u_bk in Σ_i C_bki u_bi = r_bk. Where nothing but u_k is
read, C is a number for each k, and u_k = r_k/C_k. Where two axes are left, u has no such form.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.notation.canonical import key
from derive.notation.common import expanded
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Power, Tensor, Term, is_parenthesis, of
from derive.notation.index import Index
from derive.notation.product import add, bracket, inverse, multiply, negative, product, summed
from derive.notation.walk import apart, entries, substitute


@dataclass(frozen=True, slots=True)
class Affine:
    """linear + rest, where each term of `linear` reads the unknown once, outside functions, and `rest` never."""

    unknown: Tensor
    linear: Expr
    rest: Expr


@dataclass(frozen=True, slots=True)
class System:
    """C u = right at own letters of u.

    matrix: C_ki, k its row and i its column, where one axis is solved; else C itself, a number.
    straight: C is written as it is, without a transpose, rather than as Jᵀ with J = Cᵀ.
    """

    unknown: Tensor
    own: tuple[Index, ...]
    matrix: Expr
    right: Expr
    row: Index | None = None
    column: Index | None = None
    straight: bool = False

    @property
    def is_straight(self) -> bool:
        """Whether C is written as it is: it is its own transpose, or what is known of it says that it needs none."""
        if self.straight or self.row is None or self.column is None:
            return True
        turned = substitute(self.matrix, {self.row: self.column.slot, self.column: self.row.slot})
        return key(turned) == key(self.matrix)

    @property
    def left(self) -> Expr:
        """Σ_i C_ki u_i."""
        slots = {x: x.slot for x in self.own}
        if self.row is None or self.column is None:
            return multiply(self.matrix, of(Entry(self.unknown, tuple(x.slot for x in self.own))))
        slots[self.row] = self.column.slot
        return summed((self.column,), multiply(self.matrix, of(Entry(self.unknown, tuple(slots[x] for x in self.own)))))

    def solution(self, turned: bool = False) -> Expr:
        """Σ_l (C⁻¹)_kl r_l, or, turned, the same as Σ_l (J⁻¹)_lk r_l with J = Cᵀ."""
        if self.row is None or self.column is None:
            return multiply(self.right, inverse(self.matrix))
        first, second = self.row.apart(), self.column.apart()
        body = substitute(apart(self.matrix), {self.row: first.slot, self.column: second.slot})
        other = Index(self.column.name, self.column.range)
        at = (self.row.slot, other.slot)
        letters = (first, second)
        if turned:
            at, letters = (at[1], at[0]), (second, first)
        inverted = Apply("inv", (Lambda(letters, body),), at)
        right = substitute(apart(self.right), {self.row: other.slot})
        return summed((other,), multiply(of(inverted), right))


def affine(expr: Expr, unknown: Tensor) -> Affine | None:
    """The expression by what is linear in a tensor; None where it is not linear in it."""

    def reads(factor: Factor) -> bool:
        return any(entry.tensor == unknown for entry in entries(of(factor)))

    linear: list[Expr] = []
    rest: list[Expr] = []
    for term in expanded(expr, lambda f: is_parenthesis(f) and reads(f)).terms:
        met = [f for f in term.factors if reads(f)]
        if len(met) > 1 or (met and not (isinstance(met[0], Entry) and met[0].tensor == unknown)):
            return None
        (linear if met else rest).append(Expr((term,)))
    return Affine(unknown, add(*linear), add(*rest))


def system(found: Affine, own: tuple[Index, ...]) -> System | None:
    """linear + rest = 0 as C u = right; None where more than one axis would have to be solved, or none is linear."""
    if not found.linear.terms:
        return None
    read = [_entry(term, found.unknown) for term in found.linear.terms]
    places = [n for n, x in enumerate(own) if any(e.slots[n].letter is not x for e in read)]
    if len(places) > 1:
        return None
    right = negative(found.rest)
    if not places:
        parts = [product(t.coefficient, t.bound, _others(t, found.unknown)) for t in found.linear.terms]
        return System(found.unknown, own, add(*parts), right)
    n = places[0]
    column = Index(own[n].name, own[n].range)
    for entry in read:
        letter = entry.slots[n].letter
        if letter is None or letter.range != own[n].range:
            return None
    parts = [
        product(t.coefficient, t.bound, (*_others(t, found.unknown), Power(bracket("=", column.slot, e.slots[n]))))
        for t, e in zip(found.linear.terms, read, strict=True)
    ]
    return System(found.unknown, own, add(*parts), right, own[n], column)


def _entry(term: Term, unknown: Tensor) -> Entry:
    return next(f for f in term.factors if isinstance(f, Entry) and f.tensor == unknown)


def _others(term: Term, unknown: Tensor) -> tuple[Factor, ...]:
    return tuple(f for f in term.factors if not (isinstance(f, Entry) and f.tensor == unknown))
