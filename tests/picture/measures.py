"""What a drawing may not have: boxes over boxes, lines through boxes; and how many lines cross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from derive.picture.model import Box, Drawing, Point

STEPS = 12


def overlaps(drawing: Drawing) -> list[str]:
    """Each pair of boxes that have a place in common, each line that passes through what is not its own."""
    boxes = [(n.node.name, n.box) for n in drawing.nodes]
    boxes += [(f"{e.edge.source}>{e.edge.target}", e.label) for e in drawing.edges if e.label is not None]
    found = [f"{a} over {b}" for (a, one), (b, two) in combinations(boxes, 2) if one.meets(two, 0.5)]
    for placed in drawing.edges:
        own = {placed.edge.source, placed.edge.target}
        points = curve(placed.path) + (curve(drawing.returning(placed.path)) if placed.edge.signal else [])
        others = [(name, box) for name, box in boxes if name not in own]
        found += [f"{own} through {name}" for name, box in others if any(inside(p, box) for p in points)]
    outside = [name for name, box in boxes if box.x < 0 or box.y < 0 or box.x + box.width > drawing.width]
    return found + [f"{name} cut off" for name in outside]


def inside(point: Point, box: Box) -> bool:
    x, y = point
    return box.x + 0.5 < x < box.x + box.width - 0.5 and box.y + 0.5 < y < box.y + box.height - 0.5


def curve(path: tuple[Point, ...]) -> list[Point]:
    """Points along the line of an edge."""
    found = [path[0]]
    for n in range(1, len(path), 3):
        a, (b, c, d) = found[-1], path[n : n + 3]
        found += [bezier(a, b, c, d, step / STEPS) for step in range(1, STEPS + 1)]
    return found


def bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    x, y = (sum(w * p[k] for w, p in zip(weights, (a, b, c, d), strict=True)) for k in (0, 1))
    return (x, y)


def crossings(drawing: Drawing) -> int:
    """How many pairs of lines cross, those that begin or end together aside."""
    lines = [({e.edge.source, e.edge.target}, list(pairwise(curve(e.path)))) for e in drawing.edges]
    return sum(
        any(_cross(p, q) for p in one for q in two) for (a, one), (b, two) in combinations(lines, 2) if not a & b
    )


def _cross(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    (a, b), (c, d) = one, two
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def names(drawing: Drawing) -> Iterator[str]:
    return (f"{e.edge.source}>{e.edge.target}" for e in drawing.edges)
