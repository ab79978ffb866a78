"""Reads outside an axis: a tensor is zero there, and a logarithm, a reciprocal or a root of zero is none."""

from __future__ import annotations

from derive.declare.formula import Node
from derive.declare.scope import Fault, Scope
from derive.notation.expression import Entry, Expr, Number
from derive.notation.index import Index, Range, Slot, nonnegative, position
from derive.notation.layout import extent

OPEN = frozenset({"log", "log2", "sqrt", "lgamma"})
"""Functions of the table that have no value or no slope at 0."""


def open_power(exponent: Number | None) -> bool:
    """Whether x ** exponent has no value or no slope at x = 0."""
    return exponent is not None and (exponent < 0 or (exponent != int(exponent) and exponent < 1))


def refuse_outside(scope: Scope, node: Node, argument: Expr) -> None:
    """Refuse log(x[i+1]) where i + 1 may pass the end of x."""
    entry = _outside(argument)
    if entry is None:
        return
    name = entry[0].tensor.name
    raise Fault(
        node,
        f"`{scope.text(node)}` may read `{name}` outside its axis of {extent(entry[1])}, where it is 0",
        "let the index stop where the axis ends, such as `indices: {i: N - 1}`",
        scope.context.places.get(name),
    )


def _outside(argument: Expr) -> tuple[Entry, Range] | None:
    """An entry that makes the whole argument 0 where it is read outside; parts of a sum may stand in for each other."""
    if len(argument.terms) != 1 or argument.terms[0].bound:
        return None
    for factor in argument.terms[0].factors:
        if isinstance(factor, Entry):
            for slot, axis in zip(factor.slots, factor.tensor.axes, strict=True):
                if not (nonnegative(axis.hi - _end(slot, 1)) and nonnegative(_end(slot, -1) - axis.lo)):
                    return factor, axis
    return None


def _end(slot: Slot, sign: int) -> Slot:
    """The largest (sign 1) or smallest (-1) value of a position, its letters and classes at their ends."""
    total = Slot((), slot.constant)
    for monomial, coefficient in slot.parts:
        product = Slot((), coefficient)
        for atom in monomial:
            runs = atom.range if isinstance(atom, Index) else atom.tensor.among if isinstance(atom, Entry) else None
            end = position(atom) if runs is None else runs.hi if coefficient * sign > 0 else runs.lo
            product = product * end
        total = total + product
    return total
