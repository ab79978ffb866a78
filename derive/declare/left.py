"""Left sides: which positions of a quantity an equation gives.

h[0] = …            a fixed position
z[t] = …            every position of a letter: its declared range, or the one that `for t = 1..T` gives
z[t+1] = …          the same, moved: positions 1 + lo, …, 1 + hi
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.declare.formula import Node
from derive.declare.positions import bound_letter, slot
from derive.declare.scope import Bound, Fault, Scope, walk
from derive.notation.expression import Tensor
from derive.notation.index import Index, Range, Slot


@dataclass(frozen=True, slots=True)
class Lead:
    """One slot of a left side.

    slot: a fixed position, or a letter of its own.  runs: the positions that it gives.  name, bound: the letter that
    the right side reads, if there is one, and `back`: what that letter is in terms of the slot's own.
    """

    slot: Slot
    runs: Range
    name: str = ""
    bound: Bound | None = None
    back: Slot | None = None


def leads(scope: Scope, stated: Tensor | None) -> tuple[Lead, ...]:
    """The slots of a statement's left side; raises Fault."""
    target, right, *rest = scope.statement.root.parts
    ranges = _ranges(scope, rest[-1]) if rest else {}
    parts = target.parts[1].parts if len(target.parts) > 1 else ()
    axes = (*(stated.axes if stated else ()), *([None] * len(parts)))
    found = tuple(_lead(scope, part, right, ranges, axis) for part, axis in zip(parts, axes, strict=False))
    for name, (node, _) in ranges.items():
        if name not in (lead.name for lead in found):
            raise Fault(node, f"`{name}` is no index of the left side", f"write it there: {scope.word(target)}[{name}]")
    return found


def _ranges(scope: Scope, node: Node) -> dict[str, tuple[Node, Range]]:
    """for t = 1..T, l = 2..L."""
    found: dict[str, tuple[Node, Range]] = {}
    for part in node.parts:
        name, first, _, last = part.parts
        runs = Range(slot(scope, first), slot(scope, last))
        if runs.size.is_number and runs.size.constant < 1:
            raise Fault(part, f"`{scope.text(part)}` is empty", "a range goes upwards: for t = 1..T")
        found[scope.word(name)] = name, runs
    return found


def letter_names(scope: Scope, part: Node) -> list[str]:
    """The names in a slot that are no sizes: its letters."""
    names = dict.fromkeys(scope.word(node) for node in walk(part) if node.kind == "name")
    return [name for name in names if name not in scope.context.sizes]


def _lead(scope: Scope, part: Node, right: Node, ranges: Mapping[str, tuple[Node, Range]], axis: Range | None) -> Lead:
    names = letter_names(scope, part)
    if not names:
        at = slot(scope, part)
        return Lead(at, Range(at, at))
    if len(names) > 1:
        raise Fault(part, f"`{scope.text(part)}` on the left", "one index in each slot of the left side: z[i, j] = ...")
    name = names[0]
    bound = _bound(scope, part, name, right, ranges, axis)
    at = slot(scope.within({name: bound}), part)
    return _own(scope, part, name, bound, at)


def _bound(
    scope: Scope,
    part: Node,
    name: str,
    right: Node,
    ranges: Mapping[str, tuple[Node, Range]],
    axis: Range | None,
) -> Bound:
    scope.free(part, name)
    if name in ranges:
        node, runs = ranges[name]
        return Bound(Index(name, runs), scope.statement.place(node))
    met = bound_letter(scope, part, name, right, axis if part.kind == "name" else None)
    if met is None:
        mend = f"write `for {name} = 1..N` after the equation, or `indices: {{{name}: N}}`"
        raise Fault(part, f"the range of the index `{name}` cannot be inferred", mend)
    return met


def _own(scope: Scope, part: Node, name: str, bound: Bound, at: Slot) -> Lead:
    """t + 1 for t = lo..hi as a letter of its own that runs from lo + 1 to hi + 1."""
    if at.letter is bound.index:
        return Lead(at, bound.index.range, name, bound, at)
    sign = at.coefficient(bound.index)
    if sign not in (1, -1):
        mend = "its index stands there alone, or with a number added: z[t+1] = ..."
        raise Fault(part, f"`{scope.text(part)}` on the left", mend)
    offset = at - bound.index.slot * sign
    ends = [offset + end * sign for end in (bound.index.range.lo, bound.index.range.hi)][::sign]
    own = Index(name, Range(*ends))
    return Lead(own.slot, own.range, name, bound, (own.slot - offset) * sign)
