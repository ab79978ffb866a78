"""Where a long equation breaks: at = first, then at + and −, at ∘, between factors; inside parentheses last.

The same places serve every target; only widths differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.document import JUXTAPOSED, Fenced, Math, Operator, Row, Summation

RELATION = 0
RANKS = {"relation": RELATION, "plus": 1, "binary": 2, "product": 3}
"""Ranks of signs to break before, best first; each pair of parentheses around one adds DEEPER."""
DEEPER = 10
DOT = Operator("·", "product")
"""What stands for juxtaposition where a line begins with a factor."""

Widths = Sequence[float]
Ranks = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never broken, and the rank of a break before it (None: no break)."""

    math: Math
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A parenthesis of a group that may be broken inside."""

    text: str
    opening: bool
    body: Fenced


Piece = Atom | Edge


def pieces(math: Math, depth: int = 0) -> list[Piece]:
    """A box as a sequence that may be broken; rows and what is between parentheses are opened, all else is whole."""
    if isinstance(math, Fenced) and isinstance(math.body, Row):
        inner = pieces(math.body, depth + 1)
        return [Edge(math.left, True, math), *inner, Edge(math.right, False, math)]
    if not isinstance(math, Row):
        return [Atom(math, _rank(math, None, depth))]
    out: list[Piece] = []
    for n, item in enumerate(math.items):
        before = math.items[n - 1] if n else None
        out += [Atom(item, _rank(item, before, depth))] if isinstance(item, Operator) else pieces(item, depth)
    return out


def _rank(math: Math, before: Math | None, depth: int) -> int | None:
    """A Σ keeps its summand on its own line."""
    if not isinstance(math, Operator) or math.kind not in RANKS or isinstance(before, Summation):
        return None
    return RANKS[math.kind] + DEEPER * depth


def rank(piece: Piece) -> int | None:
    return None if isinstance(piece, Edge) else piece.rank


def begins(piece: Piece) -> Piece:
    """The piece as the first of a line."""
    return Atom(DOT) if isinstance(piece, Atom) and piece.math == JUXTAPOSED else piece


def is_relation(piece: Piece) -> bool:
    return isinstance(piece, Atom) and isinstance(piece.math, Operator) and piece.math.kind == "relation"


def lines(sequence: Sequence[Piece], widths: Widths, first: float, rest: float) -> list[list[Piece]]:
    """The sequence in lines, so that the first is at most `first` wide and the others `rest`."""
    starts = [0, *split(widths, [rank(piece) for piece in sequence], first, rest), len(sequence)]
    return [[begins(sequence[a]), *sequence[a + 1 : b]] for a, b in pairwise(starts)]


def split(widths: Widths, ranks: Ranks, first: float, rest: float) -> list[int]:
    """Where lines begin after the first.

    Breaks of the best rank are taken first; what they leave too wide is broken at the next, and nothing follows it
    on its last line.
    """
    starts: list[int] = []
    _split(widths, ranks, 0, len(widths), first, rest, starts)
    return sorted(starts)


def _split(widths: Widths, ranks: Ranks, start: int, end: int, room: float, rest: float, starts: list[int]) -> float:
    """Breaks put in between start and end; the answer is the room left on the last line."""
    total = sum(widths[start:end])
    inside = [rank for rank in ranks[start + 1 : end] if rank is not None]
    if total <= room or not inside:
        return room - total
    best = min(inside)
    cuts = [start, *(n for n in range(start + 1, end) if ranks[n] == best), end]
    done = len(starts)
    for n, (left, right) in enumerate(pairwise(cuts)):
        after_broken = len(starts) > done
        if n and (best == RELATION or after_broken or sum(widths[left:right]) > room):
            starts.append(left)
            room = rest
        done = len(starts)
        room = _split(widths, ranks, left, right, room, rest, starts)
    return room
