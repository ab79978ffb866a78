"""Vector forms as plain text, for tests that must not rest on the typesetting: Wᵀ z̄^(t+1) is W' z~^(t + 1)."""

from __future__ import annotations

from derive.notation.expression import Apply, Bracket, Entry, Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.layout import spelled
from derive.notation.matrix import Matrix, MatrixEquation


def plain(equation: MatrixEquation) -> str:
    """left = right."""
    return f"{text(equation.left)} = {text(equation.right)}"


def text(matrix: Matrix) -> str:
    """An operation with its arguments; sums and products within others in parentheses."""
    data, args = matrix.data, [inside(a) for a in matrix.args]
    infix = {"add": " + ", "matmul": " ", "hadamard": " * ", "times": " ", "cross": " x "}
    if matrix.op in infix:
        return infix[matrix.op].join(args)
    if matrix.op == "transpose":
        return f"{args[0]}'"
    if matrix.op == "scale":
        return f"{data} {args[0]}"
    if matrix.op == "power":
        return f"{args[0]}^{data if len(args) == 1 else args[1]}"
    if matrix.op == "over":
        assert isinstance(data, tuple)
        return f"sum_{','.join(x.name for x in data if isinstance(x, Index))} {text(matrix.args[0])}"
    if matrix.op == "slice":
        assert isinstance(data, tuple)
        return f"{args[0]}[{', '.join(map(_cut, data))}]"
    if not matrix.args:
        return _leaf(matrix)
    name = data.function + "~" * len(data.partials) if isinstance(data, Apply) else f"{matrix.op}{data or ''}"
    return f"{name}({', '.join(text(a) for a in matrix.args)})"


def inside(matrix: Matrix) -> str:
    """The same in parentheses where it needs them."""
    written = text(matrix)
    loose = matrix.op in ("add", "matmul", "hadamard", "times", "scale", "over")
    return f"({written})" if loose else written


def _cut(part: object) -> str:
    if isinstance(part, Range):
        return f"{spelled(part.lo)}:{spelled(part.hi)}"
    return spelled(part) if isinstance(part, Slot) else ":"


def _leaf(matrix: Matrix) -> str:
    data = matrix.data
    if isinstance(data, Tensor):
        return name(data)
    if matrix.op == "labelled" and isinstance(data, Entry):
        return f"{name(data.tensor)}^({', '.join(spelled(data.slots[n]) for n in data.tensor.labels)})"
    if matrix.op == "one-hot":
        return f"1[{_at(data)}]"
    if isinstance(data, Bracket):
        return f"[{_at(data.left)} {data.relation} {_at(data.right)}]"
    if matrix.op == "ones":
        return "1" if matrix.columns is None else "1'" if matrix.rows is None else "(1 1')"
    return _at(data) if data is not None else matrix.op


def _at(data: object) -> str:
    if isinstance(data, Entry):
        slots = ", ".join(map(spelled, data.slots))
        return f"{name(data.tensor)}[{slots}]" if slots else name(data.tensor)
    return spelled(data) if isinstance(data, Slot) else str(data)


def name(tensor: Tensor) -> str:
    return tensor.name + "~" * len(tensor.cost)
