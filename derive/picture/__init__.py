"""Computation graphs: a network's quantities as nodes, what each equation reads as edges.

    graph(network or derivation, Look()) -> Drawing        a layered layout, from left to right
    svg(drawing), and tikz, dot, mermaid, text beside it   the drawing in a format

Layers as in Sugiyama, Tagawa & Toda 1981.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from derive.declare.network import Network
from derive.derivation import Derivation
from derive.picture.layout import drawing
from derive.picture.model import Drawing, Look, Plan
from derive.picture.read import edges, nodes
from derive.picture.svg import svg
from derive.typeset.names import Names
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style

__all__ = ["FORMATS", "Drawing", "Look", "graph", "plan", "svg"]

FORMATS: Mapping[str, Callable[[Drawing], str]] = MappingProxyType({"svg": svg})
"""A drawing as text."""


def graph(derived: Derivation | Network, look: Look | None = None) -> Drawing:
    """The computation graph with places. Raises DeriveError."""
    return drawing(plan(derived, look or Look()))


def plan(derived: Derivation | Network, look: Look) -> Plan:
    """The computation graph without places."""
    network = derived if isinstance(derived, Network) else derived.network
    scribe = Scribe(Names(network, network.cost or "", Style(look.notation)))
    return Plan(network.title, tuple(nodes(network, scribe)), tuple(edges(network, scribe)))
