"""What follows from a row: its value in other rows, and its slope, given or derived from the value."""

from __future__ import annotations

from fractions import Fraction

from derive.notation.differential import Read, differential
from derive.notation.expression import ONE, ZERO, Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Tensor, of
from derive.notation.index import Slot
from derive.notation.product import add, product
from derive.notation.rewrite import rewrite
from derive.operators.functions import TABLE, Row
from derive.operators.whole import Whole, equal, whole


def value(apply: Apply) -> Expr | None:
    """The function's value in other rows; None for an elementary or abstract one, and for partials."""
    row = TABLE.get(apply.function)
    if row is None or row.value is None or apply.partials:
        return None
    return row.value(Whole.of(apply.args), *apply.slots) if row.axes else row.value(*(a.body for a in apply.args))


def slope(apply: Apply) -> Expr:
    """A partial of a function: its row's slope, or the function with its prime where people keep that."""
    row = TABLE.get(apply.function)
    if row is not None and len(apply.partials) > 1 and is_flat(row):
        return ZERO
    return of(apply) if row is None or row.primed or not apply.partials else written_slope(apply, row)


def is_flat(row: Row) -> bool:
    """Whether a slope that keeps its prime is constant between kinks: relu′(z) = [z > 0], so relu″ = 0 beside 0."""
    if not row.primed or row.axes or row.arity > 1 or not (row.slopes or row.value):
        return False
    x = of(Entry(Tensor("·")))
    once = written_slope(Apply(row.name, (Lambda((), x),), (), ((0, ()),)), row)
    return all(isinstance(factor, Bracket) for term in once.terms for factor in term.factors)


def written_slope(apply: Apply, row: Row) -> Expr:
    """The last partial of a function written out, also where people keep the prime: relu′(z) = [z > 0]."""
    plain = Apply(apply.function, apply.args, apply.slots, apply.partials[:-1])
    argument, at = apply.partials[-1]
    if plain.partials or not (row.slopes or row.value):
        return of(apply)
    if row.axes:
        return _slope_along(row, Whole.of(apply.args), argument, apply.slots, at)
    bodies = [a.body for a in apply.args]
    return row.slopes[argument](of(plain), *bodies) if row.slopes else derived_slope(row, argument, bodies)


def _slope_along(row: Row, x: Whole, argument: int, slots: tuple[Slot, ...], at: tuple[Slot, ...]) -> Expr:
    """The slope of a function of a whole axis by one entry; a weight is 0 or 1, and has no slope."""
    if argument:
        return ZERO
    if not row.slopes:
        return _derived_along(row, x, slots, at)
    return row.slopes[0](lambda *places: x.call(row.name, *places), x, slots, at)


def _derived_along(row: Row, x: Whole, slots: tuple[Slot, ...], at: tuple[Slot, ...]) -> Expr:
    """The slope of a row's value by one entry of its argument, by the differential of that value."""
    assert row.value is not None
    letters = tuple(letter.apart() for letter in x.entries.letters)
    stand_in = Tensor("·", tuple(letter.range for letter in letters))
    built = row.value(whole(letters, of(Entry(stand_in, tuple(y.slot for y in letters)))), *slots)
    met = [read for read in differential(built) if read.entry.tensor == stand_in]
    found = add(*(_cofactor(read, equal(read.entry.slots, at)) for read in met))
    return rewrite(found, lambda f: x.at(f.slots) if isinstance(f, Entry) and f.tensor == stand_in else None)


def derived_slope(row: Row, argument: int, bodies: list[Expr]) -> Expr:
    """The slope of a row's value in one argument, by the differential of that value."""
    assert row.value is not None
    stand_ins = [Tensor(f"·{n}") for n in range(len(bodies))]
    found = derivative(row.value(*(of(Entry(t)) for t in stand_ins)), stand_ins[argument])
    back = dict(zip(stand_ins, bodies, strict=True))
    return rewrite(found, lambda f: back.get(f.tensor) if isinstance(f, Entry) else None)


def derivative(expr: Expr, variable: Tensor) -> Expr:
    """d expr / d variable, both scalars, by the differential."""
    return add(*(_cofactor(read) for read in differential(expr) if read.entry.tensor == variable))


def _cofactor(read: Read, here: Expr = ONE) -> Expr:
    """The cofactor, where the entry is the one at a position."""
    factors = (*(Power(_resolved(f)) for f in read.cofactor.factors), Power(here))
    return product(Fraction(read.cofactor.coefficient), read.cofactor.bound, factors)


def _resolved(factor: Factor) -> Expr:
    return slope(factor) if isinstance(factor, Apply) and factor.partials else of(factor)
