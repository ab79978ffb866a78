"""What a file states of its quantities, in mathematics: A = Aᵀ, Σ_k t_k = 1, x_i > 0, m_i ∈ {0, 1}."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from derive.document import Fenced, Math, Operator, Row, Symbol, row
from derive.notation import algebra
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor
from derive.notation.fact import Fact
from derive.notation.matrix import Matrix
from derive.notation.product import bracket, multiply
from derive.operators.stated import PROPERTIES, entries_of
from derive.typeset.number import number_box
from derive.typeset.positions import listed
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix
from derive.vectorise import vectorised
from derive.vectorise.labels import Labels
from derive.vectorise.leaves import whole

EQUALS, IN, MINUS = Operator("=", "relation"), Operator("∈", "relation"), Operator("−", "unary")


def facts_shown(facts: Iterable[Fact], scribe: Scribe) -> tuple[Math, ...]:
    """Each fact in scalars, beside a line that rests on it; a property in matrices."""
    return tuple(dict.fromkeys(fact_shown(fact, scribe) for fact in facts))


def fact_shown(fact: Fact, scribe: Scribe, matrices: bool = False) -> Math:
    """One fact; matrices: an equality in vectors and matrices, where it has such a form."""
    if fact.kind in PROPERTIES:
        return _property(fact, scribe)
    own = scribe.binding(fact.letters)
    if fact.kind == "equal":
        return (_in_matrices(fact, scribe) if matrices else None) or row(
            expression(fact.left, own).box, EQUALS, expression(fact.right, own).box
        )
    left = expression(fact.left, own).box
    return row(left, IN, _members(fact.members)) if fact.kind == "among" else row(left, *_within(fact))


def _in_matrices(fact: Fact, scribe: Scribe) -> Math | None:
    """1ᵀ t = 1, Xᵀ X = G."""
    mark = Entry(Tensor("·", tuple(x.range for x in fact.letters)), tuple(x.slot for x in fact.letters))
    forms = [vectorised(Equation(mark, side)) for side in (fact.left, fact.right)]
    boxes = [matrix(form.right, scribe).box for form in forms if form is not None]
    return row(boxes[0], EQUALS, boxes[1]) if len(boxes) == 2 else None


def _property(fact: Fact, scribe: Scribe) -> Math:
    """A = Aᵀ, Qᵀ Q = I, d_ij = d_ii δ_ij, l_ij = [j ≤ i] l_ij."""
    entry = fact.entry
    assert entry is not None
    own = scribe.binding(fact.letters)
    leaf = whole(entry, Labels.of(Equation(entry, fact.left)))
    shown = matrix(leaf, own).box
    if fact.kind in ("symmetric", "definite"):
        return row(shown, EQUALS, matrix(algebra.transpose(leaf), own).box)
    if PROPERTIES[fact.kind].orthogonal:
        laid = leaf if fact.square[0] < fact.square[1] else algebra.transpose(leaf)
        squared = algebra.matmul(algebra.transpose(laid), laid)
        return row(
            matrix(squared, own).box, EQUALS, matrix(Matrix("identity", (), laid.columns, laid.columns), own).box
        )
    i, j = (x.slot for x in fact.letters[-2:])
    from_position = entries_of(entry, fact.square)
    held = {
        "diagonal": multiply(from_position(i, i), bracket("=", i, j)),
        "lower": multiply(bracket("<=", j, i), fact.left),
        "upper": multiply(bracket("<=", i, j), fact.left),
    }
    return row(own.entry(entry), EQUALS, expression(held[fact.kind], own).box)


def _members(members: Iterable[Fraction]) -> Math:
    return Fenced(listed(_number(m) for m in members), "{", "}")


def _number(value: Fraction | float) -> Math:
    if isinstance(value, float):
        box: Math = Symbol("∞", "upright")
    else:
        box = number_box(abs(value)) if value.denominator != 1 else Symbol(str(abs(value)), "upright")
    return Row((MINUS, box)) if value < 0 else box


def _within(fact: Fact) -> tuple[Math, ...]:
    """> 0, ≥ 0, < 1; ∈ (0, 1)."""
    within = fact.within
    if math.isinf(within.hi):
        return Operator(">" if within.lo_open else "≥", "relation"), _number(within.lo)
    if math.isinf(within.lo):
        return Operator("<" if within.hi_open else "≤", "relation"), _number(within.hi)
    ends = listed((_number(within.lo), _number(within.hi)))
    return IN, Fenced(ends, "(" if within.lo_open else "[", ")" if within.hi_open else "]")
