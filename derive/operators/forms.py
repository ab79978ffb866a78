"""THE TABLE of constructs: what a formula may call that is a sum, a product or a bracket rather than a function.

One row each. A row says which arguments it takes and builds the index form from them; what is derived, printed and
checked follows from that form. Adding a construct is adding a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from derive.notation.constants import EPSILON
from derive.notation.expression import ONE, Apply, Entry, Expr, Lambda, of
from derive.notation.index import Index, Range, Slot
from derive.notation.layout import Array, Labels, Misfit, entrywise, extent, letter, matmul
from derive.notation.product import add, bracket, inverse, multiply, negative, power, summed
from derive.notation.walk import apart, substitute
from derive.operators.functions import call


@dataclass(frozen=True, slots=True)
class Form:
    """One construct.

    signature: how to write it.  takes: the kinds of its arguments, in order: `indices` (leading letters, if any),
    `value`, `values` (any number), `labels` (a value or classes), `classes`, `size`, `condition`, with ? where it may
    be left out.  build: the arguments' values to the result. With `indices` first, build receives the letters to
    reduce over (all axes where none were named) and the body.  single: what to say to one argument,
    where that is a slip.
    """

    name: str
    signature: str
    takes: tuple[str, ...]
    build: Callable[..., Array]
    single: str = ""


def _sum(letters: tuple[Index, ...], body: Array) -> Array:
    """Σ over the letters."""
    return Array(summed(letters, body.expr), body.rows, body.columns)


def _mean(letters: tuple[Index, ...], body: Array) -> Array:
    """N⁻¹ Σ over the letters, N their sizes' product."""
    counts = [inverse(of(x.range.size)) for x in letters]
    return Array(multiply(*counts, summed(letters, body.expr)), body.rows, body.columns)


def _total(body: Array) -> Expr:
    return summed(body.letters, body.expr)


def _norm(x: Array, order: Array | None = None) -> Array:
    """√Σ x², or (Σ |x|^p)^(1/p)."""
    if order is None or order.expr.number == 2:
        return Array(call("sqrt", summed(x.letters, power(x.expr, 2))))
    if not order.is_scalar:
        raise Misfit(f"the order of a norm is {order}", "write norm(x, p) with a scalar p")
    p = order.expr.number
    if p is None:
        return Array(power(summed(x.letters, power(call("abs", x.expr), order.expr)), inverse(apart(order.expr))))
    if p <= 0:
        raise Misfit(f"a norm of order {p}", "the order is a positive number")
    entry = x.expr if Fraction(p).denominator == 1 and p % 2 == 0 else call("abs", x.expr)
    return Array(power(summed(x.letters, power(entry, p)), 1 / Fraction(p)))


def _vector(x: Array, name: str) -> Array:
    """A column or a row as a column."""
    if len(x.letters) != 1:
        raise Misfit(f"{name} of {x}", f"{name} takes vectors")
    return x if x.rows else x.transposed


def _dot(a: Array, b: Array) -> Array:
    """Σ_i a_i b_i."""
    left, right = _vector(a, "dot"), _vector(b, "dot")
    return Array(_total(entrywise(lambda x, y: multiply(x, y), left, right)))


def _outer(a: Array, b: Array) -> Array:
    """a_i b_j."""
    return matmul(_vector(a, "outer"), _vector(b, "outer").transposed)


def _trace(a: Array) -> Array:
    """Σ_i A_ii."""
    return Array(_total(_diagonal(a)))


def _diagonal(a: Array) -> Array:
    """A_ii, as a column."""
    if a.rows is None or a.columns is None or a.rows.range != a.columns.range:
        raise Misfit(f"the diagonal of {a}", "only a square matrix has one")
    return Array(multiply(substitute(a.expr, {a.columns: a.rows.slot})), a.rows)


def _diag(v: Array) -> Array:
    """v_i [i = j]."""
    column = _vector(v, "diag")
    assert column.rows is not None
    other = letter(column.rows.range)
    return Array(multiply(column.expr, bracket("=", column.rows.slot, other.slot)), column.rows, other)


def _cross(a: Array, b: Array) -> Array:
    """Σ_jk ε_ijk a_j b_k."""
    left, right = _vector(a, "cross"), _vector(b, "cross")
    assert left.rows is not None and right.rows is not None
    for x in (left, right):
        if x.rows and x.rows.range != Range.to(3):
            raise Misfit(f"cross of {x}", "cross takes vectors of 3 entries: declare them with the axes [3]")
    own = letter(Range.to(3))
    epsilon = of(Entry(EPSILON, (own.slot, left.rows.slot, right.rows.slot)))
    return Array(summed((left.rows, right.rows), multiply(epsilon, left.expr, right.expr)), own)


def _concatenate(*vectors: Array) -> Array:
    """y_i = a_i + b_(i − N) + …, each zero outside its own positions."""
    if not vectors:
        raise Misfit("concatenate of nothing", "write concatenate(a, b)")
    columns = [_vector(v, "concatenate") for v in vectors]
    total = Slot(())
    for column in columns:
        assert column.rows is not None
        total = total + column.rows.range.size
    own, offset, parts = letter(Range.to(total)), Slot(()), []
    for column in columns:
        assert column.rows is not None
        parts.append(summed((column.rows,), multiply(column.expr, bracket("=", column.rows.slot + offset, own.slot))))
        offset = offset + column.rows.range.size
    return Array(add(*parts), own)


def _picked(values: Array, labels: Labels, name: str) -> Array:
    """The entry at the class: y_t, or Y_(n, t_n) for each n."""
    axis = values.rows if labels.rows is None and values.columns is None else values.columns
    beside = values.rows if axis is values.columns else None
    if axis is None or axis.range != labels.among:
        raise Misfit(
            f"{name} of {values} and a class among {extent(labels.among)}",
            "the last axis of the first argument is the classes'",
            (0, 1),
        )
    mapping = {axis: labels.slot}
    if labels.rows is not None:
        if beside is None or beside.range != labels.rows.range:
            raise Misfit(
                f"{name} of {values} and classes for each of {extent(labels.rows.range)}",
                "the first argument needs a row for each class",
                (0, 1),
            )
        mapping[beside] = labels.rows.slot
        beside = labels.rows
    elif beside is not None:
        raise Misfit(f"{name} of {values} and one class", "give one class for each row, or one row", (0, 1))
    return Array(multiply(substitute(values.expr, mapping)), beside)


def _over_classes(weights: Array, logs: Array) -> Array:
    """−Σ_k t_k log p_k: a scalar for vectors, a column with one for each row of matrices."""
    product = entrywise(lambda w, x: multiply(w, x), weights, logs)
    if product.columns is None or product.rows is None:
        return Array(negative(_total(product)))
    return Array(negative(summed((product.columns,), product.expr)), product.rows)


def _cross_entropy(p: Array, t: Array | Labels) -> Array:
    """−log p_t of a class t; −Σ_k t_k log p_k of a vector t."""
    if isinstance(t, Labels):
        chosen = _picked(p, t, "cross_entropy")
        return Array(negative(call("log", chosen.expr)), chosen.rows)
    return _over_classes(t, entrywise(lambda x: call("log", x), p))


def _softmax_cross_entropy(z: Array, t: Array | Labels) -> Array:
    """logsumexp(z) − z_t of a class t; −Σ_k t_k log softmax(z)_k of a vector t."""
    if not isinstance(t, Labels):
        return _over_classes(t, along("log_softmax", z, keeps=True))
    chosen = _picked(z, t, "softmax_cross_entropy")
    copy = Array(apart(z.expr), z.rows, z.columns)
    whole = along("logsumexp", copy, keeps=False)
    if whole.rows is not None and chosen.rows is not None:
        whole = Array(substitute(whole.expr, {whole.rows: chosen.rows.slot}), chosen.rows)
    return Array(add(whole.expr, negative(chosen.expr)), chosen.rows)


def along(function: str, x: Array, keeps: bool) -> Array:
    """A function of a whole axis: of a vector, or of each row of a matrix."""
    axis = x.columns or x.rows
    if axis is None:
        raise Misfit(f"{function} of a scalar", f"{function} takes a vector")
    own = axis.apart()
    argument = Lambda((own,), substitute(x.expr, {axis: own.slot}))
    result = of(Apply(function, (argument,), (axis.slot,) if keeps else ()))
    if keeps:
        return Array(result, x.rows, x.columns)
    return Array(result, x.rows if axis is x.columns else None)


def _ones(rows: Slot, columns: Slot | None = None) -> Array:
    """1, for each position."""
    return Array(ONE, letter(Range.to(rows)), letter(Range.to(columns)) if columns is not None else None)


def _one_hot(t: Labels) -> Array:
    """[k = t]: a column for one class, a row for each of several."""
    own = letter(t.among)
    delta = bracket("=", own.slot, t.slot)
    return Array(delta, own) if t.rows is None else Array(delta, t.rows, own)


def _where(condition: tuple[Array, Array], a: Array, b: Array) -> Array:
    """[condition]·a + [not condition]·b."""
    holds, fails = condition
    return entrywise(lambda c, d, x, y: add(multiply(c, x), multiply(d, y)), holds, fails, a, b)


def _larger(a: Array, b: Array) -> Array:
    """max(a, b); with 0 it is relu."""
    for zero, other in ((a, b), (b, a)):
        if zero.is_scalar and zero.expr.number == 0:
            return entrywise(lambda x: call("relu", x), other)
    return entrywise(lambda x, y: call("max", x, y), a, b)


def _smaller(a: Array, b: Array) -> Array:
    return entrywise(lambda x, y: call("min", x, y), a, b)


_OF_TWO = {
    "max": "there is no maximum over an axis yet; max is of two: max(a, b)",
    "min": "there is no minimum over an axis yet; min is of two: min(a, b)",
}

ROWS: tuple[Form, ...] = (
    Form("sum", "sum(i, e) over an index, sum(e) over everything", ("indices", "value"), _sum),
    Form("mean", "mean(i, e) over an index, mean(e) over everything", ("indices", "value"), _mean),
    Form("norm", "norm(x), or norm(x, p) of order p", ("value", "value?"), _norm),
    Form("dot", "dot(a, b)", ("value", "value"), _dot),
    Form("outer", "outer(a, b)", ("value", "value"), _outer),
    Form("cross", "cross(a, b) of vectors of 3", ("value", "value"), _cross),
    Form("trace", "trace(A)", ("value",), _trace),
    Form("diag", "diag(v), a matrix from a vector", ("value",), _diag),
    Form("diagonal", "diagonal(A), a vector from a matrix", ("value",), _diagonal),
    Form("concatenate", "concatenate(a, b, ...)", ("values",), _concatenate),
    Form("cross_entropy", "cross_entropy(p, t) of probabilities", ("value", "labels"), _cross_entropy),
    Form("softmax_cross_entropy", "softmax_cross_entropy(z, t) of logits", ("value", "labels"), _softmax_cross_entropy),
    Form("ones", "ones(N), or ones(N, M)", ("size", "size?"), _ones),
    Form("e", "e(t), the one-hot vector of a class", ("classes",), _one_hot),
    Form("where", "where(x > 0, a, b)", ("condition", "value", "value"), _where),
    Form("max", "max(a, b), and max(a, max(b, c)) of three", ("value", "value"), _larger, _OF_TWO["max"]),
    Form("min", "min(a, b), and min(a, min(b, c)) of three", ("value", "value"), _smaller, _OF_TWO["min"]),
)

FORMS: Mapping[str, Form] = MappingProxyType({row.name: row for row in ROWS})
