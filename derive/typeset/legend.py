"""What signs mean that not every reader knows, for those that a derivation shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from derive.derivation import Line
from derive.document import Chain, Fenced, Operator, Script, Symbol, Words, row
from derive.notation.bounds import always_inside
from derive.notation.constants import EPSILON
from derive.notation.expression import Apply, Bracket, Entry
from derive.notation.index import Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import factors
from derive.operators import TABLE
from derive.typeset.reader import read_latex

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


OUTSIDE: Words = ("Entries outside their axes are 0.",)
FIRST: Words = (Script(Symbol("∂"), Symbol("1", "upright")), " is the slope in the first argument.")
SIGNS = (ONES, BRACKETS, DELTAS, PERMUTED, UNIT, UNITS, ENTRYWISE, FIRST, OUTSIDE)
"""The remarks in the order in which they are told; those of rows come after."""


def legend(lines: Sequence[Line], shown: Iterable[Chain]) -> tuple[Words, ...]:
    """One remark for each sign that needs one; unit vectors only where they are printed."""
    found = dict.fromkeys(remark for line in lines for remark in (*_scalar(line), *_vector(line)))
    printed = {part for chain in shown for right in chain.rights for part in _boxes(right) if isinstance(part, Symbol)}
    hidden = [remark for remark, letter in ((UNIT, "e"), (UNITS, "E")) if Symbol(letter, "bold") not in printed]
    told = [remark for remark in found if remark not in hidden]
    return (*(r for r in SIGNS if r in told), *(r for r in told if r not in SIGNS))


def _boxes(box: object) -> Iterator[object]:
    """A box and those in it."""
    yield box
    if isinstance(box, tuple):
        parts: Iterable[object] = box
    else:
        parts = (getattr(box, f.name) for f in fields(box)) if is_dataclass(box) else ()
    for part in parts:
        yield from _boxes(part)


def _scalar(line: Line) -> Iterator[Words]:
    for step in line.steps:
        for factor in factors(step.right):
            if isinstance(factor, Entry):
                yield from (PERMUTED,) if factor.tensor == EPSILON else () if always_inside(factor) else (OUTSIDE,)
            elif isinstance(factor, Bracket):
                yield DELTAS if _is_delta(factor) else BRACKETS
            elif isinstance(factor, Apply) and len(factor.args) > 1 and factor.partials:
                yield from (FIRST,) if not any(slots for _, slots in factor.partials) else ()


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
        elif matrix.op == "whole" and isinstance(matrix.data, Apply):
            yield from _of_rows(matrix.data.function, matrix)


def _of_rows(function: str, matrix: Matrix) -> Iterator[Words]:
    """softmax of a matrix."""
    name = read_latex(TABLE[function].latex) if function in TABLE else None
    if name and any(a.rows is not None and a.columns is not None for a in matrix.args):
        yield name.base, " of a matrix is taken over each row."


def _parts(matrices: Iterable[Matrix]) -> Iterator[Matrix]:
    for matrix in matrices:
        yield matrix
        yield from _parts(matrix.args)
