"""The shape of a quantity that only follows from itself, h[t] = tanh(W @ h[t-1] + x[t]).

Each shape that the known axes allow is tried: with it, the statements that wait must read well and come round to the
same shape. Scalars come before vectors and these before matrices; of one rank only a single fitting shape is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from derive.declare.formula import Statement
from derive.declare.quantity import Quantity
from derive.declare.scope import Context, Fault, Scope
from derive.notation.expression import Tensor
from derive.notation.index import Range

MOST = 8
"""How many different axes are tried."""


def guessed(
    name: str,
    quantities: Mapping[str, Quantity],
    waiting: Sequence[Statement],
    reads: Sequence[Sequence[str]],
    known: Context,
) -> Tensor | None:
    """The one shape of a quantity with which all that waits for it reads well; None where there is none, or several."""
    quantity = quantities[name]
    try:
        quantity.leads(known)
    except Fault:
        return None
    for rank in _layouts(known):
        fitting = [
            t
            for t in (quantity.tensor(known, *layout) for layout in rank)
            if _conforms(t, quantities, waiting, reads, known)
        ]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _layouts(known: Context) -> Iterator[list[tuple[tuple[Range, ...], bool]]]:
    """(axes, row) of a scalar, of vectors, of matrices."""
    axes = list(dict.fromkeys(axis for tensor in known.tensors.values() for axis in tensor.layout))[:MOST]
    yield [((), False)]
    yield [((axis,), row) for axis in axes for row in (False, True)]
    yield [((rows, columns), False) for rows in axes for columns in axes]


def _conforms(
    tensor: Tensor,
    quantities: Mapping[str, Quantity],
    waiting: Sequence[Statement],
    reads: Sequence[Sequence[str]],
    known: Context,
) -> bool:
    """Whether the statements that wait read well with this shape, as far as they give the quantity anew."""
    trial = replace(known, tensors={**known.tensors, tensor.name: tensor}, arities=dict(known.arities))
    left = dict(enumerate(waiting))
    while True:
        ready = [n for n, s in left.items() if all(name in trial.tensors for name in reads[n])]
        for n in ready:
            statement = left.pop(n)
            name = statement.word(statement.root.parts[0])
            try:
                found = quantities[name].equation(Scope(trial, statement), trial.tensors.get(name))
            except Fault:
                return False
            trial.tensors[name] = found.left.tensor
            if name == tensor.name and found.right.number is None:
                return True
        if not ready:
            return False
