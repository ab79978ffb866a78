"""One statement to one equation: the left side's positions, the right side's meaning, the quantity's shape."""

from __future__ import annotations

from collections.abc import Sequence

from derive.declare.elaborate import condition, value
from derive.declare.formula import Node
from derive.declare.left import Lead
from derive.declare.scope import Fault, Scope
from derive.declare.words import plural
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Tensor
from derive.notation.index import Range
from derive.notation.layout import Array, described, extent, letter
from derive.notation.rewrite import rewrite
from derive.notation.walk import substitute
from derive.operators import TABLE


def equation(
    scope: Scope, leads: Sequence[Lead], known: Tensor | None, axes: Sequence[Range], alone: bool = True
) -> Equation:
    """The index form of a statement.

    leads: the slots of its left side.  known: the quantity, where the file or another equation says its shape; else it
    is inferred from the right side.  axes: the axes of the leading slots, all equations of the quantity together.
    alone: no other equation gives positions of it.
    """
    target, right = scope.statement.root.parts[:2]
    found = _value(scope.within({lead.name: lead.bound for lead in leads if lead.bound is not None}), right)
    if known is not None and found.expr.number == 0 and found.is_scalar:
        found = _zeros(known, len(leads))
    tensor = known or _tensor(scope, scope.word(target), leads, found, axes)
    _fits(scope, leads, found, tensor, alone)
    slots = (*(lead.slot for lead in leads), *(x.slot for x in found.letters))
    return Equation(Entry(tensor, slots), _moved(found.expr, leads), scope.statement.place(target))


def _value(scope: Scope, right: Node) -> Array:
    return value(scope, right) if right.kind != "condition" else condition(scope, right)[0]


def _zeros(tensor: Tensor, leads: int) -> Array:
    """0 for each position of the axes that the left side leaves open."""
    rest = [letter(axis) for axis in tensor.axes[leads:]]
    if tensor.row and rest:
        return Array(Expr(), None, rest[-1])
    return Array(Expr(), *(rest[:2] if rest else ()))


def _tensor(scope: Scope, name: str, leads: Sequence[Lead], found: Array, axes: Sequence[Range]) -> Tensor:
    every = (*axes, *(x.range for x in found.letters))
    row = found.columns is not None and found.rows is None
    among = chosen_among(found)
    return Tensor(name, every, "hidden", row=row, among=among, labels=label_places(scope, leads, every))


def chosen_among(found: Array) -> Range | None:
    """The positions among which argmax chooses, if that is what a value is: it makes a quantity a class."""
    factor = found.expr.factor
    row = TABLE.get(factor.function) if isinstance(factor, Apply) else None
    return factor.args[0].letters[0].range if isinstance(factor, Apply) and row and row.position else None


def label_places(scope: Scope, leads: Sequence[Lead], axes: Sequence[Range]) -> tuple[int, ...]:
    """The places of label axes: those whose letter on the left is a label, and those that run like one."""
    labels = scope.context.labels
    ends = {axis.hi for axis in labels.values()}
    named = {n for n, lead in enumerate(leads) if lead.name in labels}
    return tuple(n for n, axis in enumerate(axes) if n in named or axis.hi in ends)


def _moved(expr: Expr, leads: Sequence[Lead]) -> Expr:
    """The right side of z[t+1] = … in the letter of the left side's own."""
    back = {x.bound.index: x.back for x in leads if x.bound and x.back and x.back.letter is not x.bound.index}
    return rewrite(substitute(expr, back), lambda factor: None) if back else expr


def _fits(scope: Scope, leads: Sequence[Lead], found: Array, tensor: Tensor, alone: bool) -> None:
    """The positions that the left side gives, and what the right side leaves open, are the quantity's axes."""
    target, right = scope.statement.root.parts[:2]
    rest = tensor.axes[len(leads) :]
    own = tuple(x.range for x in found.letters)
    if len(leads) > len(tensor.axes):
        raise Fault(
            target,
            f"`{tensor.name}` has {plural(len(tensor.axes), 'axis')}, and {len(leads)} here",
            "",
            scope.context.places.get(tensor.name),
        )
    if leads and len(own) and not rest:
        raise Fault(
            right,
            f"the left side is one entry, `{scope.text(right)}` is {found}",
            "index the right side too, or leave the indices on the left out",
            scope.statement.place(target),
        )
    whole = all(lead.runs == axis for lead, axis in zip(leads, tensor.axes, strict=False))
    row = found.columns is not None and found.rows is None
    if own != rest or (row != tensor.row and len(own) == 1) or (alone and not whole):
        given = Tensor(tensor.name, (*(lead.runs for lead in leads), *own), row=row and not leads)
        raise Fault(
            target,
            f"`{tensor.name}` is declared as {_shape(tensor)}, and its equation gives {_shape(given)}",
            "change one of the two",
            scope.context.places.get(tensor.name),
        )


def _shape(tensor: Tensor) -> str:
    if len(tensor.axes) > 2:
        return f"an array of {' × '.join(extent(axis) for axis in tensor.axes)}"
    rows = tensor.axes[0] if tensor.axes and not tensor.row else None
    columns = tensor.axes[-1] if len(tensor.axes) == 2 or tensor.row else None
    return described(rows, columns)
