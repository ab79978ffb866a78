"""One statement to one equation: the left side's letters, the right side's meaning, the quantity's shape."""

from __future__ import annotations

from derive.declare.elaborate import condition, value
from derive.declare.formula import Node
from derive.declare.positions import bound_letter
from derive.declare.scope import Bound, Fault, Scope
from derive.declare.words import plural
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Index
from derive.notation.layout import Array, described, extent


def equation(scope: Scope) -> Equation:
    """The index form of a statement; its tensor's shape is inferred from the right side unless the file states it."""
    target, right = scope.statement.root.parts
    name = scope.word(target)
    stated = scope.context.shapes.get(name)
    slots, found = _indexed(scope, target, right, stated) if len(target.parts) > 1 else _plain(scope, right)
    tensor = Tensor(name, tuple(x.range for x in slots), "hidden", row=found.columns is not None and found.rows is None)
    if stated is not None:
        _as_stated(scope, target, tensor, stated)
        tensor = stated
    return Equation(Entry(tensor, tuple(x.slot for x in slots)), found.expr, scope.statement.place(target))


def _plain(scope: Scope, right: Node) -> tuple[tuple[Index, ...], Array]:
    found = value(scope, right) if right.kind != "condition" else condition(scope, right)[0]
    return found.letters, found


def _indexed(scope: Scope, target: Node, right: Node, stated: Tensor | None) -> tuple[tuple[Index, ...], Array]:
    """name[i, j] = right: the left side binds its letters."""
    parts = target.parts[1].parts
    if stated is not None and len(parts) != len(stated.axes):
        raise Fault(
            target,
            f"`{stated.name}` is declared with {plural(len(stated.axes), 'axis')}, and has {len(parts)} here",
            "",
            scope.context.places.get(stated.name),
        )
    bound: dict[str, Bound] = {}
    for n, part in enumerate(parts):
        name = scope.word(part)
        met = bound_letter(scope, part, name, right, stated.axes[n] if stated else None)
        if met is None:
            raise Fault(
                part,
                f"the range of the index `{name}` cannot be inferred",
                f"write `indices: {{{name}: N}}`, or state the shape under `hidden`",
            )
        bound[name] = met
    found = value(scope.within(bound), right)
    if not found.is_scalar:
        raise Fault(
            right,
            f"the left side is one entry, `{scope.text(right)}` is {found}",
            "index the right side too, or leave the indices on the left out",
            scope.statement.place(target),
        )
    return tuple(letter.index for letter in bound.values()), found


def _as_stated(scope: Scope, target: Node, tensor: Tensor, stated: Tensor) -> None:
    if tensor.axes != stated.axes or (tensor.row != stated.row and len(target.parts) == 1):
        raise Fault(
            target,
            f"`{tensor.name}` is declared as {_shape(stated)}, and its equation gives {_shape(tensor)}",
            "change one of the two",
            scope.context.places.get(tensor.name),
        )


def _shape(tensor: Tensor) -> str:
    if len(tensor.axes) > 2:
        return f"an array of {' × '.join(extent(axis) for axis in tensor.axes)}"
    rows = tensor.axes[0] if tensor.axes and not tensor.row else None
    columns = tensor.axes[-1] if len(tensor.axes) == 2 or tensor.row else None
    return described(rows, columns)
