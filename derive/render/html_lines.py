"""Displayed equations in HTML: left sides in a column, what follows in pieces between which a browser may break.

Pieces stand in pieces: a page breaks before = first, then before + and −, inside parentheses last, at any width.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from derive.document import Chain, Display, Operator
from derive.render.latex_width import width
from derive.render.mathml import element, fence, is_word, mathml, operator
from derive.render.wrap import Atom, Edge, Piece, pieces, rank

ROOM = 15.0
"""What is at most so many ems wide is one formula, which never breaks: it fits the narrowest telephone."""
LONG = 8.0


def display(block: Display) -> str:
    """Equations one below the other."""
    return f'<div class="display">{"".join(chain(c) for c in block.chains)}</div>'


def chain(found: Chain) -> str:
    """left = right = right …, with its condition and its value."""
    return f'<div class="{kind(found)}">{left(found)}<span class="right">{_rights(found)}{tail(found)}</span></div>'


def kind(found: Chain) -> str:
    """A long left side does not push the others away: its line stands apart."""
    return "chain long" if width(found.left) > LONG else "chain"


def left(found: Chain) -> str:
    """What stands before the relation."""
    return f'<span class="left">{mathml(found.left)}</span>'


def _rights(found: Chain) -> str:
    if not found.rights:
        return f'<span class="said">{escape(found.words)}</span>'
    return "".join(right([*pieces(found.relation), *pieces(one)]) for one in found.rights)


def right(sequence: Sequence[Piece]) -> str:
    """One right side with the relation before it."""
    return f'<span class="part">{cut(sequence)}</span>'


def tail(found: Chain) -> str:
    """For which positions, and what it comes to."""
    where = f'<span class="where">{mathml(found.condition)}</span>' if found.condition is not None else ""
    return where + (f'<span class="value">{mathml(found.value)}</span>' if found.value is not None else "")


def cut(sequence: Sequence[Piece]) -> str:
    """The sequence as one formula, or as those between its best breaks."""
    inside = [found for found in map(rank, sequence[2:]) if found is not None]
    if not inside or sum(_width(piece) for piece in sequence) <= ROOM:
        return f"<math>{_written(sequence)}</math>"
    starts = [0, *(n for n, piece in enumerate(sequence) if n > 1 and rank(piece) == min(inside)), len(sequence)]
    parts = [cut(sequence[a:b]) for a, b in pairwise(starts)]
    return "".join(f'<span class="part">{part}</span>' if part.count("<math") > 1 else part for part in parts)


def _width(piece: Piece) -> float:
    return 0.8 if isinstance(piece, Edge) else width(piece.math)


def _written(sequence: Sequence[Piece]) -> str:
    """Pieces as MathML; parentheses whose partner is among them hold what is between, others stand alone."""
    paired = _paired(sequence)
    out: list[str] = []
    for n, piece in enumerate(sequence):
        if isinstance(piece, Edge):
            met = fence(piece.body, piece.opening, alone=n not in paired)
            out.append(met if n not in paired else f"<mrow>{met}" if piece.opening else f"{met}</mrow>")
        elif isinstance(piece.math, Operator):
            beside = (*sequence[max(n - 1, 0) : n], *sequence[n + 1 : n + 2])
            word = any(isinstance(one, Atom) and is_word(one.math) for one in beside)
            out.append(operator(piece.math, first=n == 0, infix=True, word=word))
        else:
            out.append(element(piece.math))
    return "".join(out)


def _paired(sequence: Sequence[Piece]) -> set[int]:
    """The places of parentheses that have their partner in the sequence."""
    found: set[int] = set()
    waiting: list[int] = []
    for n, piece in enumerate(sequence):
        if isinstance(piece, Edge) and piece.opening:
            waiting.append(n)
        elif isinstance(piece, Edge) and waiting:
            found |= {waiting.pop(), n}
    return found
