"""Matrix expressions as NumPy. Vectors, columns and rows alike, are arrays of one axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.notation.algebra import transpose
from derive.notation.expression import Apply, Entry, Tensor
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import Matrix
from derive.render.numpy_code import Code, added, binary, call, magnitude, negative, number, quotient
from derive.render.numpy_labels import condition, labelled, mask, mean
from derive.render.numpy_scalar import COMPARE, Coder, outer_first

Write = Callable[[Matrix, Coder], Code]


def matrix(expr: Matrix, coder: Coder) -> Code:
    """The expression as an array with an axis for each that it has."""
    return WRITERS[expr.op](expr, coder)


def _arguments(expr: Matrix, coder: Coder) -> list[Code]:
    return [matrix(argument, coder) for argument in expr.args]


def _is_scalar(expr: Matrix) -> bool:
    return expr.rows is None and expr.columns is None


def _is_matrix(expr: Matrix) -> bool:
    return expr.rows is not None and expr.columns is not None


def _tensor(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, Tensor)
    return coder.entry(Entry(expr.data))


def _over(expr: Matrix, coder: Coder) -> Code:
    """Σ over labels, from zeros of the wanted shape on, since there may be no position."""
    assert isinstance(expr.data, tuple)
    letters = [part for part in expr.data if isinstance(part, Index)]
    inner = coder.entering(*letters)
    loops = " ".join(f"for {inner.scope[x]} in {inner.range(x.range).text}" for x in outer_first(tuple(letters)))
    body, shape = matrix(expr.args[0], inner).text, _shape(expr, coder)
    if not shape:
        return call("sum", f"{body} {loops}")
    return call("sum", f"({body} {loops})", call("np.zeros", _tuple(shape)))


def _tuple(shape: list[Code]) -> str:
    return shape[0].text if len(shape) == 1 else f"({', '.join(n.text for n in shape)})"


def _entry(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, (Entry, Slot))
    return coder.factor(expr.data)


def _number(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, (int, Fraction))
    return number(expr.data)


def _shape(expr: Matrix, coder: Coder) -> list[Code]:
    return [coder.slot(axis.size) for axis in (expr.rows, expr.columns) if axis is not None]


def _ones(expr: Matrix, coder: Coder) -> Code:
    shape = _shape(expr, coder)
    if not shape:
        return Code("1.0")
    return call("np.ones", _tuple(shape))


def _one_hot(expr: Matrix, coder: Coder) -> Code:
    coder.helpers["one_hot"] = None
    axis = expr.columns or expr.rows
    assert axis is not None
    return call("one_hot", _classes(expr, coder), coder.slot(axis.lo), coder.slot(axis.hi))


def _classes(expr: Matrix, coder: Coder) -> Code:
    """Where the ones stand."""
    if isinstance(expr.data, Slot):
        return coder.slot(expr.data)
    assert isinstance(expr.data, Entry)
    own = any(x not in coder.scope for slot in expr.data.slots for x in slot.letters())
    return labelled(expr, coder) if own else coder.entry(expr.data)


def _transpose(expr: Matrix, coder: Coder) -> Code:
    inner = matrix(expr.args[0], coder)
    return Code(f"{inner.inside('**', right=True)}.T") if _is_matrix(expr.args[0]) else inner


def _matpower(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, Slot)
    return call("np.linalg.matrix_power", matrix(expr.args[0], coder), coder.slot(expr.data))


def _scale(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, (int, Fraction))
    inner = matrix(expr.args[0], coder)
    size = magnitude(expr.data)
    scaled = binary("*", size, inner) if size else inner
    return negative(scaled) if expr.data < 0 else scaled


def _named(name: str) -> Write:
    return lambda expr, coder: call(name, *_arguments(expr, coder))


def _norm(expr: Matrix, coder: Coder) -> Code:
    return call("np.sum", call("np.square", matrix(expr.args[0], coder)))


def _power(expr: Matrix, coder: Coder) -> Code:
    base = matrix(expr.args[0], coder)
    if len(expr.args) > 1:
        return Code(f"{base.inside('**', right=True)} ** {matrix(expr.args[1], coder).inside('**', right=True)}", "**")
    assert isinstance(expr.data, (int, Fraction))
    return _to_power(base, expr.data)


def _to_power(base: Code, exponent: int | Fraction) -> Code:
    if exponent == 1:
        return base
    if exponent < 0:
        return quotient(Code("1"), _to_power(base, -exponent))
    if exponent == Fraction(1, 2):
        return call("np.sqrt", base)
    return Code(f"{base.inside('**', right=True)} ** {number(exponent).inside('**', right=True)}", "**")


def _slice(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, tuple)
    inner = expr.args[0]
    axes = ((inner.rows, expr.data[0]), (inner.columns, expr.data[1]))
    cuts = [_cut(part, axis, coder) for axis, part in axes if axis is not None]
    return Code(f"{matrix(inner, coder).inside('**', right=True)}[{', '.join(cuts)}]")


def _cut(part: Range | Slot | Index | None, axis: Range, coder: Coder) -> str:
    if part is None:
        return ":"
    if not isinstance(part, Range):
        return coder.slot(position(part) - axis.lo).text
    return f"{coder.slot(part.lo - axis.lo).text}:{coder.slot(part.hi - axis.lo + 1).text}"


def _apply(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, Apply)
    return call(coder.function(expr.data), *_arguments(expr, coder))


def _whole(expr: Matrix, coder: Coder) -> Code:
    """softmax along the last axis; a function that is passed in, vector by vector; a family, member by member."""
    apply = expr.data
    assert isinstance(apply, Apply)
    name, arguments = coder.function(apply), _arguments(expr, coder)
    kind = coder.names.network.functions.get(apply.function)
    if kind == "family":
        axis = expr.rows or expr.columns
        assert axis is not None
        members = f"np.array([{name}(i, {', '.join(a.text for a in arguments)}) for i in {coder.range(axis).text}])"
        return Code(members)
    if kind is not None and any(_is_matrix(a) for a in expr.args):
        return Code(f"np.array([{name}(v) for v in {arguments[0].text}])")
    return call(name, *arguments)


def _indicator(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, str)
    sides = [a.inside("compare", right=True) for a in _arguments(expr, coder)]
    return call("np.where", f" {COMPARE[expr.data]} ".join(sides), "1.0", "0.0")


def _add(expr: Matrix, coder: Coder) -> Code:
    signed = [_signed(argument, coder) for argument in expr.args]
    return added(signed)


def _signed(expr: Matrix, coder: Coder) -> tuple[bool, Code]:
    if expr.op == "scale" and isinstance(expr.data, (int, Fraction)) and expr.data < 0:
        return True, _scale(Matrix("scale", expr.args, expr.rows, expr.columns, -expr.data), coder)
    return False, matrix(expr, coder)


def _matmul(expr: Matrix, coder: Coder) -> Code:
    """From the right where a vector stands there, so that no matrices are multiplied for it."""
    operands = [(argument, matrix(argument, coder)) for argument in expr.args]
    if not _is_matrix(expr.args[-1]) and len(operands) > 2:
        while len(operands) > 1:
            operands[-2:] = [_pair(*operands[-2], *operands[-1], coder)]
    while len(operands) > 1:
        operands[:2] = [_pair(*operands[0], *operands[1], coder)]
    return operands[0][1]


def _pair(left: Matrix, first: Code, right: Matrix, second: Code, coder: Coder) -> tuple[Matrix, Code]:
    """A product of two; a column times a row is an outer product, a scalar times anything is entrywise."""
    shape = Matrix("matmul", (), left.rows, right.columns)
    inverted = _inverted(left)
    if inverted is not None:
        return shape, call("np.linalg.solve", matrix(inverted, coder), second)
    if left.columns is not None and right.rows is not None:
        return shape, binary("@", first, second)
    if left.rows is not None and right.columns is not None and left.columns is None and right.rows is None:
        return shape, call("np.outer", first, second)
    one, two = (left, right) if _is_scalar(left) else (right, left)
    assert _is_scalar(one)
    return Matrix("times", (), two.rows, two.columns), binary("*", first, second)


def _inverted(expr: Matrix) -> Matrix | None:
    """The A of A⁻¹, the Aᵀ of A⁻ᵀ: what stands behind these is solved for."""
    inner = expr.args[0] if expr.op == "transpose" else expr
    if inner.op != "inverse":
        return None
    return transpose(inner.args[0]) if expr.op == "transpose" else inner.args[0]


def _entrywise(expr: Matrix, coder: Coder) -> Code:
    above = [matrix(a, coder) for a in expr.args if not _is_below(a)]
    below = [_to_power(matrix(a.args[0], coder), -a.data) for a in expr.args
             if _is_below(a) and isinstance(a.data, (int, Fraction))]  # fmt: skip
    top = binary("*", *above) if above else Code("1")
    return quotient(top, binary("*", *below)) if below else top


def _is_below(expr: Matrix) -> bool:
    return expr.op == "power" and len(expr.args) == 1 and isinstance(expr.data, (int, Fraction)) and expr.data < 0


def _concatenate(expr: Matrix, coder: Coder) -> Code:
    return call("np.concatenate", f"[{', '.join(a.text for a in _arguments(expr, coder))}]")


WRITERS: Mapping[str, Write] = MappingProxyType({
    "tensor": _tensor, "labelled": labelled, "over": _over, "condition": condition, "mask": mask,
    "mean": lambda expr, coder: mean(expr, matrix(expr.args[0], coder)),
    "entry": _entry, "size": _entry, "number": _number, "ones": _ones, "one-hot": _one_hot,
    "identity": lambda expr, coder: call("np.eye", _shape(expr, coder)[0]),
    "transpose": _transpose, "inverse": _named("np.linalg.inv"), "matpower": _matpower,
    "scale": _scale, "diag": _named("np.diag"), "diagonal": _named("np.diagonal"),
    "trace": _named("np.trace"), "sum": _named("np.sum"), "norm2": _norm, "power": _power, "slice": _slice,
    "apply": _apply, "whole": _whole, "indicator": _indicator, "add": _add, "matmul": _matmul,
    "hadamard": _entrywise, "times": _entrywise, "cross": _named("np.cross"), "concatenate": _concatenate,
})  # fmt: skip
"""How each operation of `notation.matrix` is computed."""
