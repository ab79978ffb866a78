"""Expressions in index notation: a sum of terms, each coefficient · Σ over bound letters of Π factors.

A tensor reads zero outside its axes. A bound letter carries the range of the equation that it came from. Only data
here: products that contract are in `product`, derivatives in `differential`, numbers in `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias, TypeGuard

from derive.notation.index import Index, Range, Slot

Number: TypeAlias = int | Fraction
Role: TypeAlias = Literal["input", "parameter", "constant", "class", "hidden"]
Relation: TypeAlias = Literal["=", "!=", "<", "<="]


@dataclass(frozen=True, eq=False, slots=True)
class Tensor:
    """A declared array. `cost` names the costs that its bars are taken of: () for the array itself, (E,) for its bar.

    A vector is a column unless `row`. A class holds integers of the range `among` and has no bar.
    """

    name: str
    axes: tuple[Range, ...] = ()
    role: Role = "hidden"
    cost: tuple[str, ...] = ()
    row: bool = False
    among: Range | None = None

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Tensor) and self.name == other.name and self.cost == other.cost)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def is_bar(self) -> bool:
        return bool(self.cost)


def bar(tensor: Tensor, cost: str) -> Tensor:
    """The tensor of error signals ∂cost/∂tensor, of the tensor's own shape."""
    return Tensor(tensor.name, tensor.axes, "hidden", (*tensor.cost, cost), tensor.row)


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


def parts(factor: Factor) -> Iterator[Expr]:
    """The expressions directly inside a factor."""
    if isinstance(factor, Power):
        yield factor.base
        if isinstance(factor.exponent, Expr):
            yield factor.exponent
    elif isinstance(factor, Apply):
        for argument in factor.args:
            yield argument.body
    elif isinstance(factor, Bracket):
        for side in (factor.left, factor.right):
            if isinstance(side, Expr):
                yield side


def positions(factor: Factor) -> Iterator[Slot]:
    """The positions directly in a factor."""
    if isinstance(factor, Entry):
        yield from factor.slots
    elif isinstance(factor, Slot):
        yield factor
    elif isinstance(factor, Apply):
        yield from factor.slots
        for _, slots in factor.partials:
            yield from slots
    elif isinstance(factor, Bracket):
        for side in (factor.left, factor.right):
            if isinstance(side, Slot):
                yield side
    elif isinstance(factor, Partial):
        yield from factor.of.slots
        yield from factor.wrt.slots


def factors(expr: Expr) -> Iterator[Factor]:
    """Every factor of an expression, outer ones first, in reading order."""
    for term in expr.terms:
        for factor in term.factors:
            yield factor
            for inner in parts(factor):
                yield from factors(inner)


def free_letters(expr: Expr) -> dict[Index, None]:
    """The letters that an expression depends on, in reading order."""
    found: dict[Index, None] = {}
    for term in expr.terms:
        inside: dict[Index, None] = {}
        for factor in term.factors:
            inside.update(letters_of(factor))
        found.update((letter, None) for letter in inside if letter not in term.bound)
    return found


def letters_of(factor: Factor) -> dict[Index, None]:
    """The letters that a factor depends on, in reading order."""
    found = {letter: None for slot in positions(factor) for letter in slot.letters()}
    if isinstance(factor, Apply):
        for argument in factor.args:
            found.update((x, None) for x in free_letters(argument.body) if x not in argument.letters)
    else:
        for inner in parts(factor):
            found.update(free_letters(inner))
    return found


def substitute(expr: Expr, mapping: Mapping[Any, Slot]) -> Expr:
    """The expression with letters replaced by positions, all at once; nothing is contracted.

    Every binder binds a letter object of its own (see `apart`), so nothing can be captured.
    """
    return Expr(tuple(_substituted(term, mapping) for term in expr.terms)) if mapping else expr


def _substituted(term: Term, mapping: Mapping[Any, Slot]) -> Term:
    return Term(term.coefficient, term.bound, tuple(substitute_factor(f, mapping) for f in term.factors))


def substitute_factor(factor: Factor, mapping: Mapping[Any, Slot]) -> Factor:
    """A factor with letters replaced by positions."""
    if isinstance(factor, Entry):
        return Entry(factor.tensor, tuple(slot.substitute(mapping) for slot in factor.slots))
    if isinstance(factor, Slot):
        return factor.substitute(mapping)
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(
            substitute(factor.base, mapping),
            substitute(exponent, mapping) if isinstance(exponent, Expr) else exponent,
        )
    if isinstance(factor, Apply):
        return Apply(
            factor.function,
            tuple(Lambda(a.letters, substitute(a.body, mapping)) for a in factor.args),
            tuple(slot.substitute(mapping) for slot in factor.slots),
            tuple((n, tuple(slot.substitute(mapping) for slot in slots)) for n, slots in factor.partials),
        )
    if isinstance(factor, Bracket):
        return Bracket(factor.relation, _side(factor.left, mapping), _side(factor.right, mapping))
    return Partial(
        Entry(factor.of.tensor, tuple(slot.substitute(mapping) for slot in factor.of.slots)),
        Entry(factor.wrt.tensor, tuple(slot.substitute(mapping) for slot in factor.wrt.slots)),
    )


def _side(side: Slot | Expr, mapping: Mapping[Any, Slot]) -> Slot | Expr:
    return side.substitute(mapping) if isinstance(side, Slot) else substitute(side, mapping)


def apart(expr: Expr) -> Expr:
    """The same expression with letter objects of its own for everything that it binds, at every depth."""
    return Expr(tuple(_apart_term(term) for term in expr.terms))


def _apart_term(term: Term) -> Term:
    fresh = {letter: letter.apart() for letter in term.bound}
    inner = tuple(_apart_factor(f) for f in term.factors)
    renamed = Term(term.coefficient, tuple(fresh.values()), inner)
    return _substituted(renamed, {old: new.slot for old, new in fresh.items()}) if fresh else renamed


def _apart_factor(factor: Factor) -> Factor:
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(apart(factor.base), apart(exponent) if isinstance(exponent, Expr) else exponent)
    if isinstance(factor, Apply):
        return Apply(factor.function, tuple(_apart_lambda(a) for a in factor.args), factor.slots, factor.partials)
    if isinstance(factor, Bracket):
        left, right = factor.left, factor.right
        return Bracket(
            factor.relation,
            apart(left) if isinstance(left, Expr) else left,
            apart(right) if isinstance(right, Expr) else right,
        )
    return factor


def _apart_lambda(argument: Lambda) -> Lambda:
    fresh = {letter: letter.apart() for letter in argument.letters}
    body = substitute(apart(argument.body), {old: new.slot for old, new in fresh.items()})
    return Lambda(tuple(fresh.values()), body)
