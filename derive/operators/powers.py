"""The row of Aⁿ, n ≥ 0 a number, a size or a label: Aⁿ = A Aⁿ⁻¹, A⁰ = I.

    d(Aⁿ) = dA Aⁿ⁻¹ + A d(Aⁿ⁻¹) = Σ_{r=0}^{n−1} Aʳ dA Aⁿ⁻¹⁻ʳ      (Petersen & Pedersen 2012, equation 90)

The exponent is the last of the function's slots.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.notation.canonical import factor_key
from derive.notation.expression import Apply, Expr, Factor, Power, Term, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.layout import Array, Misfit, letter
from derive.notation.product import add, bracket, multiply, product, summed
from derive.notation.walk import letters_of
from derive.operators.form import Form
from derive.operators.matrices import square
from derive.operators.row import Row
from derive.operators.whole import Places, Whole, whole

NAME = "matrix_power"


def raised(x: Whole, row: Slot, column: Slot, exponent: Slot) -> Expr:
    """(Aⁿ)_ij; δ_ij where the exponent is 0."""
    return bracket("=", row, column) if exponent == position(0) else x.call(NAME, row, column, exponent)


def _slope(f: Callable[..., Expr], x: Whole, slots: Places, at: Places) -> Expr:
    """Σ_r (Aʳ)_ik (Aⁿ⁻¹⁻ʳ)_lj, term by term where n is a number."""
    (i, j, n), (k, m) = slots, at

    def term(r: Slot) -> Expr:
        return multiply(raised(x, i, k, r), raised(x, m, j, n - 1 - r))

    if n.is_number:
        return add(*(term(position(r)) for r in range(n.constant)))
    own = letter(Range(position(0), n - 1), "r")
    return summed((own,), term(own.slot))


NOTE = "B = Aⁿ solves B = A Aⁿ⁻¹, A⁰ = I: dB = dA Aⁿ⁻¹ + A d(Aⁿ⁻¹), so dB = Σ_r Aʳ dA Aⁿ⁻¹⁻ʳ, r = 0 … n − 1."

ROWS: tuple[Row, ...] = (
    Row(NAME, "", axes=2, keeps=True, out=(0, 1), numeric=NAME, exponent=True, slopes=(_slope,), note=NOTE),
)


def _power(a: Array, exponent: Slot) -> Array:
    """Aⁿ; A⁻ⁿ is that of A⁻¹."""
    rows, columns = square(a, "a power")
    if exponent == position("T"):
        raise Misfit("a matrix to the power T, printed as its transpose is", "give that size another name")
    given = whole((rows, columns), a.expr)
    if exponent.is_number and exponent.constant < 0:
        one, other = rows.apart(), columns.apart()
        given = whole((one, other), given.call("inv", one.slot, other.slot))
        exponent = -exponent
    own = rows.apart(), columns.apart()
    places = (own[0].slot, own[1].slot)
    return Array(given.at(places) if exponent == position(1) else raised(given, *places, exponent), *own)


FORMS: tuple[Form, ...] = (
    Form(NAME, "matrix_power(A, n), n a whole number, a size or an index", ("value", "size"), _power),
)


def joined(term: Term) -> Expr:
    """The term with Σ_k (Aᵃ)_ik (Aᵇ)_kj as (Aᵃ⁺ᵇ)_ij, then A¹ as A."""
    for x in term.bound:
        own = [f for f in term.factors if x in letters_of(f)]
        pair = [f for f in own if isinstance(f, Apply) and f.function == NAME and not f.partials]
        if len(own) == len(pair) == 2 and not any(x in letters_of(f.slots[-1]) for f in pair):
            made = _product(x, *pair) or _product(x, *reversed(pair))
            if made is not None:
                first = term.factors.index(own[0])
                rest = [Power(of(made)) if n == first else f for n, f in enumerate(term.factors) if f is not own[1]]
                return product(term.coefficient, tuple(y for y in term.bound if y is not x), tuple(rest))
    if not any(map(_is_first, term.factors)):
        return Expr((term,))
    return product(term.coefficient, term.bound, tuple(map(_first_power, term.factors)))


def _is_first(factor: Factor) -> bool:
    """Whether this is an entry of A¹."""
    named = isinstance(factor, Apply) and factor.function == NAME
    return named and isinstance(factor, Apply) and not factor.partials and factor.slots[2] == position(1)


def _first_power(factor: Factor) -> Factor:
    """A¹ as A."""
    if not _is_first(factor) or not isinstance(factor, Apply):
        return factor
    return Power(Whole.of(factor.args).at(factor.slots[:2]))


def _product(x: Index, left: Apply, right: Apply) -> Apply | None:
    """Aᵃ⁺ᵇ, where x stands between the two."""
    same = factor_key(Apply(NAME, left.args), {}) == factor_key(Apply(NAME, right.args), {})
    if left.slots[1] != x.slot or right.slots[0] != x.slot or not same or x.range != left.args[0].letters[0].range:
        return None
    return Apply(NAME, left.args, (left.slots[0], right.slots[1], left.slots[2] + right.slots[2]))
