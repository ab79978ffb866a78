"""What a whole Jacobian takes: forward mode, a direction for each input, or backward passes, one for each output.

∂y/∂xᵀ, M × N: N times the tangents from x to y, or M times the error signals from y to x (Griewank & Walther 2008,
section 3.4 and chapter 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.analyse.cost.answered import Difference
from derive.analyse.cost.index_forms import added, operations, size_of
from derive.analyse.cost.polynomials import ONE, at, box, text
from derive.analyse.cost.shown import reading
from derive.backward import backward, outputs
from derive.declare.loops import ordered
from derive.declare.network import Network
from derive.derivation import Derivation, Line
from derive.document import Block, Document, Heading, Prose, Words
from derive.forward import forward
from derive.graph import Graph
from derive.notation.expression import Tensor
from derive.notation.index import Slot
from derive.tangent.lines import tangents
from derive.typeset.document import scribe_for
from derive.typeset.scribe import Scribe

MOST = 3
"""Outputs of which the directions are compared where no cost is named."""
LONGEST = 3
"""Summands of a condition on the sizes that is still read."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Multiplications for all of ∂of/∂wrt beside those of the forward pass.

    times: how many directions forward mode takes, how many error signals reverse mode.  each: what one of them takes.
    solves: whether each also solves the linear system of a condition, which is not counted.
    """

    of: Tensor
    wrt: Tensor
    times: tuple[Slot, Slot]
    each: tuple[Slot, Slot]
    solves: bool = False

    @property
    def whole(self) -> tuple[Slot, Slot]:
        return self.times[0] * self.each[0], self.times[1] * self.each[1]

    @property
    def difference(self) -> Difference:
        return Difference("forward mode", "reverse mode", "multiplications", self.whole[0] - self.whole[1])

    def to_dict(self) -> dict[str, Any]:
        ways = zip(("forward", "reverse"), self.times, self.each, self.whole, strict=True)
        costs = {name: {"times": text(n), "each": text(e), "multiplications": text(w)} for name, n, e, w in ways}
        return {"of": self.of.name, "in": self.wrt.name, **costs}


def directions(derivation: Derivation) -> tuple[Directions, ...]:
    """Of each Jacobian that is shown, and of the cost, or of the first outputs, in what forward mode follows."""
    network = derivation.network
    pairs = [(found.of, found.name) for found in derivation.jacobians]
    for along in derivation.tangents:
        if not along.backward:
            pairs += [(found.of, found.name) for found in along.jacobians]
            ends = [network.cost] if network.cost is not None else [t.name for t in outputs(network)]
            pairs += [(end, name) for name in along.moved for end in _moving(network, ends, name)[:MOST]]
    met = (_compared(network, network.tensors[of], network.tensors[name]) for of, name in dict.fromkeys(pairs))
    return tuple(found for found in met if found is not None)


def _moving(network: Network, ends: Sequence[str], name: str) -> list[str]:
    """Those of the outputs that change with a quantity."""
    graph = Graph(network)
    return [end for end in ends if network.tensors[name] in graph.below((network.tensors[end],))]


def _compared(network: Network, of: Tensor, wrt: Tensor) -> Directions | None:
    """None where nothing leads from the one to the other."""
    graph = Graph(network)
    below = graph.below((of,))
    if wrt not in below:
        return None
    equations = tuple(e for e in network.equations if e.left.tensor in below)
    order = ordered(equations, frozenset(network.implicit))
    inner = replace(
        network, equations=equations, order=order.order, delayed=order.delayed, cost=None, costs=(), want=(wrt.name,)
    )
    own = Graph(inner)
    cost = next(name for name in ("L", "E", "J", "C", "Loss") if name not in network.tensors)
    down = backward(inner, own, [wrt.name], cost)
    up = tangents(Derivation(inner, cost, forward(own), (), ()), [wrt.name], False).forward
    each = _multiplications(up), _multiplications(down)
    solves = any(line.steps[-1].rule == "solved" for line in up)
    return Directions(of, wrt, (size_of(wrt.axes), size_of(of.axes)), each, solves)


def _multiplications(lines: Iterable[Line]) -> Slot:
    return added(operations(line.scalar.right, line.scalar.letters) for line in lines).multiplications


def with_directions(document: Document, derivation: Derivation) -> Document:
    """The document with a sentence on each Jacobian's cost, before its notes."""
    found = directions(derivation)
    if not found:
        return document
    scribe = scribe_for(derivation)
    numbers = {name: size.number for name, size in derivation.network.sizes.items() if size.number is not None}
    blocks: list[Block] = [Heading("Forward or reverse", 2), *(Prose(_told(each, scribe, numbers)) for each in found)]
    place = next((n for n, b in enumerate(document.blocks) if isinstance(b, Heading) and b.text == "Notes"), None)
    return Document(document.title, _inserted(document.blocks, blocks, place))


def _inserted(shown: Sequence[Block], blocks: Sequence[Block], place: int | None) -> tuple[Block, ...]:
    """At a place, or before the closing sentence."""
    at = len(shown) - 1 if place is None else place
    return (*shown[:at], *blocks, *shown[at:])


def _told(found: Directions, scribe: Scribe, numbers: dict[str, int]) -> Words:
    of, wrt = scribe.names.tensor(found.of), scribe.names.tensor(found.wrt)
    entries = ("All slopes of ", of, " in ", wrt) if found.times[1] == ONE else ("The Jacobian of ", of, " in ", wrt)
    told: Words = (*entries, ": forward mode takes ", *_counted(found, 0, "direction"))
    told = (*told, ", reverse mode ", *_counted(found, 1, "error signal"), *_decided(found))
    aside = (" Each solves a linear system too, which is not counted.",) if found.solves else ()
    return (*told, *aside, *_in_numbers(found, numbers))


def _counted(found: Directions, way: int, name: str) -> Words:
    """N directions of 2K multiplications."""
    times, each = found.times[way], found.each[way]
    unit = "multiplication" if each == ONE else "multiplications"
    number: Words = (f"one {name} of ",) if times == ONE else (box(times), f" {name}s of ")
    return (*number, box(each), f" {unit}")


def _decided(found: Directions) -> Words:
    """Which takes less, as far as that can be said shortly."""
    product = found.difference.product
    if any(len(factor.parts) > LONGEST for factor, _ in product.undecided):
        return ("; the sizes decide which takes less.",)
    return reading(found.difference, product)


def _in_numbers(found: Directions, numbers: dict[str, int]) -> Words:
    """Both counts where the file gives every size a number."""
    atoms = {str(atom) for slot in found.whole for atom in slot.atoms()}
    if not atoms or not atoms <= numbers.keys():
        return ()
    counts = [at(slot, numbers) for slot in found.whole]
    return (f" Here that is {int(counts[0]):,} against {int(counts[1]):,}.",)
