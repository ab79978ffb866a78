"""Functions of whole vectors and matrices, on values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from derive.check.factored import FACTORED, nuclear, spectral
from derive.check.values import NUMBER, Array, Disagree, Open, Unknown, Value
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, Scripted


def _along(value: Value) -> int:
    """The array axis that a function of a whole vector goes along: the rows of a column, else the columns."""
    if value.is_scalar or value.is_odd:
        raise Disagree(f"a function of a whole vector, of {value.shape}")
    return -1 if value.columns else -2


def _softmax(value: Value, held: Array | float = 1.0) -> Value:
    axis = _along(value)
    powers = np.exp(value.array - value.array.max(axis=axis, keepdims=True)) * held
    return Value(powers / powers.sum(axis=axis, keepdims=True), value.rows, value.columns)


def _log_softmax(value: Value, held: Array | float = 1.0) -> Value:
    soft = _softmax(value, held)
    return Value(np.log(soft.array), soft.rows, soft.columns)


def _taken(how: Callable[[Array, int], Array]) -> Callable[[Value], Value]:
    """A function that takes an axis away."""

    def of(value: Value, held: Array | float | None = None) -> Value:
        if held is not None:
            raise Unknown("this function under a condition")
        axis = _along(value)
        array = np.asarray(how(value.array, axis))
        rows = value.rows if axis == -1 and value.rows else None
        return Value(array, rows, None, name="" if rows else NUMBER)

    return of


def _logsumexp(a: Array, axis: int) -> Array:
    top = a.max(axis=axis, keepdims=True)
    return np.asarray(top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True)))


def _diagonal(value: Value) -> Value:
    """diag(v): a matrix; diag(M): its diagonal."""
    if value.rows and value.columns:
        if value.rows.length != value.columns.length:
            raise Disagree(f"the diagonal of {value.shape}")
        return Value(np.diagonal(value.array, axis1=-2, axis2=-1)[..., :, None], value.rows)
    axis = value.rows or value.columns
    if axis is None:
        raise Disagree(f"diag of {value.shape}")
    if axis.is_open:
        raise Open("diag of ones: nothing says how many there are")
    flat = value.array.reshape((*value.array.shape[:-2], axis.length))
    return Value(flat[..., :, None] * np.eye(axis.length), axis, axis)


def _trace(value: Value) -> Value:
    if not (value.rows and value.columns) or value.rows.length != value.columns.length:
        raise Disagree(f"the trace of {value.shape}")
    _of_known_size(value)
    return Value(np.trace(value.array, axis1=-2, axis2=-1)[..., None, None])


def _triangle(part: Callable[[Array], Array]) -> Callable[[Value], Value]:
    """A matrix with 0 on one side of its diagonal."""

    def of(value: Value) -> Value:
        return Value(np.asarray(part(_square(value))), value.rows, value.columns)

    return of


def _square(value: Value) -> Array:
    """The numbers of a square matrix."""
    if not (value.rows and value.columns) or value.is_odd or value.array.shape[-1] != value.array.shape[-2]:
        raise Disagree(f"the inverse or determinant of {value.shape}")
    if value.rows.is_open and not value.is_identity:
        raise Open("the inverse or determinant of a matrix whose size nothing says")
    return value.array


def inverted(value: Value) -> Value:
    """A⁻¹ of a square matrix."""
    try:
        return Value(np.asarray(np.linalg.inv(_square(value)), float), value.columns, value.rows, value.fills)
    except np.linalg.LinAlgError:
        raise Unknown("the inverse of a matrix that has none") from None


def _of_known_size(value: Value) -> None:
    """I alone does not say how large it is."""
    if value.rows and value.rows.is_open:
        raise Open("the identity where nothing says its size: write I_N")


def _determinant(value: Value) -> Value:
    _of_known_size(value)
    return Value(np.linalg.det(_square(value))[..., None, None])


def _adjugate(value: Value) -> Value:
    """The transpose of the cofactors: det A times A⁻¹."""
    _of_known_size(value)
    inverse = inverted(value)
    return replace(inverse, array=inverse.array * _determinant(value).array)


def _log_determinant(value: Value) -> Value:
    _of_known_size(value)
    return Value(np.linalg.slogdet(_square(value))[1][..., None, None])


def _everything(how: Callable[..., Array]) -> Callable[[Value], Value]:
    """Over all entries of a vector or a matrix."""

    def of(value: Value) -> Value:
        axes: tuple[int, ...] = tuple(n for n, axis in ((-2, value.rows), (-1, value.columns)) if axis)
        if any(axis is not None and axis.is_open for axis in (value.rows, value.columns)):
            raise Open("a sum over ones whose number nothing says")
        return Value(np.asarray(how(value.array, axis=axes, keepdims=True)))

    return of


def _norm(a: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.asarray(np.sqrt(np.sum(a * a, axis=axis, keepdims=keepdims)))


def norm_of(node: Scripted) -> str | None:
    """What stands below a norm: 2, F, 1 or infty; None if nothing does, or if this is no norm."""
    only = flat(node.subs)
    if len(only) != 1 or not isinstance(node.body, Fenced) or node.body.opening != "||":
        return None
    return text_of(only[0])


def norm(value: Value, kind: str = "", meant: str = "") -> Value:
    """The root of the sum of all squares, or another norm of a vector; of a matrix ‖A‖_*, and ‖A‖₂ as it is meant:
    spectral, or what others write so, the root of the sum of all squares."""
    if value.rows and value.columns and kind in ("*", "ast"):
        return nuclear(value)
    if value.rows and value.columns and kind == "2" and meant == "spectral":
        return spectral(value)
    axes = tuple(n for n, axis in ((-2, value.rows), (-1, value.columns)) if axis)
    how = NORMS.get("" if meant == "entries" and kind == "2" else kind)
    if value.is_odd or how is None or (len(axes) == 2 and kind not in ("", "F", "f", *("2" * (meant == "entries")))):
        raise Unknown(f"the norm {kind} of {value.shape}")
    return Value(np.asarray(how(np.abs(value.array), axes)))


NORMS: Mapping[str, Callable[[Array, tuple[int, ...]], Array]] = {
    **{kind: lambda a, axes: np.sqrt(np.sum(a**2, axis=axes, keepdims=True)) for kind in ("", "2", "F", "f")},
    "1": lambda a, axes: np.sum(a, axis=axes, keepdims=True),
    "infty": lambda a, axes: np.max(a, axis=axes, keepdims=True),
}
"""Of the absolute values."""

AXIS_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _taken(_logsumexp),
    "mean": _taken(lambda a, axis: np.asarray(a.mean(axis=axis, keepdims=True))),
    "var": _taken(lambda a, axis: np.asarray(a.var(axis=axis, keepdims=True))),
    "std": _taken(lambda a, axis: np.asarray(a.std(axis=axis, keepdims=True))),
    "amax": _taken(lambda a, axis: np.asarray(a.max(axis=axis, keepdims=True))),
    "amin": _taken(lambda a, axis: np.asarray(a.min(axis=axis, keepdims=True))),
}
"""Functions along one axis: of a matrix, row by row."""

WHOLE_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "tril": _triangle(np.tril),
    "triu": _triangle(np.triu),
    "diag": _diagonal,
    "inv": inverted,
    "det": _determinant,
    "adj": _adjugate,
    "logdet": _log_determinant,
    "diagonal": _diagonal,
    "tr": _trace,
    "trace": _trace,
    "sum": _everything(np.sum),
    "norm": _everything(_norm),
    **FACTORED,
}
"""Functions of all of a vector or a matrix."""
