"""The two sides of an equation that a quantity solves, in vectors and matrices: (XᵀX + λI) w = Xᵀ t."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.declare.network import Condition
from derive.derivation import Line, Sides, Step
from derive.errors import NoMatrixForm
from derive.notation.affine import System, affine, system
from derive.notation.algebra import transpose
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor, of
from derive.notation.fact import Fact
from derive.notation.matrix import Matrix
from derive.notation.product import multiply, summed
from derive.notation.rewrite import length
from derive.notation.walk import free_letters, substitute
from derive.vectorise import vectorise, vectorised
from derive.vectorise.same import transposes

if TYPE_CHECKING:
    from derive.operators.known import Known

PLACE = "\0"
"""The name of a matrix before it is put in: no quantity's."""


def conditioned(
    made: Callable[[], Line], implicit: Mapping[str, Condition], alone: Collection[str], known: Known | None = None
) -> Line:
    """A forward line; that of what a condition defines with its two sides, and solved where it is linear.

    alone: what stands in its condition without anything that reads it again.
    """
    line = made()
    condition = implicit.get(line.tensor.name) if not line.tensor.cost else None
    if condition is None or condition.is_fixed_point or line.place not in (condition.left.place, condition.right.place):
        return line
    residual = condition.equation
    own = known.used(residual.right, residual.letters) if known is not None else None
    whole_right, facts = (residual.right, ()) if own is None else (own.expr, own.facts)
    met = affine(whole_right, line.tensor) if line.tensor.name in alone else None
    found = system(met, residual.letters) if met is not None else None
    plain = _known_sides(condition, known)
    if found is None:
        return replace(line, sides=plain)
    if known is not None and found.row is not None and found.column is not None:
        laid = known.used(found.matrix, (found.row, found.column))
        found, facts = replace(found, matrix=laid.expr), tuple(dict.fromkeys((*facts, *laid.facts)))
    whole = of_system(condition.right.left, found)
    plain = replace(whole, facts=facts) if facts else replace(plain, vector=whole.vector or plain.vector)
    solution = _at(found, line)
    if known is not None:
        solved = known.used(solution, line.scalar.letters)
        if length(solved.expr) < length(solution):  # A⁻¹ = Aᵀ
            solution, facts = solved.expr, tuple(dict.fromkeys((*facts, *solved.facts)))
    vector = vectorised(Equation(line.left, solution))
    return replace(line, steps=(*line.steps, Step("solved", solution, facts)), sides=plain, vector=vector)


def _known_sides(condition: Condition, known: Known | None) -> Sides:
    """The two sides of a condition, what is known put to use."""
    if known is None:
        return sides(condition.right.left, *condition.sides)
    used = [known.used(side, condition.right.letters) for side in condition.sides]
    facts = tuple(dict.fromkeys(fact for side in used for fact in side.facts))
    return replace(sides(condition.right.left, *(side.expr for side in used)), facts=facts)


def with_known(met: System, known: Known) -> tuple[System, tuple[Fact, ...]]:
    """C u = r with what is known of C and r, and the facts; C stands as it is where that saves a transpose."""
    if met.row is None or met.column is None:
        return met, ()
    matrix, right = known.used(met.matrix, (met.row, met.column)), known.used(met.right, met.own)
    mark = Entry(Tensor(PLACE, (met.row.range, met.column.range)), (met.row.slot, met.column.slot))
    laid = vectorised(Equation(mark, matrix.expr))
    straight = laid is not None and not transposes(laid.right)
    return replace(met, matrix=matrix.expr, right=right.expr, straight=straight), (*matrix.facts, *right.facts)


def _at(found: System, line: Line) -> Expr:
    """The solution in the letters of a line."""
    letters = dict(zip(found.own, (x.slot for x in line.scalar.letters), strict=True))
    return substitute(found.solution(), letters)


def sides(left: Entry, right: Expr, other: Expr) -> Sides:
    """right = other at the positions of an entry."""
    return Sides(right, other, _both(left, right, other))


def _both(left: Entry, right: Expr, other: Expr) -> tuple[Matrix, Matrix] | None:
    try:
        found = [vectorise(Equation(left, expr)).right for expr in (right, other)]
    except NoMatrixForm:
        return None
    return found[0], found[1]


def of_system(left: Entry, met: System) -> Sides:
    """C u = r at the positions of an entry: the matrix C is laid out on its own."""
    plain = sides(left, met.left, met.right)
    if met.row is None or met.column is None:
        return plain
    try:
        return replace(plain, vector=(_product(left, met), vectorise(Equation(left, met.right)).right))
    except NoMatrixForm:
        return plain


def _product(left: Entry, met: System) -> Matrix:
    """C u, or Jᵀ u where C is not written as it is; raises NoMatrixForm."""
    assert met.row is not None and met.column is not None
    beside = tuple(x for x in free_letters(met.matrix) if x not in (met.row, met.column))
    labels = [left.slots[n].letter for n in left.tensor.labels]
    if any(x not in labels for x in beside):
        raise NoMatrixForm
    rows, columns = (met.row, met.column) if met.is_straight else (met.column, met.row)
    letters = (*beside, rows, columns)
    place = Tensor(PLACE, tuple(x.range for x in letters), labels=tuple(range(len(beside))))
    entry = Entry(place, tuple(x.slot for x in letters))
    slots = tuple(met.column.slot if s.letter is met.row else s for s in (x.slot for x in met.own))
    whole = summed((met.column,), multiply(of(entry), of(Entry(met.unknown, slots))))
    return _put(vectorise(Equation(left, whole)).right, vectorise(Equation(entry, met.matrix)).right)


def _put(matrix: Matrix, inner: Matrix) -> Matrix:
    """The expression with a matrix in its place."""
    tensor = matrix.data.tensor if isinstance(matrix.data, Entry) else matrix.data
    if isinstance(tensor, Tensor) and tensor.name == PLACE:
        return inner
    args = tuple(_put(a, inner) for a in matrix.args)
    return transpose(args[0]) if matrix.op == "transpose" else replace(matrix, args=args)


def with_sides(line: Line, met: System) -> Line:
    """The line with the equation that it solves."""
    return replace(line, sides=of_system(line.left, met))
