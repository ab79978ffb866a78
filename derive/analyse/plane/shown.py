"""A region and its network as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.analyse.prove.shown import VERDICTS, network_table, sentence, vector
from derive.document import Block, Heading, Items, Prose, Words

if TYPE_CHECKING:
    from derive.analyse.regions import Region

CURVED = "A region with a curved edge is approximated so, by a polygon with more corners."
PLURAL = {"half-plane": "half-planes", "AND": "ANDs", "OR": "ORs", "NOT": "NOTs"}


def blocks(region: Region) -> tuple[Block, ...]:
    """Corners, units, network, proof, and what is to be said about a claim of so many gates."""
    text, tone = VERDICTS[region.decision.verdict]
    headline = f"{text} for all points of the plane" if region.decision.verdict == "proved" else text
    asked = f"Wanted: 1 in {region.region.text}, edges of polygons included, and 0 elsewhere."
    made = f"{units(region)}; each unit is a threshold, 1 where it receives 0 or more."
    judged: list[Block] = [Prose((_claim(region),))] if region.claimed else []
    return (
        Prose((asked,)),
        Items(tuple(_corners(region))),
        Prose((sentence(made.rstrip(".")),)),
        network_table(region.plan.net),
        Heading(headline, 3, tone),
        Prose(_how(region)),
        Prose((CURVED,)),
        *judged,
    )


def _corners(region: Region) -> list[Words]:
    found: list[Words] = []
    for name, shape in region.polygons.items():
        told = [part for corner in shape.corners for part in (", ", vector(corner))][1:]
        kind = "convex" if len(shape.pieces) == 1 else f"not convex: {len(shape.pieces)} triangles"
        found.append((f"{name} ({kind}): ", *told))
    return found


def units(region: Region) -> str:
    """5 half-planes and 1 AND."""
    told = [f"{count} {kind if count == 1 else PLURAL[kind]}" for kind, count in region.plan.counts]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _how(region: Region) -> Words:
    decision = region.decision
    if decision.point is not None:
        return ("The network is wrong at ", vector(decision.point), ".")
    return (sentence(decision.how),)


def _claim(region: Region) -> str:
    """A number of gates that somebody gave, beside ours."""
    counts = dict(region.plan.counts)
    told = " and ".join(f"{n} {kind.upper() if n == 1 else PLURAL[kind.upper()]}" for kind, n in region.claimed.items())
    if all(counts.get(kind.upper(), 0) == n for kind, n in region.claimed.items()):
        return f"Claimed: {told}. So it is here."
    ors = "" if counts.get("OR") else " No OR is needed: a point is inside where it is on the right side of every edge."
    start = f"Claimed: {told}. For these corners it is {units(region)}.{ors}"
    return f"{start} Whether the claim is right for another region cannot be decided without its figure."
