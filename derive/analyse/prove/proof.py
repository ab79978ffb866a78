"""A proof or a counterexample, as a result: what was claimed, what came out, where it goes wrong, what mends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derive.analyse.prove import solver
from derive.analyse.prove.decide import Decision, decide
from derive.analyse.prove.domain import Domain
from derive.analyse.prove.language import Condition, Node, parse, slices
from derive.analyse.prove.net import Layer, Net, Point
from derive.analyse.prove.repair import Kind, Repair, repair
from derive.analyse.prove.search import Progress, Search

ATTEMPT = 3.0
"""Seconds for each assumption that might mend a claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a network does what a specification says, for all inputs of a domain.

    repairs: the kinds of change that are looked for where it does not.  seconds: for the proof, and for each of those.
    """

    net: Net
    specification: Condition
    domain: Domain
    title: str = ""
    repairs: tuple[Kind, ...] = ()
    seconds: float = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit for one input: its name, h[2]; what it receives, W x + b; what it gives, φ of that."""

    name: str
    receives: Fraction
    gives: Fraction


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim and its decision. Where it is refuted:

    units: all of them for the counterexample.  sides: the two sides of an `iff`, and whether each holds there.
    under: a further assumption with which it is proved.  constant: the one output that the network ever has.
    """

    claim: Claim
    decision: Decision
    units: tuple[Unit, ...] = ()
    sides: tuple[tuple[str, bool], ...] = ()
    under: str = ""
    constant: Point | None = None
    repairs: tuple[Repair, ...] = ()

    @property
    def decided(self) -> bool:
        return self.decision.verdict in ("proved", "refuted")

    def to_dict(self) -> dict[str, Any]:
        from derive.analyse.prove.data import proof

        return proof(self)


def prove(claim: Claim, progress: Progress | None = None) -> Proof:
    """The claim proved or refuted, and what there is to say about a counterexample."""
    decision = decide(claim.net, claim.specification, claim.domain, claim.seconds)
    if decision.point is None:
        return Proof(claim, decision)
    found = Proof(claim, decision, units(claim.net, decision.point), _sides(claim, decision.point))
    constant = _constant(claim, decision.point)
    found = replace(found, under=_under(claim) if constant is None else "", constant=constant)
    if not solver.installed():
        return found
    return replace(found, repairs=tuple(_repaired(claim, progress)))


def _repaired(claim: Claim, progress: Progress | None) -> Iterator[Repair]:
    """The repairs that were asked for; with signs too where biases alone do not do."""
    for kind in claim.repairs:
        until = time.monotonic() + 6 * claim.seconds
        found = repair(claim.net, Search(claim.specification, claim.domain, until, claim.seconds, progress), kind)
        yield found
        if found.net is not None:
            return


def units(net: Net, point: Point) -> tuple[Unit, ...]:
    """Every unit for one input."""
    received, values = net.sums(point), net.at(point)
    return tuple(
        Unit(entry(layer, n), received[layer.name][n], values[layer.name][n])
        for layer in net.layers
        for n in range(layer.units)
    )


def entry(layer: Layer, n: int) -> str:
    """h[2]; y where there is one unit."""
    return layer.name if layer.units == 1 else f"{layer.name}[{n + 1}]"


def _sides(claim: Claim, point: Point) -> tuple[tuple[str, bool], ...]:
    """The two sides of `a iff b`, and whether each holds."""
    from derive.analyse.prove.meaning import holds

    texts = claim.specification.text.split(" iff ")
    if len(texts) != 2 or claim.specification.root.kind != "boolean":
        return ()
    env = claim.net.at(point)
    return tuple((text, holds(parse(text), env)) for text in texts)


def _under(claim: Claim) -> str:
    """The first assumption, of those that one would think of, with which the claim is proved."""
    for text, domain in _narrower(claim):
        if decide(claim.net, claim.specification, domain, min(ATTEMPT, claim.seconds)).verdict == "proved":
            return text
    return ""


def _narrower(claim: Claim) -> Iterator[tuple[str, Domain]]:
    """No two equal among those that the specification reads together; no two equal at all; only integers; both."""
    among = [f"{node.word}[{_at(node.parts[0])}..{_at(node.parts[1])}]" for node in slices(claim.specification.root)]
    whole = [name for name, size in claim.net.inputs if size > 1]
    texts = [f"distinct({vector})" for vector in dict.fromkeys((*among, *whole))]
    texts = [text for text in texts if text not in {condition.text for condition in claim.domain.assumed}]
    domains = [("", claim.domain)]
    if claim.domain.kind == "reals":
        domains.append(("integer inputs", replace(claim.domain, kind="integers")))
    for words, domain in domains:
        if words:
            yield words, domain
        for text in texts:
            yield " and ".join([*([words] if words else []), text]), domain.assuming(parse(text))


def _at(node: Node) -> str:
    return node.word if node.kind == "number" else "1"


def _constant(claim: Claim, point: Point) -> Point | None:
    """The output, if it is the same for every input."""
    output: Point = claim.net.at(point)["output"]
    name = claim.net.layers[-1].name
    same = parse(" and ".join(f"{name}[{n + 1}] == {value}" for n, value in enumerate(output)))
    judged = decide(claim.net, same, claim.domain, min(ATTEMPT, claim.seconds))
    return output if judged.verdict == "proved" else None
