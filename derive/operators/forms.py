"""THE TABLE of constructs: what a formula may call that is a sum, a product or a bracket rather than a function.

One row each. A row says which arguments it takes and builds the index form from them; what is derived, printed and
checked follows from that form. Adding a construct is adding a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from derive.notation.constants import EPSILON
from derive.notation.expression import ONE, Entry, Expr, Tensor, bar, of
from derive.notation.index import Range, Slot
from derive.notation.layout import Array, Classes, Misfit, array, entrywise, extent, letter, matmul
from derive.notation.product import add, bracket, multiply, negative, summed
from derive.notation.walk import apart, substitute
from derive.operators import decompositions, matrices, powers, reductions
from derive.operators.form import Form, Reduction
from derive.operators.reductions import along
from derive.operators.row import call

__all__ = ["FORMS", "Form"]


def _total(body: Array) -> Expr:
    return summed(body.letters, body.expr)


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


def _picked(values: Array, classes: Classes, name: str) -> Array:
    """The entry at the class: y_t, or Y_(n, t_n) for each n."""
    axis = values.rows if classes.rows is None and values.columns is None else values.columns
    beside = values.rows if axis is values.columns else None
    if axis is None or axis.range != classes.among:
        raise Misfit(
            f"{name} of {values} and a class among {extent(classes.among)}",
            "the last axis of the first argument is the classes'",
            (0, 1),
        )
    mapping = {axis: classes.slot}
    if classes.rows is not None:
        if beside is None or beside.range != classes.rows.range:
            raise Misfit(
                f"{name} of {values} and classes for each of {extent(classes.rows.range)}",
                "the first argument needs a row for each class",
                (0, 1),
            )
        mapping[beside] = classes.rows.slot
        beside = classes.rows
    elif beside is not None:
        raise Misfit(f"{name} of {values} and one class", "give one class for each row, or one row", (0, 1))
    return Array(multiply(substitute(values.expr, mapping)), beside)


def _over_classes(weights: Array, logs: Array) -> Array:
    """−Σ_k t_k log p_k: a scalar for vectors, a column with one for each row of matrices."""
    product = entrywise(lambda w, x: multiply(w, x), weights, logs)
    if product.columns is None or product.rows is None:
        return Array(negative(_total(product)))
    return Array(negative(summed((product.columns,), product.expr)), product.rows)


def _cross_entropy(p: Array, t: Array | Classes) -> Array:
    """−log p_t of a class t; −Σ_k t_k log p_k of a vector t."""
    if isinstance(t, Classes):
        chosen = _picked(p, t, "cross_entropy")
        return Array(negative(call("log", chosen.expr)), chosen.rows)
    return _over_classes(t, entrywise(lambda x: call("log", x), p))


def _softmax_cross_entropy(z: Array, t: Array | Classes) -> Array:
    """logsumexp(z) − z_t of a class t; −Σ_k t_k log softmax(z)_k of a vector t."""
    if not isinstance(t, Classes):
        return _over_classes(t, _along_last("log_softmax", z, keeps=True))
    chosen = _picked(z, t, "softmax_cross_entropy")
    copy = Array(apart(z.expr), z.rows, z.columns)
    whole = _along_last("logsumexp", copy, keeps=False)
    if whole.rows is not None and chosen.rows is not None:
        whole = Array(substitute(whole.expr, {whole.rows: chosen.rows.slot}), chosen.rows)
    return Array(add(whole.expr, negative(chosen.expr)), chosen.rows)


def _along_last(function: str, x: Array, keeps: bool) -> Array:
    """A function of a vector, or of each row of a matrix."""
    axis = x.columns or x.rows
    if axis is None:
        raise Misfit(f"{function} of a scalar", f"{function} takes a vector")
    rows = x.rows if keeps or axis is x.columns else None
    return along(function, Reduction((axis,), Array(x.expr, rows, x.columns if keeps else None)), keeps)


def _ones(rows: Slot, columns: Slot | None = None) -> Array:
    """1, for each position."""
    return Array(ONE, letter(Range.to(rows)), letter(Range.to(columns)) if columns is not None else None)


def _one_hot(t: Classes) -> Array:
    """[k = t]: a column for one class, a row for each of several."""
    own = letter(t.among)
    delta = bracket("=", own.slot, t.slot)
    return Array(delta, own) if t.rows is None else Array(delta, t.rows, own)


def _grad(cost: Tensor, x: Tensor) -> Array:
    """∂D/∂x, of x's shape: the bar of x under the scalar D."""
    if cost.role != "hidden" or cost.axes:
        raise Misfit(f"grad of `{cost.name}`", "the first is a scalar that has an equation: grad(D, x)")
    if x.role in ("class", "constant") or x.among is not None:
        raise Misfit(f"grad with respect to `{x.name}`, a {x.role}", "the second is an input, a parameter or computed")
    if len(x.axes) > 2:
        raise Misfit(f"grad with respect to `{x.name}`, of {len(x.axes)} axes", "the second is a vector or a matrix")
    return array(bar(x, cost.name))


def _where(condition: tuple[Array, Array], a: Array, b: Array) -> Array:
    """[condition]·a + [not condition]·b."""
    holds, fails = condition
    return entrywise(lambda c, d, x, y: add(multiply(c, x), multiply(d, y)), holds, fails, a, b)


ROWS: tuple[Form, ...] = (
    *reductions.ROWS,
    Form("dot", "dot(a, b)", ("value", "value"), _dot),
    Form("outer", "outer(a, b)", ("value", "value"), _outer),
    Form("cross", "cross(a, b) of vectors of 3", ("value", "value"), _cross),
    Form("trace", "trace(A)", ("value",), _trace),
    Form("diag", "diag(v), a matrix from a vector", ("value",), _diag),
    Form("diagonal", "diagonal(A), a vector from a matrix", ("value",), _diagonal),
    Form("concatenate", "concatenate(a, b, ...)", ("values",), _concatenate),
    Form("cross_entropy", "cross_entropy(p, t) of probabilities", ("value", "value or classes"), _cross_entropy),
    Form(
        "softmax_cross_entropy",
        "softmax_cross_entropy(z, t) of logits",
        ("value", "value or classes"),
        _softmax_cross_entropy,
    ),
    Form("ones", "ones(N), or ones(N, M)", ("size", "size?"), _ones),
    Form("e", "e(t), the one-hot vector of a class", ("classes",), _one_hot),
    *matrices.FORMS,
    *decompositions.FORMS,
    *powers.FORMS,
    Form("grad", "grad(D, x), the slope of a scalar in a quantity", ("quantity", "quantity"), _grad),
    Form("where", "where(x > 0, a, b)", ("condition", "value", "value"), _where),
)

FORMS: Mapping[str, Form] = MappingProxyType({row.name: row for row in ROWS})
