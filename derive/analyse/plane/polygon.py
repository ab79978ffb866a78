"""Polygons with exact corners: their orientation, whether they are convex or cross themselves, their triangles."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeAlias

Corner: TypeAlias = "tuple[Fraction, Fraction]"


@dataclass(frozen=True, slots=True)
class Polygon:
    """corners: in their order, counterclockwise.  pieces: convex parts whose union it is; itself, if it is one."""

    corners: tuple[Corner, ...]
    pieces: tuple[tuple[Corner, ...], ...]


def polygon(corners: tuple[Corner, ...]) -> Polygon | str:
    """The polygon with these corners, or what is wrong with them."""
    if len(set(corners)) < len(corners):
        return "a corner stands there twice"
    kept = tuple(c for n, c in enumerate(corners) if turn(corners[n - 1], c, corners[(n + 1) % len(corners)]))
    if len(kept) < 3:
        return "all corners lie on one line"
    if _crosses(kept):
        return "the polygon crosses itself"
    around = kept if area(kept) > 0 else kept[::-1]
    return Polygon(around, (around,) if _convex(around) else tuple(triangles(around)))


def turn(a: Corner, b: Corner, c: Corner) -> Fraction:
    """Above 0 where the way from a over b to c turns left; twice the area of the triangle."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def area(corners: tuple[Corner, ...]) -> Fraction:
    """Twice the area, above 0 for corners in counterclockwise order."""
    edges = pairwise((*corners, corners[0]))
    return sum((a[0] * b[1] - a[1] * b[0] for a, b in edges), Fraction(0))


def _convex(corners: tuple[Corner, ...]) -> bool:
    """Whether every corner turns left; a simple polygon whose corners do is convex."""
    return all(turn(corners[n - 2], corners[n - 1], corner) > 0 for n, corner in enumerate(corners))


def _crosses(corners: tuple[Corner, ...]) -> bool:
    """Whether two edges that are no neighbours touch, or two neighbours fold back on each other."""
    edges = list(pairwise((*corners, corners[0])))
    return any(_meet(*first, *second) for first, second in combinations(edges, 2) if not set(first) & set(second))


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Whether the segments a–b and c–d have a point in common."""
    around = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
    if around[0] * around[1] < 0 and around[2] * around[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not side and _between(*end) for side, end in zip(around, ends, strict=True))


def _between(a: Corner, b: Corner, point: Corner) -> bool:
    """Whether a point of the line through a and b lies between them."""
    return all(min(a[k], b[k]) <= point[k] <= max(a[k], b[k]) for k in (0, 1))


def triangles(corners: tuple[Corner, ...]) -> list[tuple[Corner, ...]]:
    """Triangles that a simple polygon is the union of: ears are cut off until one triangle is left."""
    left, found = list(corners), list[tuple[Corner, ...]]()
    while len(left) > 3:
        at = next(n for n in range(len(left)) if _ear(left, n))
        found.append((left[at - 1], left[at], left[(at + 1) % len(left)]))
        del left[at]
        left = [c for n, c in enumerate(left) if turn(left[n - 1], c, left[(n + 1) % len(left)])]
    return [*found, tuple(left)]


def _ear(corners: list[Corner], at: int) -> bool:
    """Whether the corner turns left and its triangle holds no other corner."""
    a, b, c = corners[at - 1], corners[at], corners[(at + 1) % len(corners)]
    others = (point for point in corners if point not in (a, b, c))
    return turn(a, b, c) > 0 and not any(_within(point, a, b, c) for point in others)


def _within(point: Corner, a: Corner, b: Corner, c: Corner) -> bool:
    return turn(a, b, point) >= 0 and turn(b, c, point) >= 0 and turn(c, a, point) >= 0
