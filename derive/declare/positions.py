"""Slots and conditions: the integer part of a formula, and the ranges of letters that are inferred from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import add, mul, sub
from types import MappingProxyType

from derive.declare.formula import Node
from derive.declare.quotients import FLOOR, quotient, ratio
from derive.declare.scope import Bound, Fault, Scope, unknown_name
from derive.declare.words import plural
from derive.errors import Place
from derive.notation.bounds import surely_positive
from derive.notation.expression import Entry, Tensor, of
from derive.notation.index import Index, Range, Slot, nonnegative, position
from derive.notation.layout import Array, Misfit, extent, letter, spelled

ORDINALS = ("1st", "2nd", "3rd")


def ordinal(n: int) -> str:
    return ORDINALS[n] if n < len(ORDINALS) else f"{n + 1}th"


def slot(scope: Scope, node: Node) -> Slot:
    """A position, such as i, t - 1, s*p + r, tok[t] or 2."""
    found = positional(scope, node, divides=True)
    if found is None:
        raise Fault(
            node,
            f"`{scope.text(node)}` is no position",
            "a position is made of indices, sizes, classes and whole numbers",
        )
    return found


def positional(scope: Scope, node: Node, divides: bool = False) -> Slot | None:
    """A position, or None for what is not one; divides: a quotient of sizes is one, too, and has to be whole."""
    if node.kind == "number":
        text = scope.word(node)
        return position(int(text)) if text.isdigit() else None
    if node.kind in ("name", "postfix"):
        return _atom(scope, node)
    if node.kind == "signed":
        inner = positional(scope, node.parts[-1], divides)
        minus = sum(part.kind == "MINUS" for part in node.parts) % 2
        return -inner if inner is not None and minus else inner
    if node.kind in ("sum", "product"):
        return _chain(scope, node, divides)
    return _floored(scope, node) if node.kind == "call" and scope.word(node) == FLOOR else None


_CHAINED: Mapping[str, Callable[[Slot, Slot], Slot]] = MappingProxyType({"PLUS": add, "MINUS": sub, "TIMES": mul})


def _chain(scope: Scope, node: Node, divides: bool) -> Slot | None:
    total = positional(scope, node.parts[0], divides)
    for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
        known = sign.kind in _CHAINED or (sign.kind == "OVER" and divides)
        right = positional(scope, part, divides) if known else None
        if total is None or right is None:
            return None
        whole = _CHAINED.get(sign.kind)
        total = whole(total, right) if whole else quotient(scope, node, total, right, floor=False)
    return total


def _floored(scope: Scope, node: Node) -> Slot | None:
    """floor((N - K)/S + 1), the largest whole number that is not larger."""
    if len(node.parts) != 2:
        raise Fault(node, f"`{FLOOR}` takes one quotient", "write floor((N - K)/S)")
    parts = ratio(scope, node.parts[1], lambda part: positional(scope, part, divides=True))
    return quotient(scope, node, *parts, floor=True) if parts else None


def _atom(scope: Scope, node: Node) -> Slot | None:
    """A letter, a size or an entry of a class."""
    name = scope.word(node)
    tensor = scope.tensor(name)
    if node.kind == "name":
        if name in scope.letters:
            return scope.letters[name].index.slot
        if tensor is None:
            if name not in scope.context.sizes:
                raise unknown_name(scope, node)
            return scope.context.sizes[name].called(name)
        return position(Entry(tensor)) if tensor.among and not tensor.axes else None
    if tensor is not None and tensor.among and [part.kind for part in node.parts] == ["name", "entry"]:
        return position(entry(scope, node, tensor))
    return None


def entry(scope: Scope, node: Node, tensor: Tensor) -> Entry:
    """name[slots] for a declared tensor, a slot for each axis; each is held against its axis."""
    parts = _counted(scope, node, tensor, whole=True)
    return Entry(tensor, _slots(scope, parts, tensor))


def part_of(scope: Scope, node: Node, tensor: Tensor) -> Array:
    """name[slots]: the slots stand on the leading axes, what is left is a column, a row or a matrix."""
    leading = _slots(scope, _counted(scope, node, tensor), tensor)
    rest = tuple(letter(axis) for axis in tensor.axes[len(leading) :])
    expr = of(Entry(tensor, (*leading, *(x.slot for x in rest))))
    if len(rest) == 1:
        return Array(expr, None, rest[0]) if tensor.row else Array(expr, rest[0])
    return Array(expr, *rest)


def _slots(scope: Scope, parts: tuple[Node, ...], tensor: Tensor) -> tuple[Slot, ...]:
    slots = tuple(slot(scope, part) for part in parts)
    for n, (at, axis, node) in enumerate(zip(slots, tensor.axes, parts, strict=False)):
        fits(scope, node, at, axis, f"the {ordinal(n)} axis of `{tensor.name}`", scope.context.places.get(tensor.name))
    return slots


def _counted(scope: Scope, node: Node, tensor: Tensor, whole: bool = False) -> tuple[Node, ...]:
    """The slots of name[slots]: one for each axis, or, unless `whole`, for all but the last one or two."""
    parts = node.parts[1].parts[0].parts
    left = len(tensor.axes) - len(parts)
    if left == 0 or (0 < left <= 2 and not whole):
        return parts
    mend = f"give {len(tensor.axes)}" if tensor.axes else f"write {tensor.name} alone"
    longer = [part for part in parts if scope.text(part) != "1"]
    if len(tensor.axes) == 1 and len(parts) == 2 and len(longer) == 1:
        kind = "row" if tensor.row else "column"
        mend = f"a {kind} counts as one axis: {tensor.name}[{scope.text(longer[0])}]"
    raise Fault(
        node,
        f"`{tensor.name}` has {plural(len(tensor.axes), 'axis')}, and {len(parts)} in `{scope.text(node)}`",
        mend,
        scope.context.places.get(tensor.name),
    )


def fits(scope: Scope, node: Node, at: Slot, axis: Range, what: str, declared: Place | None) -> None:
    """A letter or class alone runs over the axis's own range; a position must not be outside for sure."""
    atom = at.atom
    own = atom.range if isinstance(atom, Index) else atom.tensor.among if isinstance(atom, Entry) else None
    places = scope.context.places
    if own is not None and own != axis and not _part_or_more(own, axis):
        bound = scope.letters.get(scope.word(node))
        other = bound.place if bound else places.get(scope.word(node))
        raise Fault(
            node,
            f"`{scope.text(node)}` runs to {extent(own)}, and {what} is {extent(axis)}",
            "exchange the indices, or declare the axes alike",
            other or declared,
        )
    if surely_positive(axis.lo - at) or surely_positive(at - axis.hi):
        raise Fault(
            node, f"position {spelled(at)} is outside {what}, which is {extent(axis)}", "positions count from 1"
        )


def _part_or_more(own: Range, axis: Range) -> bool:
    """Whether a letter surely runs to more of an axis, N + M over N, or to less, N - 1 over N.

    The first reads zero outside, as in y[i] = a[i] + b[i-N]; the second is a part, as in y[i] = x[i+1] - x[i].
    """
    if own.lo != Slot((), 1) or axis.lo != Slot((), 1):
        return axis.contains(own)
    beyond = own.hi - axis.hi
    more = bool(beyond.parts) and nonnegative(beyond)
    return own.lo == axis.lo and (more or (bool(own.hi.parts) and nonnegative(-beyond)))


def bound_letter(scope: Scope, node: Node, name: str, inside: Node, stated: Range | None = None) -> Bound | None:
    """A letter for a name: its range is declared, or stated, or that of the first axis that it reads inside."""
    scope.free(node, name)
    declared = scope.context.letters.get(name)
    if declared is not None:
        return Bound(Index(name, declared), scope.context.places.get(name))
    if stated is not None:
        return Bound(Index(name, stated), scope.statement.place(node))
    for axis, part in _readings(scope, name, inside):
        return Bound(Index(name, axis), scope.statement.place(part))
    return None


def _readings(scope: Scope, name: str, node: Node) -> Iterator[tuple[Range, Node]]:
    """The axes that a letter alone reads, in reading order; where the letter is bound anew it is another one."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.kind == "call" and name in bound_names(scope, current):
            continue
        if current.kind == "postfix" and current.parts[0].kind == "name" and current.parts[1].kind == "entry":
            tensor = scope.tensor(scope.word(current))
            if tensor is not None:
                slots = _counted(scope, current, tensor)
                for axis, part in zip(tensor.axes, slots, strict=False):
                    if part.kind == "name" and scope.word(part) == name:
                        yield axis, part
        elif current.kind == "postfix" and current.parts[1].kind == "entry":
            yield from _of_value(scope, name, current)
        elif current.kind == "condition" and len(current.parts) == 3:
            yield from _of_class(scope, name, current)
        waiting.extend(reversed(current.parts))


def _of_value(scope: Scope, name: str, node: Node) -> Iterator[tuple[Range, Node]]:
    """The axes of a value, (Q @ K.T)[i, j], that a letter alone reads."""
    from derive.declare.elaborate import value

    slots = node.parts[1].parts[0].parts
    if not any(part.kind == "name" and scope.word(part) == name for part in slots):
        return
    try:
        of = value(scope, node.parts[0])
    except (Fault, Misfit):
        return
    axes = [axis.range for axis in (of.rows, of.columns) if axis is not None]
    for axis, part in zip(axes, slots, strict=False):
        if part.kind == "name" and scope.word(part) == name:
            yield axis, part


def _of_class(scope: Scope, name: str, node: Node) -> Iterator[tuple[Range, Node]]:
    """[t == k]: what a class is compared with runs over its classes."""
    first, _, second = node.parts
    for part, other in ((first, second), (second, first)):
        classes = scope.tensor(scope.word(other)) if other.kind in ("name", "postfix") else None
        if part.kind == "name" and scope.word(part) == name and classes is not None and classes.among is not None:
            yield classes.among, part


def bound_names(scope: Scope, call: Node) -> list[str]:
    """The letters that a call such as sum(i, j, e) binds."""
    from derive.operators import TABLE
    from derive.operators.forms import FORMS

    name = scope.word(call)
    form, row = FORMS.get(name), TABLE.get(name)
    reduces = (form is not None and form.takes[0] == "indices") or (row is not None and row.axes > 0 and not row.keeps)
    if not reduces or name in scope.context.functions:
        return []
    return [scope.word(part) for part in call.parts[1:-1] if part.kind == "name"]
