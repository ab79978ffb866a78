"""A table as lines of text; where it is wider than the page, its widest columns are broken at spaces.

Layer  Weights                    Layer  Weights
Full   9216 × 4096 = 37,748,736   Full   9216 × 4096
                                         = 37,748,736
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from derive.render.plain import cells

GAP = "  "


def table_lines(rows: Sequence[Sequence[str]], room: int) -> list[str]:
    """The rows, the columns side by side, within so many cells."""
    widths = _widths([max(map(cells, column)) for column in zip(*rows, strict=True)], room)
    return [line for row in rows for line in _row(row, widths)]


def _widths(wanted: list[int], room: int) -> list[int]:
    """The columns' widths, the widest one taken from until they fit."""
    widths, spare = list(wanted), room - len(GAP) * (len(wanted) - 1)
    while sum(widths) > spare and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [_broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = zip_longest(*columns, fillvalue="")
    return [GAP.join(c + " " * (w - cells(c)) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]


def _broken(cell: str, width: int) -> list[str]:
    """A cell's lines, broken before = if one of them fits so, else at spaces."""
    if cells(cell) <= width:
        return [cell]
    sides = cell.replace(" = ", "\n= ").split("\n")
    return [line for side in sides for line in _wrapped(side, width)]


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        lines[-1:] = [joined] if cells(joined) <= width else [*lines[-1:], word] if lines[-1] else [word]
    return lines
