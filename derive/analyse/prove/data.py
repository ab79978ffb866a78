"""Results of proofs as dictionaries, lists and strings; numbers that are not whole as fractions, "1/2"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.analyse.prove.net import Net

if TYPE_CHECKING:
    from derive.analyse.prove.proof import Proof
    from derive.analyse.prove.repair import Repair


def number(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else str(value)


def numbers(values: Sequence[Fraction]) -> list[int | str]:
    return [number(value) for value in values]


def net(given: Net) -> dict[str, Any]:
    """A network in the spelling of a problem file."""
    layers = {
        layer.name: {
            "of": list(layer.reads),
            "weights": [numbers(row) for row in layer.weights],
            "biases": numbers(layer.biases),
            "activation": layer.phi.text,
        }
        for layer in given.layers
    }
    return {"inputs": dict(given.inputs), "layers": layers}


def proof(given: Proof) -> dict[str, Any]:
    claim, decision = given.claim, given.decision
    found: dict[str, Any] = {
        "title": claim.title,
        "spec": claim.specification.text,
        "over": claim.domain.words(),
        "verdict": decision.verdict,
        "how": decision.how,
        "network": net(claim.net),
    }
    if decision.tried:
        found |= {"wrong": decision.wrong, "tried": decision.tried}
    if decision.point is not None:
        found["counterexample"] = {name: numbers(v) for name, v in claim.net.named(decision.point).items()}
        found["units"] = {u.name: {"receives": number(u.receives), "gives": number(u.gives)} for u in given.units}
        found["proved_with"] = given.under
        found["constant"] = numbers(given.constant) if given.constant is not None else None
        found["repairs"] = [repaired(r) for r in given.repairs]
    return found


def repaired(given: Repair) -> dict[str, Any]:
    found = {"kind": given.kind, "verdict": given.verdict, "changes": given.changes, "reach": given.reach}
    return {**found, "every": given.every, "network": net(given.net) if given.net is not None else None}
