"""Computation graphs: a network's quantities as nodes, what each equation reads as edges.

    graph(network or derivation, Look()) -> Drawing     a layered layout
    FORMATS["svg"](drawing)                             the drawing as text: svg, tikz, dot, mermaid, text

Layers as in Sugiyama, Tagawa & Toda 1981.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.declare.network import Network
from derive.declare.words import did_you_mean
from derive.derivation import Derivation
from derive.errors import DeriveError, Problem
from derive.picture.dot import dot, mermaid
from derive.picture.fold import beside, kept
from derive.picture.layout import drawing
from derive.picture.model import Drawing, Look, Plan
from derive.picture.read import edges, nodes
from derive.picture.signals import with_bars, with_partials, with_values
from derive.picture.svg import svg
from derive.picture.text import text
from derive.picture.tikz import tikz
from derive.pipeline import cost_name
from derive.typeset.names import Names
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style

__all__ = ["FORMATS", "Drawing", "Look", "dot", "drawing", "graph", "mermaid", "plan", "svg", "text", "tikz"]

FORMATS: Mapping[str, Callable[[Drawing], str]] = MappingProxyType(
    {"svg": svg, "tikz": tikz, "dot": dot, "mermaid": mermaid, "text": text}
)
"""A drawing as text."""


def graph(derived: Derivation | Network, look: Look | None = None) -> Drawing:
    """The computation graph with places. Raises DeriveError."""
    return drawing(plan(derived, look or Look()))


def plan(derived: Derivation | Network, look: Look) -> Plan:
    """The computation graph without places."""
    network = derived if isinstance(derived, Network) else derived.network
    cost = derived.cost if isinstance(derived, Derivation) else cost_name(network) if network.equations else ""
    scribe = Scribe(Names(network, cost, Style(look.notation)))
    found = _whole(derived, network, look, scribe) if network.equations else _asked(network, look)
    for name in look.nodes:
        _check_drawn(name, found)
    found = kept(found, look.nodes, beside(network)) if look.nodes else found
    return replace(found, direction=look.direction)


def _asked(network: Network, look: Look) -> Plan:
    """What a file's questions are about, where it has no equations."""
    from derive.picture.asked import asked_plan

    if look.unfold:
        raise DeriveError(Problem(None, f"nothing repeats along `{next(iter(look.unfold))}`", "leave --unfold out"))
    return asked_plan(network)


def _whole(derived: Derivation | Network, network: Network, look: Look, scribe: Scribe) -> Plan:
    repeated = _repeated(network, look.unfold)
    if repeated:
        from derive.picture.unfold import unfolded

        drawn, read = unfolded(network, scribe, repeated)
    else:
        drawn, read = nodes(network, scribe), edges(network, scribe)
    if isinstance(derived, Derivation):
        if look.backward:
            drawn = with_bars(drawn, derived, scribe)
            read = with_partials(read, drawn, derived, scribe)
        drawn = with_values(drawn, derived, look.backward)
    if network.stationary or network.implicit:
        from derive.picture.conditions import with_conditions

        read = with_conditions(read, drawn, network)
    found = Plan(network.title, tuple(drawn), tuple(read))
    if not network.uses or repeated or look.nodes:
        return found
    from derive.picture.uses import together

    return together(found, network.uses, look.unfold)


def _repeated(network: Network, unfold: Mapping[str, int]) -> Mapping[str, int]:
    """The labels that are written out; what is none may be the letter of equal uses of a sub-network."""
    found = {x: n for x, n in unfold.items() if x in network.labels or not network.uses}
    return unfold if found else {}


def _check_drawn(name: str, found: Plan) -> None:
    names = [node.tensor for node in found.nodes]
    if name not in names:
        known = did_you_mean(name, names) or f"the graph has {', '.join(names)}"
        raise DeriveError(Problem(None, f"`{name}` is not in the graph", known))
