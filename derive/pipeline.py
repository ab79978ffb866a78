"""The whole way: forward, backward, vectorise, for one network."""

from __future__ import annotations

from collections.abc import Iterable

from derive import operators
from derive.backward import backward
from derive.backward.closed import with_closed_forms
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.forward import forward
from derive.graph import Graph
from derive.notation.expression import Apply
from derive.notation.walk import factors
from derive.pause import collector_paused


def derive_network(
    network: Network, wanted: Iterable[str] = (), keep_cost_bars: bool = False, closed: Iterable[str] = ()
) -> Derivation:
    """The derivation of the wanted bars (default: the network's `want`, else all parameters, else all inputs).

    closed: names whose closed form is derived too, beside those that the network asks for. Raises DeriveError.
    """
    forms = tuple(dict.fromkeys((*network.closed, *closed)))
    asked = tuple(dict.fromkeys((*(tuple(wanted) or default_wanted(network)), *forms)))
    cost = cost_name(network)
    with collector_paused():
        graph = Graph(network)
        bars = backward(network, graph, asked, cost, keep_cost_bars)
    return with_closed_forms(Derivation(network, cost, forward(graph), bars, asked, notes(network)), forms)


def default_wanted(network: Network) -> tuple[str, ...]:
    named = {role: [t.name for t in network.tensors.values() if t.role == role] for role in ("parameter", "input")}
    return tuple(network.want or named["parameter"] or named["input"])


def cost_name(network: Network) -> str:
    """The cost that bars are taken of; where the file names none, a letter that it does not use."""
    if network.cost is not None:
        return network.cost
    taken = {*network.tensors, *network.sizes}
    return next(name for name in ("L", "E", "J", "C", "Loss") if name not in taken)


def notes(network: Network) -> tuple[str, ...]:
    """The file's notes, and those of the rows of every function that its equations use."""
    used = {f.function: None for e in network.equations for f in factors(e.right) if isinstance(f, Apply)}
    rows = (operators.TABLE.get(name) for name in used)
    return tuple(dict.fromkeys([*network.notes, *(row.note for row in rows if row and row.note)]))
