"""Weights of an architecture with which a network does what a specification says, small whole numbers first.

    find:
      spec: y == 1 iff x[1] != x[2]
      inputs: {x: 2}
      layers: {h: {units: 2, activation: z >= 0}, y: {units: 1, activation: z >= 0}}
      over: [0, 1]
      within: 3          # weights and biases from -3 to 3
      timeout: 60        # seconds for the whole search

Weights that fit a few inputs are proved for all; an input that refutes them is added to the few. Where no weights fit
the few, there are none in that range: that is a proof.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.analyse.prove import solver
from derive.analyse.prove.decide import Decision, decide
from derive.analyse.prove.domain import Domain
from derive.analyse.prove.draft import blank
from derive.analyse.prove.language import Condition
from derive.analyse.prove.net import Layer, Net, Point
from derive.analyse.prove.read import LARGEST, Placed, Settings, checked, domain, inputs, named, phi, reads, settings
from derive.analyse.prove.screen import progress
from derive.analyse.prove.search import Outcome, Search, smallest
from derive.document import Block, Document, Heading, Items, Prose, Table, Words
from derive.errors import DeriveError, Problem

KEYS = ("title", "spec", "inputs", "layers", "over", "assume", "within", "timeout")
SHOWN = 8
"""How many of the inputs that decided it are shown."""
EXAMPLE = "`layers: {h: {units: 2, activation: z >= 0}, y: {units: 1, activation: z >= 0}}`"


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, and what came of it. within: weights are from -within to within. seconds: were given."""

    shape: Net
    specification: Condition
    domain: Domain
    outcome: Outcome
    within: int
    seconds: int
    proof: Decision | None = None
    title: str = ""

    @property
    def decided(self) -> bool:
        return self.outcome.verdict != "not decided"

    def document(self) -> Document:
        return Document(self.title or "Weights that do it", tuple(_blocks(self)))

    def to_dict(self) -> dict[str, Any]:
        from derive.analyse.prove import data

        return {
            "spec": self.specification.text,
            "over": self.domain.words(),
            "verdict": self.outcome.verdict,
            "within": self.within,
            "network": data.net(self.outcome.net) if self.outcome.net is not None else None,
            "how": self.proof.how if self.proof is not None else "",
            "inputs": [data.numbers(point) for point in self.outcome.met],
        }


def answer(asked: Placed, given: Any) -> Found:
    """The search that the settings ask for. Raises DeriveError."""
    read = settings(asked, given, *KEYS)
    shape, over = architecture(read), domain(read)
    read.needed("spec", "say what the network should do: `spec: y == max(x)`")
    specification = read.condition(read.data["spec"], "spec")
    checked(shape, over, specification)
    within, seconds = read.count("within", 3, 20), read.seconds(60)
    if not solver.installed():
        raise DeriveError(Problem(asked.place(), f"weights are found by a solver, and {solver.ABSENT}"))
    decide(shape, specification, over, min(10, seconds))  # assumptions that no input satisfies are said before
    search = Search(specification, over, time.monotonic() + seconds, 10, progress)
    outcome, size = smallest(search, shape, within)
    progress("")
    proof = decide(outcome.net, specification, over) if outcome.net is not None else None
    return Found(shape, specification, over, outcome, size, seconds, proof, str(read.data.get("title", "")))


def architecture(given: Settings) -> Net:
    """Layers by their units and activations."""
    fed = inputs(given)
    listed = given.inside("layers", given.needed("layers", EXAMPLE), EXAMPLE)
    sizes, layers = dict(fed), list[Layer]()
    for name in listed.data:
        own = named(listed, str(name), sizes)
        layer = listed.inside(name, listed.data[name], EXAMPLE).known("of", "units", "activation")
        read, units = reads(layer, sizes), layer.count("units", 1, LARGEST)
        layers.append(blank(own, read, units, _wide(read, sizes), phi(layer)))
        sizes[own] = units
    if not layers:
        raise given.wrong("there are no layers", EXAMPLE, "layers")
    return Net(fed, tuple(layers))


def _wide(read: tuple[str, ...], sizes: Mapping[str, int]) -> int:
    return sum(sizes[name] for name in read)


def _blocks(found: Found) -> list[Block]:
    from derive.analyse.prove.shown import network_table

    asked: Words = ("Wanted: ", found.specification.text, ", for ", found.domain.words(), ".")
    net, met = found.outcome.net, found.outcome.met
    if net is not None and found.proof is not None:
        how = f"Proved: {found.proof.how}. {_after(len(met))}"
        heading = Heading(f"Found, with weights from −{found.within} to {found.within}", 3, "good")
        return [Prose(asked), _shape(found.shape), heading, network_table(net), Prose((how,))]
    if found.outcome.verdict == "none":
        heading = Heading(f"None with weights in −{found.within}…{found.within}", 3, "bad")
        told = f"That is a proof: no such weights and biases are right for all of these {len(met)} inputs."
        return [Prose(asked), _shape(found.shape), heading, Prose((told,)), _met(met)]
    heading = Heading("Not decided", 3, "unsure")
    told = f"Not decided after {found.seconds} s, with weights from −{found.within} to {found.within}."
    return [Prose(asked), _shape(found.shape), heading, Prose((told,))]


def _after(count: int) -> str:
    return f"{count} counterexample{'' if count == 1 else 's'} led there."


def _met(met: tuple[Point, ...]) -> Block:
    from derive.analyse.prove.shown import vector

    shown: list[Words] = [(vector(point),) for point in met[:SHOWN]]
    return Items((*shown, *([(f"and {len(met) - SHOWN} more",)] if len(met) > SHOWN else [])))


def _shape(net: Net) -> Table:
    """The architecture as a table."""
    rows = tuple(((x.name,), (", ".join(x.reads),), (str(x.units),), (x.phi.text,)) for x in net.layers)
    return Table((("layer",), ("reads",), ("units",), ("activation",)), rows)
