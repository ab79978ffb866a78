"""A network as a graph: a node for each quantity, an edge for each that an equation reads."""

from __future__ import annotations

from collections.abc import Iterable

from derive.declare.network import Network
from derive.document import Math, Symbol
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Slot
from derive.notation.walk import entries
from derive.picture.model import At, Edge, Kind, Node
from derive.typeset.scribe import Scribe, listed


def key(name: str) -> str:
    """A name that may stand in files: x~E, the bar of x, is x.E."""
    return name.replace("~", ".")


def quantities(network: Network) -> tuple[Tensor, ...]:
    """What is drawn: all that equations define or read, in file order."""
    met: dict[Tensor, None] = {}
    for equation in network.equations:
        for entry in (equation.left, *entries(equation.right)):
            met.setdefault(entry.tensor)
    declared = [t for t in network.tensors.values() if t in met]
    return tuple(dict.fromkeys((*declared, *met)))


def kind(tensor: Tensor, network: Network) -> Kind:
    if not tensor.cost and (tensor.name == network.cost or tensor.name in network.costs):
        return "cost"
    return "class" if tensor.among is not None else tensor.role


def label(tensor: Tensor, scribe: Scribe, at: At = ()) -> Math:
    """All that the quantity is at its labels: 𝐡⁽ᵗ⁾, or at positions: 𝐡⁽²⁾."""
    network = scribe.names.network
    if not tensor.labels:
        return scribe.names.tensor(tensor)
    own = {n: _letter(tensor, n, network) for n in tensor.labels}
    fixed = {n: Symbol(str(position), "upright") for n, position in at}
    boxes = tuple(fixed.get(n) or scribe.names.size(own.get(n, "i")) for n in range(len(tensor.axes)))
    return scribe.names.labelled(tensor, boxes)


def _letter(tensor: Tensor, place: int, network: Network) -> str:
    """The label that runs along an axis."""
    ends = tensor.axes[place].hi
    return next((name for name in network.labels if network.letters[name].hi == ends), next(iter(network.labels), "t"))


def nodes(network: Network, scribe: Scribe) -> list[Node]:
    return [Node(key(t.key), t.key, label(t, scribe), kind(t, network)) for t in quantities(network)]


def places(network: Network) -> dict[Tensor, int]:
    """When each quantity is computed, the last of its equations counting."""
    return {network.equations[n].left.tensor: at for at, n in enumerate(network.order)}


def edges(network: Network, scribe: Scribe) -> list[Edge]:
    """For each quantity those that it reads, one edge for all reads at its own position, one for those at others."""
    place = places(network)
    found: dict[tuple[str, str], list[tuple[bool, Math | None]]] = {}
    for equation in network.equations:
        for read in entries(equation.right):
            reader = equation.left.tensor
            back = read.tensor in place and place[read.tensor] >= place.get(reader, -1)
            moved = back or (reader.key, read.tensor.key) in network.delayed
            shown = position(equation, read, network, scribe) if moved else None
            found.setdefault((read.tensor.key, reader.key), []).append((back, shown))
    return [
        Edge(key(source), key(target), _joined(label for _, label in met), back=met[0][0])
        for (source, target), met in found.items()
    ]


def _joined(labels: Iterable[Math | None]) -> Math | None:
    met = tuple(dict.fromkeys(label for label in labels if label is not None))
    return listed(met) if met else None


def position(equation: Equation, read: Entry, network: Network, scribe: Scribe) -> Math | None:
    """t − 1, where a quantity is read at another position of a label than its reader's."""
    own = {slot for slot in equation.left.slots if slot.letter is not None}
    other = [slot for slot in read.slots if _is_other(slot, own)]
    inner = scribe.binding(equation.letters)
    return listed([inner.slot(slot) for slot in other]) if other else None


def _is_other(slot: Slot, own: set[Slot]) -> bool:
    """Whether a position is one of the reader's, moved."""
    return slot not in own and any(letter.slot in own for letter in slot.letters())
