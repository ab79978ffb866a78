"""Equal uses of a sub-network written out, an ellipsis for those between the first ones and the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derive.document import Symbol
from derive.picture.model import Edge, Node, Plan


def shortened(plan: Plan, places: Mapping[str, tuple[str, int]], count: int, definition: str) -> Plan:
    """The graph with so many of the uses; places: each node of a use -> (its family, the number of the use)."""
    numbers = sorted({n for _, n in places.values()})
    left_out = set(numbers[max(count, 1) - 1 : -1])
    gone = {name for name, (_, n) in places.items() if n in left_out}
    if not gone:
        return plan
    own = f"{definition}.more"
    more = Node(own, own, Symbol("…", "upright"), "words")
    at = next(n for n, node in enumerate(plan.nodes) if node.name in gone)
    nodes = [node for node in plan.nodes if node.name not in gone]
    nodes.insert(at - sum(node.name in gone for node in plan.nodes[:at]), more)
    return replace(plan, nodes=tuple(nodes), edges=tuple(_edges(plan, places, gone, own)))


def _edges(plan: Plan, places: Mapping[str, object], gone: set[str], more: str) -> list[Edge]:
    """What leads to a use that is left out leads to the ellipsis, from another use, and on from it."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in plan.edges:
        ends = edge.source in gone, edge.target in gone
        if all(ends) or (ends[1] and edge.source not in places):
            continue
        source, target = (more if out else name for out, name in zip(ends, (edge.source, edge.target), strict=True))
        told = replace(edge, source=source, target=target)
        found.setdefault((source, target), replace(told, label=None, told=None) if any(ends) else told)
    return list(found.values())
