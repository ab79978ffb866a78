"""Whether a network's output is 1 exactly in a region, by the crossings of a ray with the edges: another definition."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any

from derive.analyse.plane.polygon import Corner, Polygon
from derive.analyse.prove import solver
from derive.analyse.prove.decide import Decision
from derive.analyse.prove.domain import Domain
from derive.analyse.prove.language import Condition, Node
from derive.analyse.prove.meaning import EXACT
from derive.analyse.prove.net import Net

STEPS = 24
"""Into how many steps the sides of the picture are cut for the points that are tried."""


def proved(polygons: Mapping[str, Polygon], region: Condition, net: Net, seconds: float) -> Decision:
    """The decision for all points of the plane; without a solver for a grid of points, which is no proof."""
    points = grid(polygons)
    for point in points:
        if (net.at(point)["y"] == (1,)) != inside(EXACT, polygons, region.root, point):
            return Decision("refuted", "found on a grid", point)
    if not solver.installed():
        return Decision("sampled", f"{len(points):,} points were tried, which is no proof; {solver.ABSENT}")
    terms = solver.Terms()
    xs = solver.unknowns(terms, Domain("reals"), 2)
    fires = net.env(terms, xs)["y"][0] == terms.number(Fraction(1))
    within = inside(terms, polygons, region.root, (xs[0], xs[1]))
    found = solver.solve(terms, [terms.no(terms.same(fires, within))], xs, seconds)
    if found == "none":
        return Decision("proved", "no point of the plane contradicts it, says z3")
    if isinstance(found, str):
        return Decision("not decided", f"not decided after {seconds:g} s")
    return Decision("refuted", "found by z3", found)


def grid(polygons: Mapping[str, Polygon]) -> list[Corner]:
    """Points on and around the polygons, corners and middles of edges among them."""
    corners = [corner for p in polygons.values() for corner in p.corners]
    low, high = ([side(c[k] for c in corners) for k in (0, 1)] for side in (min, max))
    step = [max(high[k] - low[k], Fraction(1)) / STEPS for k in (0, 1)]
    ticks = range(-2, STEPS + 3)
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for p in polygons.values()
        for a, b in pairwise((*p.corners, p.corners[0]))
    ]
    return [*corners, *middles, *((low[0] + i * step[0], low[1] + j * step[1]) for i in ticks for j in ticks)]


def inside(algebra: Any, polygons: Mapping[str, Polygon], node: Node, point: tuple[Any, Any]) -> Any:
    """Whether a point is in the region, over exact numbers or a solver's terms."""
    if node.kind == "name":
        return _in(algebra, polygons[node.word], point)
    parts = [inside(algebra, polygons, part, point) for part in node.parts]
    if node.kind == "negated":
        return algebra.no(parts[0])
    return algebra.both(parts) if node.kind == "both" else algebra.either(parts)


def _in(algebra: Any, polygon: Polygon, point: tuple[Any, Any]) -> Any:
    """On the edge, or crossed an odd number of times by the ray to the right."""
    edges = list(pairwise((*polygon.corners, polygon.corners[0])))
    on = algebra.either([_on(algebra, a, b, point) for a, b in edges])
    crossed = [_crossed(algebra, a, b, point) for a, b in edges]
    odd = reduce(lambda left, right: algebra.no(algebra.same(left, right)), crossed)
    return algebra.either([on, odd])


def _on(algebra: Any, a: Corner, b: Corner, point: tuple[Any, Any]) -> Any:
    """On the line of an edge, between its ends."""
    (x, y), number = point, algebra.number
    straight = number(b[0] - a[0]) * (y - number(a[1])) == number(b[1] - a[1]) * (x - number(a[0]))
    ends = [(x, sorted((a[0], b[0]))), (y, sorted((a[1], b[1])))]
    return algebra.both([straight, *(c for v, (lo, hi) in ends for c in (v >= number(lo), v <= number(hi)))])


def _crossed(algebra: Any, a: Corner, b: Corner, point: tuple[Any, Any]) -> Any:
    """Whether the ray to the right crosses an edge, which counts with its lower end."""
    (x, y), number = point, algebra.number
    if a[1] == b[1]:
        return algebra.either([])
    low, high = sorted((a, b), key=lambda corner: corner[1])
    slope = (high[0] - low[0]) / (high[1] - low[1])
    meets = number(low[0]) + number(slope) * (y - number(low[1]))
    return algebra.both([y >= number(low[1]), y < number(high[1]), x < meets])
