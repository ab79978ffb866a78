"""Places in a formula's boxes: every box with what puts another there, and the terms and factors of a right side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from derive.document import Fenced, Fraction, Math, Operator, Over, Raw, Root, Row, Script, Summation, Symbol

BOXES = (Symbol, Operator, Row, Script, Fraction, Over, Fenced, Summation, Root, Raw)


@dataclass(frozen=True, slots=True)
class Spot:
    """A box inside another; `put` gives the whole with another there. script: it stands in a sub- or superscript."""

    box: Math
    put: Callable[[Math], Math]
    script: bool = False


def spots(box: Math) -> Iterator[Spot]:
    """The box and all boxes in it, from the outside in and from left to right."""
    return _spots(Spot(box, lambda new: new))


def _spots(spot: Spot) -> Iterator[Spot]:
    yield spot
    for inner in _inside(spot):
        yield from _spots(inner)


def _inside(spot: Spot) -> Iterator[Spot]:
    box = spot.box
    if isinstance(box, Row):
        for n, item in enumerate(box.items):
            yield Spot(item, _in_row(spot, box, n), spot.script)
        return
    for field in fields(box):
        inner = getattr(box, field.name)
        if isinstance(inner, BOXES):
            low = field.name in ("sub", "sup", "lower", "upper")
            yield Spot(inner, _in_field(spot, field.name), spot.script or low)


def _in_row(spot: Spot, box: Row, n: int) -> Callable[[Math], Math]:
    return lambda new: spot.put(_with_item(box, n, new))


def _with_item(box: Row, n: int, new: Math) -> Row:
    """The row with another n-th box, which is opened if it has become a row; rows that were in it stay as they are."""
    return Row((*box.items[:n], *_opened(box.items[n], new), *box.items[n + 1 :]))


def _opened(old: Math, new: Math) -> tuple[Math, ...]:
    return new.items if isinstance(new, Row) and not isinstance(old, Row) else (new,)


def _in_field(spot: Spot, name: str) -> Callable[[Math], Math]:
    return lambda new: spot.put(replace(spot.box, **{name: new}))  # type: ignore[arg-type]


def with_others(box: Math, others: Callable[[Math], Math | None]) -> Math:
    """The box with others in place of those that have one; from the outside in, none inside what was replaced."""
    new = others(box)
    if new is not None:
        return new
    if isinstance(box, Row):
        opened = (_opened(item, with_others(item, others)) for item in box.items)
        return Row(tuple(part for parts in opened for part in parts))
    inner = {f.name: getattr(box, f.name) for f in fields(box)}
    changed = {name: with_others(part, others) for name, part in inner.items() if isinstance(part, BOXES)}
    return replace(box, **changed) if changed else box  # type: ignore[arg-type]


Span = tuple[int, int]
"""From which item of a row to before which."""


def items(box: Math) -> tuple[Math, ...]:
    return box.items if isinstance(box, Row) else (box,)


def factors(box: Math) -> tuple[Span, ...]:
    """What stands between the signs of a row: factors, and terms of one factor; the name of a function and what it is
    applied to are one, a sign Σ is none."""
    found: list[Span] = []
    start = 0
    parts = items(box)
    for n, item in enumerate((*parts, Operator("", "comma"))):
        joins = n == start + 1 and n < len(parts) and _is_word(parts[start])
        if isinstance(item, Operator) and not (joins and item.kind == "product"):
            if start < n and not isinstance(parts[start], Summation):
                found.append((start, n))
            start = n + 1
    return tuple(found)


def terms(box: Math) -> tuple[Span, ...]:
    """What stands between the + and − of a row."""
    found: list[Span] = []
    start = 0
    parts = items(box)
    for n, item in enumerate((*parts, Operator("+", "plus"))):
        if isinstance(item, Operator) and item.kind in ("plus", "unary"):
            if start < n:
                found.append((start, n))
            start = n + 1
    return tuple(found)


def _is_word(box: Math) -> bool:
    """The name of a function, or ∏, as in log a and max_j a_j."""
    while isinstance(box, Script):
        box = box.base
    return isinstance(box, Symbol) and box.face == "upright" and not box.text.isdigit() and box.text not in "T⊤"
