"""Where a listing in Python may go over to the next page: between functions, and in long ones between statements.

The first and the last lines of a long function stay together.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WHOLE = 24
"""Lines of a function that stays on one page."""
ENDS = 8
"""Lines that stay together at the beginning and at the end of a longer one."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that follow one another; whole: on one page; gap: empty lines above them."""

    lines: tuple[str, ...]
    whole: bool
    gap: int = 0


def parts(code: str) -> tuple[Part, ...]:
    """The code in parts, in their order; with the gaps between them it is the code."""
    lines = code.rstrip().split("\n")
    body = ast.parse(code).body
    starts = [node.lineno - 1 for node in body if isinstance(node, ast.FunctionDef)]
    bounds = sorted({0, *starts, len(lines)})
    places = sorted({node.lineno - 1 for node in ast.walk(ast.Module(body, [])) if isinstance(node, ast.stmt)})
    return tuple(part for start, end in pairwise(bounds) for part in _parts(lines, start, end, places))


def _parts(lines: list[str], start: int, end: int, places: list[int]) -> Iterator[Part]:
    """One function, or what stands above all of them."""
    gap = 0
    while start and not lines[start - 1 - gap]:
        gap += 1
    while not lines[end - 1]:
        end -= 1
    first = next((n for n in places if n >= start + ENDS), end)
    last = next((n for n in reversed(places) if n <= end - ENDS), start)
    if end - start <= WHOLE or first > last:
        yield Part(tuple(lines[start:end]), end - start <= 2 * WHOLE, gap)
        return
    yield Part(tuple(lines[start:first]), True, gap)
    if first < last:
        yield Part(tuple(lines[first:last]), False)
    yield Part(tuple(lines[last:end]), True)
