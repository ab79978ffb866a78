"""The lines of a chain that is set at the width of a page; LaTeX and Typst break it at the same places."""

from __future__ import annotations

from dataclasses import dataclass

from derive.document import Chain, Display, is_tall
from derive.render.latex_width import width
from derive.render.wrap import Edge, Piece, lines, pieces

TEXT_WIDTH = 42.0
"""The width of a line in ems, of a page of A4 with margins of 2.5 cm at 11 pt."""
MARGIN = 2.0
"""How far a continued line is set in."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The lines of a chain from its first relation on."""

    lines: tuple[tuple[Piece, ...], ...]
    opened: frozenset[int]

    def is_opened(self, edge: Edge) -> bool:
        """Whether a break falls between a parenthesis and its other one."""
        return id(edge.body) in self.opened


def room_of(display: Display) -> float:
    """What the left sides leave of a line."""
    left = max((width(chain.left) for chain in display.chains), default=0.0)
    return TEXT_WIDTH - min(left, TEXT_WIDTH / 2)


def broken(chain: Chain, room: float) -> Broken:
    """The chain's lines, its condition and its value after the last one."""
    sequence: list[Piece] = []
    for right in chain.rights:
        sequence += [*pieces(chain.relation), *pieces(right)]
    tails = [width(m) for m in (chain.condition, chain.value) if m is not None]
    room -= sum(tails) + (2.0 if tails else 0.0)
    found = lines(sequence, [_width(piece) for piece in sequence], room, room - MARGIN)
    return Broken(tuple(map(tuple, found)), _opened(found))


def _width(piece: Piece) -> float:
    if isinstance(piece, Edge):
        return 0.95 if is_tall(piece.body.body) else 0.6
    return width(piece.math)


def _opened(lines: list[list[Piece]]) -> frozenset[int]:
    """The groups that a break falls into: their parentheses get a size of their own, since no stretched pair breaks."""
    opened: list[int] = []
    for line in lines:
        depth: list[int] = []
        for piece in line:
            if isinstance(piece, Edge) and piece.opening:
                depth.append(id(piece.body))
            elif isinstance(piece, Edge):
                if depth and depth[-1] == id(piece.body):
                    depth.pop()
                else:
                    opened.append(id(piece.body))
        opened += depth
    return frozenset(opened)
