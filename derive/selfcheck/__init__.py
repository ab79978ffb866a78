"""Every line of a derivation against numbers, before anything is shown.

    contribution   one equation T = …:  ⟨T̄, dT⟩ = Σ_R ⟨its contribution to R̄, dR⟩, dT by central differences, R by R
    vector         each vector line equals its scalar line
    step, sum      each step of a line equals its last, and the last the sum of all equations' contributions
    closed         each closed form equals its bar, and each solution of a recurrence what the recurrence gives
    tangent        each tangent, and each line of a Hessian, against differences of both passes along a direction
    constrained    each bar along a constraint: dE along a direction that keeps it, by differences
    whole          dE = Σ_T ⟨T̄, dT⟩ along random directions of every quantity that has a bar, dE by differences

The referee (`referee`) knows no rule of the engine. Near a kink or outside a domain another point is drawn;
tolerances stay. Equations that are equal up to names are checked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derive.declare.network import Network
from derive.declare.words import plural
from derive.derivation import Derivation
from derive.graph import facts_of
from derive.notation.expression import Apply
from derive.notation.walk import factors
from derive.selfcheck.alone import contributions_hold
from derive.selfcheck.closed import closed_hold
from derive.selfcheck.finding import Finding, Kind, Setting, passed, tried
from derive.selfcheck.lines import INVERTED
from derive.selfcheck.near import surroundings_hold
from derive.selfcheck.vectors import vectors_hold
from derive.selfcheck.whole import whole_holds

LARGEST = 8
"""Sizes given as numbers are kept up to this; larger ones are drawn like those without a number."""

WHOLE = 200
"""Up to so many equations the whole network is checked at once; beyond, each line in its own surroundings."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that disagrees with the numbers, and where: sizes and seed repeat it."""

    kind: Kind
    name: str
    what: str
    sizes: tuple[tuple[str, int], ...]
    seed: int

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} = {number}" for name, number in self.sizes)
        return f"{self.name}: {self.what}" + (f" (at {sizes}; seed {self.seed})" if sizes else f" (seed {self.seed})")


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. lines: how many lines were looked at.  worst: the largest relative disagreement of any that
    passed or failed, differences and values alike."""

    ok: bool
    lines: int
    worst: float
    failures: tuple[Failure, ...]
    sentence: str


def selfcheck(derivation: Derivation, seed: int = 0) -> Report:
    """Every line of the derivation against numbers."""
    network = derivation.network
    derivation = replace(derivation, backward=(*derivation.backward, *derivation.folded))
    # a line holds for all sizes: a large number is no better a sample than a small one
    fixed = {n: size.number for n, size in network.sizes.items() if size.number is not None and size.number <= LARGEST}
    setting = Setting(fixed, tuple(network.functions), derivation.cost, seed, facts=facts_of(network))
    lines = [derivation.forward, derivation.backward, derivation.closed, derivation.moved, derivation.constrained]
    nowhere = _singular(network, setting)
    if nowhere is not None:
        return Report(False, sum(map(len, lines)), 0.0, (nowhere,), "The check failed: a matrix has no inverse.")
    bound = [found.line for found in derivation.constrained]
    second = [t.reverse for t in derivation.tangents if t.reverse is not None]
    found = (*derivation.forward, *derivation.backward, *derivation.solved, *derivation.closed, *derivation.moved)
    findings = [
        *contributions_hold(network.equations, setting),
        *vectors_hold((*found, *bound), setting),
        *(f for d in derivation.by_cost() for f in states_hold(d, replace(setting, cost=d.cost))),
        *(f for d in derivation.by_cost() for f in closed_hold(d, replace(setting, cost=d.cost))),
        *_changes_hold(derivation, setting),
        *(f for d in second for f in _second_pass_holds(d, replace(setting, cost=d.cost))),
        *_constrained_hold(derivation, setting),
    ]
    lines += [derivation.solved, *(found.backward for found in second)]
    return _report(findings, sum(map(len, lines)), seed, network)


def _singular(network: Network, setting: Setting) -> Failure | None:
    """The first matrix that must have an inverse and has none, at any numbers: no line can be checked."""
    inverted = any(isinstance(f, Apply) and f.function in INVERTED for e in network.equations for f in factors(e.right))
    if not inverted and not network.implicit:
        return None
    from derive.selfcheck.singular import singular

    found = singular(network, setting)
    return None if found is None else Failure("unchecked", found.name, found.what, found.sizes, setting.seed)


def _constrained_hold(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    """Bars along constraints, against differences along them."""
    if derivation.constrained:
        from derive.selfcheck.constrained import constrained_hold

        for one in derivation.by_cost():
            yield from constrained_hold(one, replace(setting, cost=one.cost))


def _changes_hold(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    """Tangents and Hessians, also where labels have one position or two."""
    if derivation.moved:
        from derive.selfcheck.tangents import tangents_hold

        yield from tangents_hold(derivation, setting)
        for short in _short(derivation.network, setting):
            yield from (finding for finding in tangents_hold(derivation, short) if finding.kind != "unchecked")


def _second_pass_holds(derivation: Derivation, setting: Setting) -> Iterator[Finding]:
    """A product with the Hessian by a backward pass from ⟨w̄, ẇ⟩, whose equations hold the bars."""
    yield from contributions_hold(derivation.network.equations, setting)
    yield from vectors_hold((*derivation.forward, *derivation.backward), setting)
    yield from states_hold(derivation, setting)


def _report(findings: Sequence[Finding], lines: int, seed: int, network: Network) -> Report:
    failures = tuple(
        Failure(f.kind, f.name, f.what + _turning(f, network), tuple(sorted(f.sizes.items())), seed)
        for f in findings
        if not passed(f)
    )
    worst = max((f.apart for f in findings if np.isfinite(f.apart)), default=0.0)
    if failures and all(f.kind == "unchecked" for f in findings if not passed(f)):
        singular = tuple(_of_singular(network, seed))
        if singular:
            return Report(False, lines, worst, singular, "The check failed: no random point could be used.")
    if failures:
        return Report(False, lines, worst, failures, f"The check failed: {failures[0]}.")
    said = f"Checked by numbers: {plural(lines, 'line')}, worst relative disagreement {worst:.1e}."
    return Report(True, lines, worst, (), said)


def _of_singular(network: Network, seed: int) -> Iterator[Failure]:
    """What takes the place of all lines that no point could check: the first matrix that has to have an inverse."""
    conditions = [met.right for met in network.implicit.values()]
    for equation in (*conditions, *network.equations):
        met = next((f for f in factors(equation.right) if isinstance(f, Apply) and f.function in INVERTED), None)
        if met is None and equation not in conditions:
            continue
        name = equation.left.tensor.name
        which = "the matrix of its condition" if met is None else "the matrix that is inverted in it"
        place = f"{equation.place}: " if equation.place else ""
        what = f"{place}{which} has to have an inverse, and seems to have none"
        yield Failure("unchecked", name, f"{what}; mend: add lamda*eye(N) to it, or check its sizes", (), seed)
        return


TURNS = frozenset(["eigvecsh", "svd_u", "svd_v", "top_u", "top_v"])
"""Functions that have no value, or no slope, where eigenvalues or singular values are equal."""


def _turning(finding: Finding, network: Network) -> str:
    """What may be the reason where no point is usable."""
    if finding.kind != "unchecked":
        return ""
    factors_met = (factor for equation in network.equations for factor in factors(equation.right))
    if not any(isinstance(factor, Apply) and factor.function in TURNS for factor in factors_met):
        return ""
    from derive.declare.notyet import NAMED

    row = NAMED["eigenspace"]
    return f"; what is not done: {row.what[0].lower()}{row.what[1:]}: {row.why}; {row.instead}"


def states_hold(derivation: Derivation, setting: Setting) -> list[Finding]:
    """Lines that rest on others: in the whole network, or, where it is large, each in its own surroundings."""
    if len(derivation.network.equations) > WHOLE:
        return list(surroundings_hold(derivation, setting))
    found = tried("whole", "the whole network", setting, whole_holds(derivation, setting))
    for short in _short(derivation.network, setting):
        # a network may have no value, or no slope, at such a length: the norm of nothing, a window longer than its axis
        there = tried("whole", "the whole network", short, whole_holds(derivation, short))
        found += [finding for finding in there if finding.kind != "unchecked"]
    return found


def _short(network: Network, setting: Setting) -> Iterator[Setting]:
    """Labels of one and of two positions: a recurrence is short where its ends meet."""
    ends = [atom for name in network.labels for atom in network.letters[name].hi.atoms()]
    free = [atom for atom in dict.fromkeys(ends) if isinstance(atom, str) and atom not in setting.fixed]
    for length in (1, 2) if free else ():
        sizes = dict.fromkeys(free, length)
        yield replace(setting, fixed={**setting.fixed, **sizes}, empty=True)
