"""Lines with what is known put to use: one step more, which tells its facts, and the vector form after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from derive.derivation import Line, Step
from derive.notation.equation import Equation
from derive.notation.expression import Expr
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.matrix import Matrix, MatrixEquation
from derive.operators.known import Known
from derive.vectorise import named_parts, vectorised
from derive.vectorise.same import length, transposes

GIVEN = ("seed", "upstream", "unreached")


Form: TypeAlias = Callable[[Equation], MatrixEquation | None]


def with_facts(line: Line, known: Known, taken: frozenset[str] | None = None, form: Form = vectorised) -> Line:
    """The line with the facts put to use where they change it; taken: names that no part of it may have."""
    if not known or line.steps[-1].rule in GIVEN:
        return line
    last, letters = line.steps[-1], _layout(line)
    used = known.used(last.right, letters)
    met = dict.fromkeys(used.facts)
    right, vector = _turned(line, used.expr, known, met, form)
    if not met:
        return line
    before = line.vector
    if before is not None and (vector is None or length(before.right) < length(vector.right)):
        vector = before
    steps = (*line.steps, Step("facts", right, tuple(met)))
    found = replace(line, steps=steps, vector=vector, parts=())
    return named_parts(found, taken) if taken is not None else found


def _layout(line: Line) -> tuple[Index, ...]:
    """The letters of the left side's rows and columns."""
    slots = (slot for n, slot in enumerate(line.left.slots) if n not in line.tensor.labels)
    return tuple(x for slot in slots for x in slot.letters())


def _turned(
    line: Line, right: Expr, known: Known, met: dict[Fact, None], form: Form
) -> tuple[Expr, MatrixEquation | None]:
    """The right side and its vector form, with entries of symmetric matrices turned where that saves a transpose."""
    vector = form(Equation(line.left, right, line.place))
    while vector is not None and transposes(vector.right):
        better = [
            (_size(other.right), fact, expr, other)
            for fact, expr in known.others(right, _layout(line))
            if (other := form(Equation(line.left, expr, line.place))) is not None
            and _size(other.right) < _size(vector.right)
        ]
        if not better:
            break
        _, fact, right, vector = min(better, key=lambda found: found[0])
        met[fact] = None
    return right, vector


def _size(matrix: Matrix) -> tuple[int, int]:
    return length(matrix), transposes(matrix)
