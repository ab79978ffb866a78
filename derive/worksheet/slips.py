"""Single slips in a line: each kind lists what it could do to a right side, box by box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from derive.document import JUXTAPOSED, Math, Operator, Over, Row, Script, Summation, Symbol, row
from derive.typeset.reader import PRIME
from derive.typeset.scribe import Scribe
from derive.worksheet.boxes import Spot, factors, items, spots, terms
from derive.worksheet.lines import Item
from derive.worksheet.marks import Marks, marks_of

ENTRYWISE = ("∘", "⊙")
SIGNS: Mapping[str, str] = MappingProxyType({"+": "−", "−": "+"})


@dataclass(frozen=True, slots=True)
class Slip:
    """What was done, in words, and the right side with it."""

    words: str
    right: Math


@dataclass(frozen=True, slots=True)
class Scene:
    """A right side, the marks of its matrices, and the letters that have a bar somewhere in the derivation."""

    right: Math
    marks: Marks
    barred: frozenset[Math]


Kind = Callable[[Scene], Iterator[Math]]


def scene(line: Item, scribe: Scribe, barred: frozenset[Math]) -> Scene:
    marks = marks_of(line.equation, scribe, True) if line.equation else Marks()
    return Scene(line.chain.rights[-1], marks, barred)


def slips(of: Scene) -> Mapping[str, tuple[Slip, ...]]:
    """By kind, each change once; none that leaves the line as it is."""
    found: dict[str, tuple[Slip, ...]] = {}
    for words, kind in KINDS.items():
        rights = dict.fromkeys(right for right in kind(of) if right != of.right)
        if rights:
            found[words] = tuple(Slip(words, right) for right in rights)
    return found


def _written(of: Scene) -> Iterator[Spot]:
    """Spots that are no part of a script."""
    return (spot for spot in spots(of.right) if not spot.script)


def transpose_lost(of: Scene) -> Iterator[Math]:
    plain = {marked: box for box, marked in of.marks.pairs.items()}
    return (spot.put(plain[spot.box]) for spot in _written(of) if spot.box in plain)


def transpose_added(of: Scene) -> Iterator[Math]:
    """Of what has no mark: a box with the mark may have the plain one for its base, which is left alone."""
    marked = {box.base for box in of.marks.pairs.values() if isinstance(box, Script)}
    for spot in _written(of):
        if spot.box in of.marks.pairs and not (spot.box in marked and _is_marked(of, spot)):
            yield spot.put(of.marks.pairs[spot.box])


def _is_marked(of: Scene, spot: Spot) -> bool:
    """Whether a plain box is the base of one that has the mark: with another mark it would have two."""
    twice = spot.put(of.marks.pairs[spot.box])
    return any(isinstance(s.box, Script) and s.box.base == of.marks.pairs[spot.box] for s in spots(twice))


def bar_lost(of: Scene) -> Iterator[Math]:
    for spot in _written(of):
        if isinstance(spot.box, Over) and spot.box.accent == "bar":
            yield spot.put(spot.box.base)


def bar_added(of: Scene) -> Iterator[Math]:
    """On a letter that has a bar elsewhere, and none here."""
    under = {spot.put(Symbol("?")) for spot in _under_bars(of)}
    for spot in _written(of):
        if spot.box in of.barred and spot.put(Symbol("?")) not in under:
            yield spot.put(Over(spot.box, "bar"))


def _under_bars(of: Scene) -> Iterator[Spot]:
    for spot in _written(of):
        if isinstance(spot.box, Over):
            over = spot.box
            yield Spot(over.base, _replacing(spot, over))


def _replacing(spot: Spot, over: Over) -> Callable[[Math], Math]:
    return lambda new: spot.put(replace(over, base=new))


def sign(of: Scene) -> Iterator[Math]:
    for spot in _written(of):
        if isinstance(spot.box, Operator) and spot.box.kind in ("plus", "unary") and spot.box.text in SIGNS:
            unary = spot.box.kind == "unary"
            yield spot.put(Row(()) if unary else replace(spot.box, text=SIGNS[spot.box.text]))


def position(of: Scene) -> Iterator[Math]:
    """t − 1 for t + 1, in a script."""
    for spot in spots(of.right):
        if spot.script and isinstance(spot.box, Operator) and spot.box.kind == "plus" and spot.box.text in SIGNS:
            yield spot.put(replace(spot.box, text=SIGNS[spot.box.text]))


def prime_lost(of: Scene) -> Iterator[Math]:
    for spot in spots(of.right):
        if isinstance(spot.box, Script) and spot.box.sup == PRIME:
            yield spot.put(replace(spot.box, sup=None) if spot.box.sub is not None else spot.box.base)


def term_lost(of: Scene) -> Iterator[Math]:
    """With the sign before it; the sign after a first term goes with it, where it is a +."""
    for spot in _written(of):
        found = terms(spot.box) if isinstance(spot.box, Row) else ()
        boxes = items(spot.box)
        for start, stop in found if len(found) > 1 else ():
            if start == 0 and boxes[stop] == Operator("+", "plus"):
                yield spot.put(row(*boxes[stop + 1 :]))
            elif start > 0:
                yield spot.put(row(*boxes[: start - 1], *boxes[stop:]))


def factor_lost(of: Scene) -> Iterator[Math]:
    """With the sign of multiplication at its side."""
    for spot in _written(of):
        boxes = items(spot.box)
        for start, stop in factors(spot.box) if isinstance(spot.box, Row) else ():
            if start > 0 and _multiplies(boxes, start - 1) and not isinstance(boxes[start - 2], Summation):
                yield spot.put(row(*boxes[: start - 1], *boxes[stop:]))
            elif stop < len(boxes) and _multiplies(boxes, stop):
                yield spot.put(row(*boxes[:start], *boxes[stop + 1 :]))


def factors_swapped(of: Scene) -> Iterator[Math]:
    """Two factors of a product of matrices the other way round."""
    for spot in _written(of):
        boxes = items(spot.box)
        found = factors(spot.box) if isinstance(spot.box, Row) else ()
        for (a, b), (c, d) in pairwise(found):
            if c == b + 1 and boxes[b] == JUXTAPOSED and of.marks.pairs:
                yield spot.put(row(*boxes[:a], *boxes[c:d], JUXTAPOSED, *boxes[a:b], *boxes[d:]))


def product_for_entrywise(of: Scene) -> Iterator[Math]:
    for spot in _written(of):
        if isinstance(spot.box, Operator) and spot.box.text in ENTRYWISE and spot.box.kind == "binary":
            yield spot.put(JUXTAPOSED)


def indices_swapped(of: Scene) -> Iterator[Math]:
    """w_ji for w_ij."""
    for spot in spots(of.right):
        sub = spot.box.sub if isinstance(spot.box, Script) else None
        if isinstance(sub, Row):
            at = [n for n, item in enumerate(sub.items) if isinstance(item, Symbol) and item.face == "italic"]
            plain = all(isinstance(i, Symbol) or (isinstance(i, Operator) and i.kind == "comma") for i in sub.items)
            if plain and len(at) == 2:
                yield spot.put(replace(spot.box, sub=_swapped(sub, *at)))  # type: ignore[arg-type]


def _swapped(of: Row, one: int, other: int) -> Row:
    new = list(of.items)
    new[one], new[other] = new[other], new[one]
    return Row(tuple(new))


def _multiplies(boxes: tuple[Math, ...], place: int) -> bool:
    sign = boxes[place]
    return isinstance(sign, Operator) and sign.kind in ("product", "binary")


KINDS: Mapping[str, Kind] = MappingProxyType({
    "a transpose is missing": transpose_lost, "there is a transpose too many": transpose_added,
    "a bar is missing": bar_lost, "there is a bar too many": bar_added, "a sign is wrong": sign,
    "a position is wrong": position, "a prime is missing": prime_lost, "a term is missing": term_lost,
    "a factor is missing": factor_lost, "two factors stand in the wrong order": factors_swapped,
    "a product of matrices stands where one entry by entry belongs": product_for_entrywise,
    "two indices are exchanged": indices_swapped,
})  # fmt: skip
"""What a slip is, in words -> what it could make of a right side."""
