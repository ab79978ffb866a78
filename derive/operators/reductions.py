"""Constructs that run over indices: Σ, mean, norm, max and min, running sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.notation.expression import Expr, of
from derive.notation.layout import Array, Misfit, entrywise, letter
from derive.notation.product import bracket, inverse, multiply, power, summed
from derive.notation.walk import apart, free_letters, substitute
from derive.operators.form import Form, Reduction
from derive.operators.row import call
from derive.operators.whole import weighed, whole


def over(given: Reduction, entry: Expr) -> Expr:
    """Σ w · entry over the letters."""
    return summed(given.letters, weighed(entry, given.weight))


def left(given: Reduction, expr: Expr) -> Array:
    """An expression over the axes that stay."""
    return Array(expr, given.body.rows, given.body.columns)


def _sum(given: Reduction) -> Array:
    return left(given, over(given, given.body.expr))


def _mean(given: Reduction) -> Array:
    """n⁻¹ Σ w x, n = Σ w: the sizes' product where every position counts."""
    if given.weight.number == 1:
        counts = [inverse(of(x.range.size)) for x in given.letters]
    else:
        counts = [inverse(summed(given.letters, apart(given.weight)))]
    return left(given, multiply(*counts, over(given, given.body.expr)))


def _norm(given: Reduction, order: Array | None = None) -> Array:
    """√Σ x², or (Σ |x|^p)^(1/p)."""
    x = given.body.expr
    if order is None or order.expr.number == 2:
        return left(given, call("sqrt", over(given, power(x, 2))))
    if not order.is_scalar:
        raise Misfit(f"the order of a norm is {order}", "write norm(x, p) with a scalar p")
    p = order.expr.number
    if p is None:
        raised = power(call("abs", x), order.expr)
        return left(given, power(over(given, raised), inverse(apart(order.expr))))
    if p <= 0:
        raise Misfit(f"a norm of order {p}", "the order is a positive number")
    entry = x if Fraction(p).denominator == 1 and p % 2 == 0 else call("abs", x)
    return left(given, power(over(given, power(entry, p)), 1 / Fraction(p)))


def along(function: str, given: Reduction, keeps: bool = False) -> Array:
    """A function of whole axes of the table; what keeps its axis is read at the letter."""
    if not given.letters:
        raise Misfit(f"{function} of a scalar", "give it a vector, or name an index")
    argument = whole(given.letters, given.body.expr, given.weight)
    return left(given, argument.call(function, *(x.slot for x in given.letters if keeps)))


def _extreme(function: str) -> Callable[[Reduction], Array]:
    def build(given: Reduction) -> Array:
        name = function[1:4]
        if given.letters and not any(x in free_letters(given.body.expr) for x in given.letters):
            raise Misfit(f"{name} of what is the same everywhere", f"index it: {name}(i, x[i])")
        return along(name if not given.letters else function, given)

    return build


def _running(given: Reduction) -> Array:
    """y_i = Σ_{j ≤ i} x_j: the axis stays."""
    if len(given.letters) != 1:
        raise Misfit(f"cumsum over {len(given.letters)} axes", "name one index: cumsum(i, x)")
    (own,) = given.letters
    inner = letter(own.range, own.name)
    at = {own: inner.slot}
    entry = weighed(substitute(apart(given.body.expr), at), substitute(apart(given.weight), at))
    return left(given, summed((inner,), multiply(entry, bracket("<=", inner.slot, own.slot))))


def _of_two(name: str) -> Callable[[Array, Array], Array]:
    return lambda a, b: entrywise(lambda x, y: call(name, x, y), a, b)


def _larger(name: str) -> Callable[[Array, Array], Array]:
    """max(a, b); with 0 it is relu."""

    def larger(a: Array, b: Array) -> Array:
        for zero, other in ((a, b), (b, a)):
            if zero.is_scalar and zero.expr.number == 0:
                return entrywise(lambda x: call("relu", x), other)
        return _of_two(name)(a, b)

    return larger


_INDICES = ("indices", "value")
_MAX = "max(x) over everything, max(i, e) over an index, max(a, b) of two, max(a, max(b, c)) of three"

ROWS: tuple[Form, ...] = (
    Form("sum", "sum(i, e) over an index, sum(e) over everything", _INDICES, _sum),
    Form("mean", "mean(i, e) over an index, mean(e) over everything", _INDICES, _mean, padding=False),
    Form(
        "expectation",
        "expectation(s, e) over an index of samples",
        _INDICES,
        _mean,
        padding=False,
        note="An expectation is the mean over its samples, which are inputs: how they are drawn has no slope.",
        samples=True,
    ),
    Form("cumsum", "cumsum(x), or cumsum(i, e) along an index", _INDICES, _running, keeps=True),
    Form("norm", "norm(x), norm(x, p) of order p, or norm(i, e) over an index", (*_INDICES, "value?"), _norm),
    Form("max", _MAX, _INDICES, _extreme("amax"), padding=False, pair=_larger("max")),
    Form("min", _MAX.replace("max", "min"), _INDICES, _extreme("amin"), padding=False, pair=_of_two("min")),
)

FIRST: Mapping[str, Form] = MappingProxyType({
    "max": Form("max", _MAX, _INDICES, _extreme("amax_first"), padding=False, pair=_larger("max_first")),
    "min": Form("min", ROWS[-1].signature, _INDICES, _extreme("amin_first"), padding=False, pair=_of_two("min_first")),
})  # fmt: skip
"""max and min where the file says that the first of equal entries has all of the slope."""
