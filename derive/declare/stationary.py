"""The shape of what makes a cost stationary, where the file states none: the one with which its cost is a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.declare.formula import Statement
from derive.declare.guess import stationary_shapes
from derive.declare.implicit import stationary_pairs
from derive.declare.marks import Source
from derive.declare.quantity import Quantity
from derive.declare.scope import Context
from derive.errors import Place, Problem
from derive.notation.expression import Tensor
from derive.notation.layout import extent


def of_costs(
    stationary: Mapping[str, str],
    quantities: Mapping[str, Quantity],
    waiting: Sequence[Statement],
    reads: Sequence[Sequence[str]],
    context: Context,
    source: Source,
    problems: list[Problem],
    poisoned: set[str],
) -> Tensor | None:
    """The first that one shape only does for; where none does, or several do, the file is asked."""
    for name, cost in stationary.items():
        if name in context.tensors or name in poisoned:
            continue
        place = next(
            (source.value(*p) for own, _, p in stationary_pairs(source.data["stationary"]) if own == name), None
        )
        context.places.setdefault(name, place)
        fitting = stationary_shapes(name, cost, quantities, waiting, reads, context)
        if len(fitting) == 1:
            return fitting[0]
        problems.append(_shapeless(name, fitting, place))
        poisoned.add(name)
    return None


def _shapeless(name: str, fitting: Sequence[Tensor], place: Place | None) -> Problem:
    """Nothing says what shape w has, or several shapes would do."""
    shapes = [f"[{', '.join(map(extent, tensor.axes))}]" for tensor in fitting if not tensor.row]
    some = f": {' and '.join(shapes[:3])} would all do" if len(shapes) > 1 else ""
    like = next((shape for shape in shapes if shape != "[]"), "[...]")
    return Problem(place, f"the shape of `{name}` is not known{some}", f"state it: `hidden: {{{name}: {like}}}`")
