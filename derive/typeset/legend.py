"""What signs mean that not every reader knows, for those that a derivation shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.derivation import Line
from derive.document import Fenced, Operator, Script, Symbol, Words, row
from derive.notation.constants import EPSILON
from derive.notation.expression import Bracket, Entry
from derive.notation.index import Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import factors

BRACKETS: Words = (Fenced(Symbol("…", "upright"), "[", "]"), " is 1 where what stands in it holds, else 0.")
DELTAS: Words = (Script(Symbol("δ"), row(Symbol("i"), Symbol("j"))), " is 1 where both letters are equal, else 0.")
UNIT: Words = (
    Script(Symbol("e", "bold"), Symbol("t")),
    " is the one-hot vector of the class: 1 at its position, else 0.",
)
UNITS: Words = (
    Script(Symbol("E", "bold"), Symbol("t", "bold")),
    " has the one-hot vectors of the classes as its rows.",
)
ENTRYWISE: Words = (Operator("⊘", "unary"), " divides entry by entry.")
PERMUTED: Words = (
    Script(Symbol("ε"), row(Symbol("i"), Symbol("j"), Symbol("k"))),
    " is 1 where ijk is 123, 231 or 312, −1 where it is 321, 213 or 132, else 0.",
)
ONES: Words = ("Among vectors, ", Symbol("1", "bold"), " is the vector of ones.")


def legend(lines: Sequence[Line]) -> tuple[Words, ...]:
    """One remark for each sign that needs one."""
    found = dict.fromkeys(remark for line in lines for remark in (*_scalar(line), *_vector(line)))
    return tuple(remark for remark in (ONES, BRACKETS, DELTAS, PERMUTED, UNIT, UNITS, ENTRYWISE) if remark in found)


def _scalar(line: Line) -> Iterator[Words]:
    for step in line.steps:
        for factor in factors(step.right):
            if isinstance(factor, Entry) and factor.tensor == EPSILON:
                yield PERMUTED
            if isinstance(factor, Bracket):
                yield DELTAS if _is_delta(factor) else BRACKETS


def _is_delta(factor: Bracket) -> bool:
    sides = [side for side in (factor.left, factor.right) if isinstance(side, Slot) and side.letter is not None]
    return factor.relation == "=" and len(sides) == 2


def _vector(line: Line) -> Iterator[Words]:
    for matrix in _parts([line.vector.right] if line.vector else []):
        if matrix.op == "one-hot":
            yield UNITS if matrix.rows is not None and matrix.columns is not None else UNIT
        elif matrix.op in ("ones", "sum"):
            yield ONES
        elif matrix.op == "power" and matrix.rows is not None and isinstance(matrix.data, int) and matrix.data < 0:
            yield ENTRYWISE


def _parts(matrices: Iterable[Matrix]) -> Iterator[Matrix]:
    for matrix in matrices:
        yield matrix
        yield from _parts(matrix.args)
