"""What the tests here share: letters, tensors with labels, and a check of a vector form against its scalar form."""

from __future__ import annotations

from dataclasses import replace

from derive.derivation import Line, Step
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Relation, Tensor
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import MatrixEquation
from derive.selfcheck.finding import Finding, Setting, passed
from derive.selfcheck.vectors import vectors_hold
from derive.vectorise import vectorise
from derive.vectorise.named import parts
from tests.hand import one
from tests.vectorise.plain import plain

T, K, N, H = (Range.to(name) for name in "TKNH")
FROM_0 = Range(Slot((), 0), position("T"))


def entry(tensor: Tensor, *slots: Index | Slot | int | Entry) -> Entry:
    return Entry(tensor, tuple(map(position, slots)))


def over_axis(name: str, letter: Index, body: Expr, at: Index | None = None, mask: Expr | None = None) -> Apply:
    """A function of a whole axis, of the positions where the mask is 1."""
    args = (Lambda((letter,), body), *((Lambda((letter,), mask),) if mask else ()))
    return Apply(name, args, (at.slot,) if at else ())


def holds(relation: Relation, left: Index | Slot | int, right: Index | Slot | int | Entry | str) -> Bracket:
    return Bracket(relation, position(left), position(right))


def equation(left: Entry, *terms: Expr | Factor) -> Equation:
    """left = the sum of terms."""
    return Equation(left, Expr(tuple(x for t in terms for x in (t if isinstance(t, Expr) else one(t)).terms)))


def findings(given: Equation, vector: MatrixEquation, named: tuple[MatrixEquation, ...] = ()) -> list[Finding]:
    """The self-check of a vector form."""
    line = replace(Line(given.left, (Step("definition", given.right),)), vector=vector, parts=named)
    return list(vectors_hold([line], Setting({}, (), "E", 0)))


def form(given: Equation) -> str:
    """The vector form as text, after its check."""
    vector = vectorise(given)
    assert all(map(passed, findings(given, vector))), plain(vector)
    return plain(vector)


def named(given: Equation, taken: str = "") -> list[str]:
    """The vector form with names for its parts, after its check."""
    vector = vectorise(given)
    found = parts(vector, set(taken))
    assert all(map(passed, findings(given, vector, found))), plain(vector)
    return [plain(part) for part in found]
