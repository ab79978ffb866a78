"""Quantities that are not drawn, folded into the edges: what leads through them, and what stands beside a factor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from derive.declare.network import Network
from derive.document import Math
from derive.notation.expression import Entry, Expr, Factor, Term
from derive.notation.walk import entries, parts
from derive.picture.model import Edge, Node, Plan
from derive.picture.partials import whole
from derive.picture.read import key
from derive.typeset.scribe import listed


def kept(plan: Plan, names: Collection[str], beside: Mapping[tuple[str, str], tuple[str, ...]]) -> Plan:
    """The graph of some quantities; beside: (source, target) -> what the source is multiplied by there."""
    nodes = {node.name: node for node in plan.nodes}
    order = {node.name: n for n, node in enumerate(plan.nodes)}
    onward: dict[str, list[Edge]] = {}
    for edge in plan.edges:
        onward.setdefault(edge.source, []).append(edge)
    found = [
        _joined(path, nodes, names, beside)
        for name in order
        if nodes[name].tensor in names
        for path in _paths(name, onward, {n for n in nodes if nodes[n].tensor in names})
    ]
    return replace(plan, nodes=tuple(n for n in plan.nodes if n.tensor in names), edges=tuple(_once(found)))


def _paths(start: str, onward: Mapping[str, list[Edge]], ends: Collection[str]) -> Iterator[tuple[Edge, ...]]:
    """The shortest way from one drawn quantity to each other that it reaches through what is not drawn."""
    met: set[str] = set()
    waiting: list[tuple[Edge, ...]] = [(edge,) for edge in onward.get(start, ())]
    for path in waiting:
        here = path[-1].target
        if here in met:
            continue
        met.add(here)
        if here in ends:
            yield path
        else:
            waiting.extend((*path, edge) for edge in onward.get(here, ()))


def _joined(
    path: tuple[Edge, ...], nodes: Mapping[str, Node], names: Collection[str],
    beside: Mapping[tuple[str, str], tuple[str, ...]],
) -> Edge:  # fmt: skip
    """One edge for a way: its labels, or what is written beside its source."""
    first, last = path[0], path[-1]
    labels = {key(node.tensor): node.label for node in reversed(list(nodes.values())) if node.tensor not in names}
    through = tuple(edge.target for edge in path[:-1])
    signal = all(edge.signal for edge in path)
    delayed = [edge.label for edge in path if edge.back and edge.label is not None]
    ends = key(nodes[first.source].tensor), key(nodes[first.target].tensor)
    hidden = [labels[n] for n in beside.get(ends, ()) if n in labels]
    label: Math | None = listed(delayed or hidden) if delayed or hidden else None
    if signal:
        label = first.label if not through else whole(nodes[last.target].label, nodes[first.source].label)
    told = first.told if not through else None
    back = any(edge.back for edge in path)
    return Edge(first.source, last.target, label, told, back, signal, through)


def _once(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Ways that lead both on and back between the same ends are two edges only where one is a recurrence."""
    seen: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        seen.setdefault((edge.source, edge.target), edge)
    for edge in seen.values():
        yield replace(edge, label=edge.label)


def beside(network: Network) -> dict[tuple[str, str], tuple[str, ...]]:
    """(a quantity, its reader) -> what it is multiplied by there: of W x + b, W beside x, nothing beside b."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for equation in network.equations:
        reader = key(equation.left.tensor.key)
        for term in _terms(equation.right):
            for one, other in _pairs(term):
                found.setdefault((one, reader), {})[other] = None
    return {at: tuple(met) for at, met in found.items()}


def _terms(expr: Expr) -> Iterator[Term]:
    for term in expr.terms:
        yield term
        for factor in term.factors:
            for inner in parts(factor):
                yield from _terms(inner)


def _pairs(term: Term) -> Iterator[tuple[str, str]]:
    """(what is read, an array that it is multiplied by)."""
    for at, factor in enumerate(term.factors):
        if isinstance(factor, Entry):
            others = [n for n in range(len(term.factors)) if n != at]
            for one in (name for n in others for name in _names(term.factors[n])):
                yield one, key(factor.tensor.key)


def _names(factor: Factor) -> list[str]:
    if isinstance(factor, Entry):
        return [key(factor.tensor.key)]
    return [key(entry.tensor.key) for inner in parts(factor) for entry in entries(inner)]
