"""A network of numbers, unit by unit with its weights at the edges; layer by layer where that is too much."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.analyse.prove.data import number
from derive.analyse.prove.net import Layer, Net
from derive.document import Math, Operator, Script, Symbol, row
from derive.picture.model import Edge, Kind, Node, Plan

MOST = 64
"""Edges of a network that is drawn unit by unit."""
EQUALS = Operator("=", "relation")


def net_plan(net: Net, title: str, weighted: bool = True) -> Plan:
    """The network as a graph; weighted: whether its weights are known. A weight of 0 is no edge."""
    sizes = dict(net.inputs) | {layer.name: layer.units for layer in net.layers}
    edges = [edge for layer in net.layers for edge in _edges(layer, sizes, weighted)]
    if len(edges) > MOST:
        return _by_layers(net, title, sizes)
    return Plan(title, tuple(_nodes(net, sizes, weighted)), tuple(edges), ordered=True)


def _name(layer: str, n: int, sizes: dict[str, int]) -> str:
    return layer if sizes[layer] == 1 else f"{layer}{n + 1}"


def _label(layer: str, n: int, sizes: dict[str, int]) -> Math:
    letter = Symbol(layer)
    return letter if sizes[layer] == 1 else Script(letter, Symbol(str(n + 1), "upright"))


def written(value: Fraction) -> Math:
    """A number, as a decimal where it is one."""
    decimal = f"{float(value):g}"
    shown = decimal if Fraction(decimal) == value else str(number(value))
    return Symbol(shown.replace("-", "−"), "upright")


def _nodes(net: Net, sizes: dict[str, int], weighted: bool) -> Iterator[Node]:
    """Inputs and units, each unit with its bias, if it has one."""
    for name, size in net.inputs:
        for n in range(size):
            own = _name(name, n, sizes)
            yield Node(own, own, _label(name, n, sizes), "input")
    for layer in net.layers:
        for n, bias in enumerate(layer.biases):
            own = _name(layer.name, n, sizes)
            kept = weighted and bias != 0
            value = row(Symbol("b"), EQUALS, written(bias)) if kept else None
            kind: Kind = "cost" if layer is net.layers[-1] else "hidden"
            yield Node(own, own, _label(layer.name, n, sizes), kind, value=value, told=layer.phi.text)


def _edges(layer: Layer, sizes: dict[str, int], weighted: bool) -> Iterator[Edge]:
    read = [_name(name, n, sizes) for name in layer.reads for n in range(sizes[name])]
    for unit, weights in enumerate(layer.weights):
        for source, weight in zip(read, weights, strict=True):
            if weight != 0 or not weighted:
                yield Edge(source, _name(layer.name, unit, sizes), written(weight) if weighted else None)


def _by_layers(net: Net, title: str, sizes: dict[str, int]) -> Plan:
    """A node for each layer, with how many units it has."""
    nodes = [Node(name, name, Symbol(name, "bold"), "input", value=_count(size)) for name, size in net.inputs]
    nodes += [
        Node(x.name, x.name, Symbol(x.name, "bold"), "hidden", value=_count(x.units), told=x.phi.text)
        for x in net.layers
    ]
    edges = [Edge(name, layer.name) for layer in net.layers for name in dict.fromkeys(layer.reads)]
    return Plan(title, tuple(nodes), tuple(edges))


def _count(size: int) -> Math:
    return Symbol(f"{size} units" if size > 1 else "1 unit", "upright")
