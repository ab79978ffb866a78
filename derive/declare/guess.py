"""The shape of a quantity that only follows from itself, h[t] = tanh(W @ h[t-1] + x[t]).

Each shape that the known axes allow is tried: with it, the statements that wait must read well and come round to the
same shape. Scalars come before vectors and these before matrices; of one rank only a single fitting shape is taken.
Where that needs another such shape, as the cells c of h[t] = o[t] * tanh(c[t]) do, that one is tried within.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from derive.declare.formula import Statement
from derive.declare.quantity import Quantity
from derive.declare.scope import Context, Fault, Scope, walk
from derive.notation.expression import Tensor
from derive.notation.index import Range

MOST = 8
"""How many different axes are tried."""

DEEPEST = 2
"""How many shapes are tried within each other."""


def guessed(
    quantities: Mapping[str, Quantity],
    waiting: Sequence[Statement],
    reads: Sequence[Sequence[str]],
    known: Context,
    poisoned: Container[str],
    implicit: Container[str] = (),
) -> Tensor | None:
    """The first of the quantities that wait which has one shape only with which all that waits for it reads well."""
    return _first(_Waiting(quantities, dict(enumerate(waiting)), reads, poisoned, implicit), known, DEEPEST)


def stationary_shapes(
    name: str,
    cost: str,
    quantities: Mapping[str, Quantity],
    waiting: Sequence[Statement],
    reads: Sequence[Sequence[str]],
    known: Context,
) -> list[Tensor]:
    """The shapes of what makes a cost stationary with which all that reads it reads well, and the cost is a number."""
    met = _Waiting(quantities, dict(enumerate(waiting)), reads, ())
    every = (Tensor(name, axes, "hidden", row=row) for rank in _layouts(known) for axes, row in rank)
    return [tensor for tensor in every if _gives_number(tensor, cost, met, known)]


def _gives_number(tensor: Tensor, cost: str, waiting: _Waiting, known: Context) -> bool:
    trial = replace(known, tensors={**known.tensors, tensor.name: tensor}, arities=dict(known.arities))
    left = dict(waiting.statements)
    while ready := [n for n in left if all(name in trial.tensors for name in waiting.reads[n])]:
        if any(_read(left.pop(n), waiting, trial) is None for n in ready):
            return False
    return cost in trial.tensors and not trial.tensors[cost].axes


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The statements that wait for a shape, what each reads, and all quantities."""

    quantities: Mapping[str, Quantity]
    statements: Mapping[int, Statement]
    reads: Sequence[Sequence[str]]
    poisoned: Container[str]
    implicit: Container[str] = ()

    def names(self, known: Context) -> list[str]:
        """The quantities whose shape may be tried: those read at another position, h[t-1], or all where none is."""
        every = ((_target(s), len(s.root.parts[0].parts) > 1) for s in self.statements.values())
        targets = dict.fromkeys(name for name, indexed in every if indexed or name in self.implicit)
        moved = {name for s in self.statements.values() for name in _moved(s)}
        free = [name for name in targets if name not in self.poisoned and name not in known.tensors]
        return [name for name in free if name in moved] or free


def _target(statement: Statement) -> str:
    return statement.word(statement.root.parts[0])


def _moved(statement: Statement) -> Iterator[str]:
    """What a statement reads at a position that is no letter."""
    for node in walk(statement.root.parts[1]):
        at = node.parts[1].parts[0].parts if node.kind == "postfix" and node.parts[1].kind == "entry" else ()
        if any(slot.kind != "name" for slot in at):
            yield statement.word(node.parts[0])


def _first(waiting: _Waiting, known: Context, deeper: int) -> Tensor | None:
    return next((t for name in waiting.names(known) if (t := _shape(name, waiting, known, deeper))), None)


def _shape(name: str, waiting: _Waiting, known: Context, deeper: int) -> Tensor | None:
    """The one shape of a quantity with which all that waits for it reads well; None where there is none, or several."""
    quantity = waiting.quantities[name]
    try:
        quantity.leads(known)
    except Fault:
        return None
    for rank in _layouts(known):
        fitting = [t for layout in rank if _conforms(t := quantity.tensor(known, *layout), waiting, known, deeper)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _layouts(known: Context) -> Iterator[list[tuple[tuple[Range, ...], bool]]]:
    """(axes, row) of a scalar, of vectors, of matrices."""
    axes = list(dict.fromkeys(axis for tensor in known.tensors.values() for axis in tensor.layout))[:MOST]
    yield [((), False)]
    yield [((axis,), row) for axis in axes for row in (False, True)]
    yield [((rows, columns), False) for rows in axes for columns in axes]


def _conforms(tensor: Tensor, waiting: _Waiting, known: Context, deeper: int) -> bool:
    """Whether the statements that wait read well with this shape, as far as they give the quantity anew."""
    trial = replace(known, tensors={**known.tensors, tensor.name: tensor}, arities=dict(known.arities))
    left = dict(waiting.statements)
    while left:
        ready = [n for n in left if all(name in trial.tensors for name in waiting.reads[n])]
        if not ready:
            other = _first(replace(waiting, statements=left), trial, deeper - 1) if deeper > 1 else None
            if other is None:
                return False
            trial.tensors[other.name] = other
        for n in ready:
            found = _read(left.pop(n), waiting, trial)
            if found is None or found == tensor.name:
                return found is not None
    return False


def _read(statement: Statement, waiting: _Waiting, trial: Context) -> str | None:
    """The quantity that a statement gives anew, "" where it is a mere number; None if it does not read well."""
    name = _target(statement)
    try:
        found = waiting.quantities[name].equation(Scope(trial, statement), trial.tensors.get(name))
    except Fault:
        return None
    trial.tensors[name] = found.left.tensor
    return name if found.right.number is None else ""
