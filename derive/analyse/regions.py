"""A network of half-planes for a region of the plane, from the corners of polygons, thresholds only; proved.

    regions:
      polygons: {outer: [[0, 3], [-3, 1], [-2, -3], [2, -3], [3, 1]], inner: [[0, 1], [-1, 0], [0, -1], [1, 0]]}
      region: outer and not inner

A polygon counts with its edge. A half-plane is one unit; a convex polygon is the AND of its edges' half-planes; another
polygon is the OR of triangles; `and`, `or`, `not` are one unit each. Proved against another definition of a region: a
point is inside where a ray from it crosses the edge an odd number of times, or where it lies on the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.analyse.pictures import Picture
from derive.analyse.plane.build import Plan, network_of
from derive.analyse.plane.polygon import Polygon, polygon
from derive.analyse.plane.proved import proved
from derive.analyse.prove.decide import Decision
from derive.analyse.prove.language import Condition
from derive.analyse.prove.read import LARGEST, Placed, Settings, named, settings
from derive.document import Document

KEYS = ("title", "polygons", "region", "claimed", "timeout")
EXAMPLE = "`polygons: {p: [[0, 0], [2, 0], [1, 1]]}`"


@dataclass(frozen=True, slots=True)
class Region:
    """A region, its network and the proof. claimed: how many ORs and ANDs somebody said that it takes."""

    polygons: Mapping[str, Polygon]
    region: Condition
    plan: Plan
    decision: Decision
    claimed: Mapping[str, int]
    title: str = ""

    @property
    def decided(self) -> bool:
        return self.decision.verdict in ("proved", "refuted")

    def document(self) -> Document:
        from derive.analyse.plane.shown import blocks

        return Document(self.title or "A network for a region", blocks(self))

    def picture(self, prefix: str = "") -> Picture:
        """The region with the lines of its half-planes, and its network; prefix: of the names inside it."""
        from derive.analyse.plane.picture import picture

        return picture(self.title or self.region.text, self.polygons, self.region, self.plan, prefix)

    def svg(self) -> str:
        """The picture as a file."""
        from derive.analyse.pictures import svg

        return svg([self.picture()])

    def to_dict(self) -> dict[str, Any]:
        from derive.analyse.prove import data

        return {
            "region": self.region.text,
            "polygons": {name: [data.numbers(corner) for corner in p.corners] for name, p in self.polygons.items()},
            "network": data.net(self.plan.net),
            "units": dict(self.plan.counts),
            "verdict": self.decision.verdict,
            "how": self.decision.how,
            "claimed": dict(self.claimed),
        }


def answer(asked: Placed, given: Any) -> Region:
    """The network of a region. Raises DeriveError."""
    read = settings(asked, given, *KEYS)
    polygons, region, plan = planned(read)
    decision = proved(polygons, region, plan.net, read.seconds(10))
    return Region(polygons, region, plan, decision, _claimed(read), str(read.data.get("title", "")))


def planned(read: Settings) -> tuple[Mapping[str, Polygon], Condition, Plan]:
    """The polygons, the region and its network. Raises DeriveError."""
    listed = read.inside("polygons", read.needed("polygons", EXAMPLE), EXAMPLE)
    polygons = {str(name): _polygon(listed, str(name), corners) for name, corners in listed.data.items()}
    if not polygons:
        raise read.wrong("there are no polygons", EXAMPLE, "polygons")
    region = read.condition(read.data.get("region", next(iter(polygons))), "region")
    return polygons, region, network_of(polygons, region)


def _polygon(given: Settings, name: str, corners: Any) -> Polygon:
    named(given, name, ("x",))
    if not isinstance(corners, list) or not 3 <= len(corners) <= LARGEST:
        raise given.wrong(f"`{name}` is no polygon", f"three corners or more: {EXAMPLE}", name)
    points = [given.vector(corner, name, n) for n, corner in enumerate(corners)]
    for n, point in enumerate(points):
        if len(point) != 2:
            raise given.wrong(f"corner {n + 1} of `{name}` has {len(point)} numbers", "a corner is [x, y]", name, n)
    found = polygon(tuple((p[0], p[1]) for p in points))
    if isinstance(found, str):
        raise given.wrong(f"`{name}`: {found}", "give the corners in their order around it, each once", name)
    return found


def _claimed(given: Settings) -> dict[str, int]:
    """claimed: {or: 5, and: 1}."""
    if "claimed" not in given.data:
        return {}
    table = given.inside("claimed", given.data["claimed"], "`claimed: {or: 5, and: 1}`").known("or", "and", "figure")
    return {kind: table.count(kind, 1, LARGEST) for kind in ("or", "and") if kind in table.data}
