"""The same meanings as terms of z3; the only file that knows it. z3 is imported when something is to be proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from derive.analyse.prove.domain import Domain
from derive.analyse.prove.meaning import Exact, Meaning
from derive.analyse.prove.net import Net, Point

ABSENT = "z3 is not installed (pip install 'derive[prove]')"


def installed() -> bool:
    return find_spec("z3") is not None


class Terms(Exact):
    """Numbers and truth values as z3 has them, in a context of their own: what was solved before changes no answer."""

    def __init__(self) -> None:
        import z3

        self.z3 = z3
        self.context = z3.Context()

    def number(self, value: Fraction) -> Any:
        if value.denominator == 1:
            return self.z3.IntVal(int(value), self.context)
        return self.z3.Q(value.numerator, value.denominator, self.context)

    def both(self, parts: Sequence[Any]) -> Any:
        return self.z3.And(*parts) if parts else self.z3.BoolVal(True, self.context)

    def either(self, parts: Sequence[Any]) -> Any:
        return self.z3.Or(*parts) if parts else self.z3.BoolVal(False, self.context)

    def no(self, part: Any) -> Any:
        return self.z3.Not(part)

    def same(self, left: Any, right: Any) -> Any:
        return left == right

    def pick(self, condition: Any, yes: Any, otherwise: Any) -> Any:
        return self.z3.If(condition, yes, otherwise)

    def solver(self, seconds: float) -> Any:
        """A new solver, which gives up after so many seconds."""
        made = self.z3.Solver(ctx=self.context)
        made.set("random_seed", 0)
        made.set("timeout", max(1, int(seconds * 1000)))
        return made

    def floor(self, value: Any) -> Any:
        return self.z3.ToInt(value) if value.is_real() else value

    def truth(self, value: Any) -> Any:
        return value

    def scalar(self, value: Any) -> Any:
        return value


def unknowns(terms: Terms, domain: Domain, count: int) -> list[Any]:
    """One unknown for each number that goes in."""
    whole = domain.kind == "integers" or all(v.denominator == 1 for v in domain.values or (Fraction(1, 2),))
    make = terms.z3.Int if whole else terms.z3.Real
    return [make(f"x{n}", terms.context) for n in range(count)]


def allowed(terms: Terms, domain: Domain, net: Net, xs: Sequence[Any]) -> list[Any]:
    """That the unknowns are inputs that are asked about."""
    among = [terms.either([x == terms.number(v) for v in domain.values]) for x in xs if domain.values]
    env = {"input": tuple(xs), **net.named(xs)}
    return [*among, *(Meaning(terms, env).of(condition.root) for condition in domain.assumed)]


def solve(terms: Terms, claims: Iterable[Any], unknown: Sequence[Any], seconds: float) -> Point | str:
    """Numbers for the unknowns with which all claims hold; "none"; or "not decided" after so many seconds."""
    solver = terms.solver(seconds)
    solver.add(*claims)
    found = solver.check()
    if found == terms.z3.unsat:
        return "none"
    if found != terms.z3.sat:
        return "not decided"
    model = solver.model()
    return tuple(exact(model.evaluate(x, model_completion=True)) for x in unknown)


def exact(value: Any) -> Fraction:
    """The number of a model; the nearest fraction of a root that is none."""
    if hasattr(value, "approx"):
        value = value.approx(20)
    return (
        Fraction(value.as_long())
        if value.is_int()
        else Fraction(value.numerator_as_long(), value.denominator_as_long())
    )
