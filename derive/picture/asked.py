"""The graphs of files that only ask: the networks that their questions are about, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from derive.analyse import Asked, ask
from derive.declare.network import Network
from derive.document import Fenced, Math, Operator, Script, Symbol, row
from derive.errors import DeriveError, Problem
from derive.picture.model import Edge, Node, Plan
from derive.picture.units import net_plan

LONGEST = 30
"""Letters of a line beside a graph."""
NOTHING = "there is nothing to draw: no equations, and no question about a network"
MEND = "a graph is drawn of `equations`, and of what {} ask about"
TIMES = Operator("×", "binary")


def asked_plan(network: Network) -> Plan:
    """The networks that a file's questions are about. Raises DeriveError where there are none."""
    found: list[Plan] = []
    for question in network.questions:
        asked = Asked(network.title, question.file, network, question)
        drawn = list(PICTURES[question.name](asked, question.settings)) if question.name in PICTURES else []
        found += [piece for piece in drawn if piece not in found]
    if not found:
        names = [f"`{name}`" for name in PICTURES]
        raise DeriveError(Problem(None, NOTHING, MEND.format(f"{', '.join(names[:-1])} and {names[-1]}")))
    return _together(network.title, found)


def _together(title: str, plans: list[Plan]) -> Plan:
    """One graph of several, each with what it is about behind its last node."""
    if len(plans) == 1:
        return replace(plans[0], title=title)
    told = [_told(plan, f"g{n}.") for n, plan in enumerate(plans, 1)]
    return Plan(
        title, tuple(n for p in told for n in p.nodes), tuple(e for p in told for e in p.edges), plans[0].ordered
    )


def _told(plan: Plan, prefix: str) -> Plan:
    """A graph of several, under names of its own."""
    nodes = tuple(replace(n, name=prefix + n.name, tensor=prefix + n.tensor) for n in plan.nodes)
    edges = tuple(replace(e, source=prefix + e.source, target=prefix + e.target) for e in plan.edges)
    if not plan.title:
        return replace(plan, nodes=nodes, edges=edges)
    lines = wrap(plan.title, LONGEST, max_lines=2, placeholder=" …")
    name = prefix + "about"
    below = Symbol(lines[1], "upright") if lines[1:] else None
    about = Node(name, name, Symbol(lines[0], "upright"), "words", value=below)
    return Plan("", (*nodes, about), (*edges, Edge(nodes[-1].name, name)))


def _proved(asked: Asked, given: Any) -> Iterator[Plan]:
    """The network as it is; what single claims change is in their answers."""
    from derive.analyse.prove.read import network, settings

    read = settings(asked, given, *(given if isinstance(given, Mapping) else ()))
    title = str(read.data.get("title", ""))
    yield net_plan(network(read), title)


def _found(asked: Asked, given: Any) -> Iterator[Plan]:
    """The layers whose weights are looked for."""
    from derive.analyse.find import KEYS, architecture
    from derive.analyse.prove.read import settings

    read = settings(asked, given, *KEYS)
    yield net_plan(architecture(read), str(read.data.get("title", "")), weighted=False)


def _regions(asked: Asked, given: Any) -> Iterator[Plan]:
    """Half-planes, their ANDs and ORs."""
    from derive.analyse.prove.read import settings
    from derive.analyse.regions import KEYS, planned

    read = settings(asked, given, *KEYS)
    yield net_plan(planned(read)[2].net, str(read.data.get("title", "")))


def _counted(asked: Asked, given: Any) -> Iterator[Plan]:
    """The table of layers as a chain, with the shape of each."""
    from derive.analyse.counts import GeneralCounts

    found: Any = ask("counts", asked, given)
    yield _general(found) if isinstance(found, GeneralCounts) else _layers(found)


def _layers(found: Any) -> Plan:
    names = [Symbol(layer.name, "upright") for layer in found.layers]
    shapes = [_times(layer.shape) for layer in found.layers]
    weights = [_times(layer.weights.factors) if layer.weights.factors else None for layer in found.layers]
    nodes = [
        Node(f"layer{n}", f"layer{n}", name, "hidden" if n else "input", value=shape)
        for n, (name, shape) in enumerate(zip(names, shapes, strict=True))
    ]
    return Plan("", tuple(nodes), _chained(nodes, weights[1:]))


def _general(found: Any) -> Plan:
    """d⁽⁰⁾ → d⁽¹⁾ → … → d⁽ᴸ⁾."""
    from derive.analyse.cost.polynomials import box

    places = [Symbol("0", "upright"), Symbol("1", "upright"), None, box(found.layers)]
    nodes = [
        Node(f"d{n}", f"d{n}", _units(found.units, at), "words" if at is None else "hidden" if n else "input")
        for n, at in enumerate(places)
    ]
    return Plan("", tuple(nodes), _chained(nodes, [None, None, None]))


def _units(letter: str, at: Math | None) -> Math:
    return Symbol("…", "upright") if at is None else Script(Symbol(letter), None, Fenced(at))


def _times(sizes: Any) -> Math:
    from derive.analyse.cost.polynomials import box

    parts = [part for n, size in enumerate(sizes) for part in (*((TIMES,) if n else ()), box(size))]
    return row(*parts)


def _chained(nodes: list[Node], labels: list[Math | None]) -> tuple[Edge, ...]:
    pairs = zip(pairwise(nodes), labels, strict=True)
    return tuple(Edge(a.name, b.name, label) for (a, b), label in pairs)


def _narrow(asked: Asked, given: Any) -> Iterator[Plan]:
    """The linear layers, and the one that they are compared with."""
    found: Any = ask("bottleneck", asked, given)
    for title, sizes in (("several layers", found.sizes), ("one layer", (found.sizes[0], found.sizes[-1]))):
        shown = [Symbol(str(size), "upright" if isinstance(size, int) else "italic") for size in sizes]
        nodes = [Node(f"d{n}", f"d{n}", label, "hidden" if n else "input") for n, label in enumerate(shown)]
        labels = [row(b, TIMES, a) for a, b in pairwise(shown)]
        yield Plan(title, tuple(nodes), _chained(nodes, [*labels]))


def _orders(asked: Asked, given: Any) -> Iterator[Plan]:
    """Each order in which an expression is worked out."""
    if not isinstance(given, Mapping) or "of" not in given:
        return
    from derive.picture.orders import order_plan

    found: Any = ask("cost", asked, given)
    for order in found.compared.orders:
        title = order.name if order.name != found.compared.name else ""
        yield order_plan(order, asked.declared, found.compared.name, title)


Pictures = Callable[[Asked, Any], Iterator[Plan]]
PICTURES: Mapping[str, Pictures] = MappingProxyType(
    {
        "prove": _proved,
        "find": _found,
        "regions": _regions,
        "counts": _counted,
        "bottleneck": _narrow,
        "cost": _orders,
    }
)
"""A question -> the graphs of what it is about."""
