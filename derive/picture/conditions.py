"""Quantities that a condition defines, drawn by it: what makes J stationary comes back from J, at which ∂J/∂w = 0."""

from __future__ import annotations

from dataclasses import replace

from derive.declare.network import Network
from derive.document import Operator, Symbol, row
from derive.picture.model import Edge, Node
from derive.picture.partials import whole
from derive.picture.read import key

EQUALS, NONE = Operator("=", "relation"), Symbol("0", "upright")


def with_conditions(edges: list[Edge], nodes: list[Node], network: Network) -> list[Edge]:
    """The edges without those of the equation by which a condition is solved, which nobody wrote."""
    costs = {**network.stationary, **{name: met.cost for name, met in network.implicit.items() if met.cost}}
    solved = {key(name) for name in network.implicit if not network.implicit[name].cost}
    of = {node.name: node for node in nodes}
    given = {key(name) for name in costs}
    kept = [replace(e, back=e.back and e.source not in given) for e in edges if e.target not in given]
    found = [_plain(e) if e.target in solved and _is_circular(e.target, kept) else e for e in kept]
    return [e for e in found if e.source != e.target or e.target not in solved] + [
        Edge(key(cost), key(name), row(whole(of[key(cost)].label, of[key(name)].label), EQUALS, NONE), back=True)
        for name, cost in costs.items()
        if {key(cost), key(name)} <= set(of)
    ]


def _is_circular(name: str, edges: list[Edge]) -> bool:
    return any(edge.source == edge.target == name for edge in edges)


def _plain(edge: Edge) -> Edge:
    """An edge of a condition, whose partials are those of no equation for the quantity."""
    return replace(edge, label=None, told=None)
