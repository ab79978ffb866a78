"""Whether a network does what a specification says, for every input: a proof, a counterexample, or neither.

Finitely many inputs are all tried. Else simple inputs are tried first, so that a counterexample is a simple one; what
they do not refute is proved by z3: that no input contradicts the specification. Every counterexample is run exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from derive.analyse.prove import solver
from derive.analyse.prove.domain import ALL, Domain
from derive.analyse.prove.language import Condition
from derive.analyse.prove.meaning import Meaning, holds
from derive.analyse.prove.net import Net, Point
from derive.errors import DeriveError, Problem

Verdict: TypeAlias = Literal["proved", "refuted", "not decided", "sampled"]


@dataclass(frozen=True, slots=True)
class Decision:
    """verdict: "sampled" is right for all that were tried, and no proof.  how: in words.

    point: a counterexample.  wrong, tried: of so many inputs tried so many are wrong (all of a finite set).
    """

    verdict: Verdict
    how: str
    point: Point | None = None
    wrong: int = 0
    tried: int = 0


def decide(net: Net, specification: Condition, domain: Domain, seconds: float = 10) -> Decision:
    """The verdict. Raises DeriveError where the assumptions admit no input."""
    count = domain.count(net)
    if count is not None and count <= ALL:
        return _all(net, specification, domain)
    tried = 0
    for point in domain.simple(net):
        tried += 1
        if not right(net, specification, point):
            return Decision("refuted", "found among simple inputs", point)
    if not solver.installed():
        return _sampled(net, domain, tried)
    return _solved(net, specification, domain, seconds, tried)


def right(net: Net, specification: Condition, point: Point) -> bool:
    """Whether the specification holds for one input, exactly."""
    return holds(specification, net.at(point))


def _all(net: Net, specification: Condition, domain: Domain) -> Decision:
    found = [(point, right(net, specification, point)) for point in domain.points(net)]
    if not found:
        raise _unsatisfiable(domain)
    wrong = [point for point, fine in found if not fine]
    how = f"all {len(found):,} inputs were tried"
    if not wrong:
        return Decision("proved", how, None, 0, len(found))
    return Decision("refuted", how, min(wrong, key=_simplicity), len(wrong), len(found))


def _simplicity(point: Point) -> tuple[Fraction, Point]:
    return sum(map(abs, point), Fraction(0)), point


def _sampled(net: Net, domain: Domain, tried: int) -> Decision:
    """No solver: what was tried, and that this is no proof."""
    if not tried:
        return Decision("not decided", f"none of the inputs that were tried satisfies the assumptions; {solver.ABSENT}")
    return Decision("sampled", f"{tried:,} inputs were tried, which is no proof; {solver.ABSENT}", None, 0, tried)


def _solved(net: Net, specification: Condition, domain: Domain, seconds: float, tried: int) -> Decision:
    terms = solver.Terms()
    xs = solver.unknowns(terms, domain, net.width)
    admitted = solver.allowed(terms, domain, net, xs)
    if not tried and solver.solve(terms, admitted, xs, seconds) == "none":
        raise _unsatisfiable(domain)
    said = Meaning(terms, net.env(terms, xs)).of(specification.root)
    found = solver.solve(terms, [*admitted, terms.no(said)], xs, seconds)
    if found == "none":
        return Decision("proved", "no input contradicts it, says z3")
    if isinstance(found, str):
        return Decision("not decided", f"not decided after {seconds:g} s")
    if not domain.admits(net, found) or right(net, specification, found):
        return Decision("not decided", "z3's counterexample is none when it is worked out exactly")
    return Decision("refuted", "found by z3", found)


def _unsatisfiable(domain: Domain) -> DeriveError:
    told = " and ".join(condition.text for condition in domain.assumed)
    place = domain.assumed[0].place if domain.assumed else None
    return DeriveError(Problem(place, f"no input satisfies `{told}`", "drop an assumption, or allow more values"))
