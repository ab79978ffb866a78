"""The smallest change of a refuted network that proves: of its biases, or also of its signs; activations as they are.

A change is one bias, or the signs of all weights of one unit. Biases are looked for among halves; where none of them
proves, a formula with quantifiers, "biases such that all inputs …", says whether any real ones would.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Literal, TypeAlias

from derive.analyse.prove.draft import Draft, Unknown
from derive.analyse.prove.meaning import Meaning
from derive.analyse.prove.net import Layer, Net, Point
from derive.analyse.prove.search import Search, by_counterexamples
from derive.analyse.prove.solver import Terms, allowed, unknowns

BEYOND = 3
"""How far beyond the largest number of the network biases are looked for."""


Kind: TypeAlias = Literal["biases", "signs"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Claims: biases are halves; whole, where they changed.  made: each change as a condition.  by: how far."""

    halves: list[Any]
    whole: list[Any]
    made: list[Any]
    by: list[Any]


@dataclass(frozen=True, slots=True)
class Repair:
    """kind: what may change.  net: the repaired network; None where there is none.

    reach: biases were looked for from -reach to reach.  every: it is known that no real biases prove, however large.
    """

    kind: Kind
    verdict: Literal["found", "none", "not decided"]
    net: Net | None = None
    changes: int = 0
    reach: int = 0
    every: bool = False


def repair(net: Net, search: Search, kind: Kind) -> Repair:
    """The fewest changes that prove, or that there are none."""
    terms, met = Terms(), list[Point]()
    draft, allowed_changes = _draft(terms, net, kind)
    reach = _reach(net)
    outcome = by_counterexamples(search, draft, allowed_changes.halves, terms, met)
    if outcome.verdict == "none":
        return Repair(kind, "none", None, 0, reach, _never(search, draft, terms, met))
    for most in range(1, len(allowed_changes.made) + 1):
        if outcome.verdict == "not decided":
            break
        search.tell(f"{kind}: {most} changes")
        few = [*allowed_changes.halves, terms.z3.AtMost(*allowed_changes.made, most)]
        fewer = by_counterexamples(search, draft, few, terms, met)
        if fewer.verdict == "found":
            nearest = _nearest(search, draft, allowed_changes, few, terms, met)
            return Repair(kind, "found", nearest or fewer.net, most, reach)
        outcome = fewer if fewer.verdict == "not decided" else outcome
    return Repair(kind, "not decided", None, 0, reach)


def _nearest(
    search: Search, draft: Draft, changes: Changes, few: list[Any], terms: Terms, met: list[Point]
) -> Net | None:
    """As few changes, by whole numbers and by as little as these can; None where no whole numbers prove."""
    furthest = len(changes.by) * (2 * _reach(draft.net))
    outcome = by_counterexamples(search, draft, [*few, *changes.whole], terms, met)
    net, low, high = outcome.net, 0, furthest
    while net is not None and low < high:
        middle = (low + high) // 2
        near = terms.z3.Sum(*changes.by) <= middle
        outcome = by_counterexamples(search, draft, [*few, *changes.whole, near], terms, met)
        net, low, high = (outcome.net, low, middle) if outcome.net else (net, middle + 1, high)
    return net


def _reach(net: Net) -> int:
    """A bias may grow to what a unit can receive from units of 1, and some more."""
    return max(ceil(max(abs(b), sum(map(abs, row)))) for x in net.layers for row, b in _rows(x)) + BEYOND


def _rows(layer: Layer) -> list[tuple[Point, Fraction]]:
    return list(zip(layer.weights, layer.biases, strict=True))


def _draft(terms: Terms, net: Net, kind: Kind) -> tuple[Draft, Changes]:
    """The network with unknown biases (and signs), and what may become of them."""
    changes = Changes([], [], [], [])
    weights, biases = list[tuple[tuple[Unknown, ...], ...]](), list[tuple[Unknown, ...]]()
    for n, layer in enumerate(net.layers):
        rows, own = list[tuple[Unknown, ...]](), list[Unknown]()
        for j, (row, bias) in enumerate(_rows(layer)):
            flipped = terms.z3.Bool(f"flip {n} {j}", terms.context) if kind == "signs" else None
            rows.append(tuple(_weight(terms, weight, flipped) for weight in row))
            own.append(_bias(terms, f"{n} {j}", bias, _reach(net), changes))
            changes.made.extend([flipped] if flipped is not None else [])
        weights.append(tuple(rows))
        biases.append(tuple(own))
    return Draft(net, tuple(weights), tuple(biases)), changes


def _bias(terms: Terms, name: str, bias: Fraction, reach: int, changes: Changes) -> Unknown:
    """A bias: any real number, as it is, a half, or whole, as is claimed beside."""
    term, half = terms.z3.Real(f"b {name}", terms.context), terms.z3.Int(f"half {name}", terms.context)
    same = term == terms.number(bias)
    grid = terms.both([term * 2 == terms.z3.ToReal(half), -2 * reach <= half, half <= 2 * reach])
    changes.halves.append(terms.either([same, grid]))
    changes.whole.append(terms.either([same, terms.both([grid, half % 2 == 0])]))
    changes.made.append(terms.no(same))
    changes.by.append(terms.pick(term >= terms.number(bias), term - terms.number(bias), terms.number(bias) - term))
    return Unknown(term)


def _weight(terms: Terms, weight: Fraction, flipped: Any) -> Unknown:
    """A weight as it is, or of either sign."""
    as_is = terms.number(weight)
    if flipped is None or not weight:
        return Unknown(as_is)
    against = terms.number(-weight)
    cases = ((terms.no(flipped), weight), (flipped, -weight))
    return Unknown(terms.pick(flipped, against, as_is), cases)


def _never(search: Search, draft: Draft, terms: Terms, met: list[Point]) -> bool:
    """Whether no real biases prove: those for the inputs met already fail, or those for all inputs do."""
    solver = terms.solver(_seconds(search))
    solver.add(*(draft.says(terms, search.specification, point) for point in met))
    if solver.check() == terms.z3.unsat:
        return True
    xs = unknowns(terms, search.domain, draft.net.width)
    given = terms.both(allowed(terms, search.domain, draft.net, xs))
    said = Meaning(terms, draft.env(terms, xs)).of(search.specification.root)
    quantified = terms.solver(_seconds(search))
    quantified.add(terms.z3.ForAll(xs, terms.z3.Implies(given, said)))
    return bool(quantified.check() == terms.z3.unsat)


def _seconds(search: Search) -> float:
    return min(search.each, max(search.left, 0.001))
