"""What signs mean that not every reader knows, for those that a derivation shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from derive.derivation import Line
from derive.document import Chain, Fenced, Operator, Script, Summation, Symbol, Words, row
from derive.notation.constants import EPSILON
from derive.notation.expression import Apply, Bracket, Entry
from derive.notation.index import Index, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import factors
from derive.operators import TABLE
from derive.typeset.chains import runs, usual_runs
from derive.typeset.convolutions import convolutions
from derive.typeset.outside import OUTSIDE, outside
from derive.typeset.reader import read_latex
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix as write
from derive.typeset.vector_leaves import masked, one_hot

BRACKETS: Words = (Fenced(Symbol("…", "upright"), "[", "]"), " is 1 where what stands in it holds, else 0.")
DELTAS: Words = (Script(Symbol("δ"), row(Symbol("i"), Symbol("j"))), " is 1 where both letters are equal, else 0.")
UNIT = " is the one-hot vector of the class: 1 at its position, else 0."
UNITS = " has the one-hot vectors of the classes as its rows."
ENTRYWISE: Words = (Operator("⊘", "unary"), " divides entry by entry.")
PERMUTED: Words = (
    Script(Symbol("ε"), row(Symbol("i"), Symbol("j"), Symbol("k"))),
    " is 1 where ijk is 123, 231 or 312, −1 where it is 321, 213 or 132, else 0.",
)
ONES: Words = ("Among vectors, ", Symbol("1", "bold"), " is the vector of ones.")

FIRST: Words = (Script(Symbol("∂"), Symbol("1", "upright")), " is the slope in the first argument.")
SIGNS = (ONES[-1], BRACKETS[-1], DELTAS[-1], PERMUTED[-1], UNIT, UNITS, ENTRYWISE[-1], FIRST[-1], OUTSIDE[-1])
"""How remarks end, in the order in which they are told, each once; the others come after."""

PRINTED: Mapping[object, Symbol] = MappingProxyType(
    {UNIT: Symbol("e", "bold"), DELTAS[-1]: Symbol("δ"), ONES[-1]: Symbol("1", "bold")}
)
"""What is in print where a remark is due."""

TOLD = (Symbol, Summation, Fenced)
"""The boxes that decide about remarks."""


def legend(lines: Sequence[Line], shown: Iterable[Chain], scribe: Scribe) -> tuple[Words, ...]:
    """One remark for each sign that needs one; unit vectors only where they are printed."""
    found = dict.fromkeys(remark for line in lines for remark in (*_scalar(line), *_vector(line, scribe)))
    found.update(dict.fromkeys(outside(lines, scribe)))
    found.update(dict.fromkeys(remark for line in lines for remark in convolutions(line, scribe)))
    boxes = (part for chain in shown for side in (chain.left, *chain.rights) for part in _boxes(side))
    parts = {part for part in boxes if isinstance(part, TOLD)}
    found.update(dict.fromkeys(_unsaid(lines, {part for part in parts if isinstance(part, Summation)}, scribe)))
    told = {r[-1]: r for r in reversed(found) if r[-1] in SIGNS and _is_printed(r, parts)}
    return (*(told[said] for said in SIGNS if said in told), *(r for r in found if r[-1] not in SIGNS))


def _unsaid(lines: Sequence[Line], signs: Collection[Summation], scribe: Scribe) -> Iterator[Words]:
    """What Σ_t runs over, where no heading says so."""
    network, told = scribe.names.network, usual_runs(lines, scribe)
    for name in network.labels:
        letter = Index(name, network.letters[name])
        sign, run = Summation(scribe.letter(letter)), runs(letter, scribe)
        if sign in signs and run not in told:
            yield sign, " runs over ", run, "."


def _is_printed(remark: Words, parts: Collection[object]) -> bool:
    """Whether the sign that a remark is about is in what is printed; a step that is left out has no remark."""
    if remark[-1] == UNITS:
        return any(part in parts for part in _boxes(remark[0]) if isinstance(part, Fenced))
    return remark[-1] not in PRINTED or PRINTED[remark[-1]] in parts


def _boxes(box: object) -> Iterator[object]:
    """A box and those in it, in no order that is promised; what a box holds are the arguments that it is made of."""
    left = [box]
    while left:
        box = left.pop()
        yield box
        left += box if isinstance(box, tuple) else [getattr(box, name) for name in getattr(box, "__match_args__", ())]


def _scalar(line: Line) -> Iterator[Words]:
    for step in line.steps:
        for factor in factors(step.right):
            if isinstance(factor, Entry):
                yield from (PERMUTED,) if factor.tensor == EPSILON else ()
            elif isinstance(factor, Bracket):
                yield DELTAS if _is_delta(factor) else BRACKETS
            elif isinstance(factor, Apply) and len(factor.args) > 1 and factor.partials:
                yield from (FIRST,) if not any(slots for _, slots in factor.partials) else ()


def _is_delta(factor: Bracket) -> bool:
    sides = [side for side in (factor.left, factor.right) if isinstance(side, Slot) and side.letter is not None]
    return factor.relation == "=" and len(sides) == 2


def _vector(line: Line, scribe: Scribe) -> Iterator[Words]:
    forms = [part.right for part in (*line.parts, *([line.vector] if line.vector else []))]
    for matrix in _parts(forms):
        if matrix.op == "one-hot":
            unit = replace(matrix, columns=None) if matrix.rows is None else matrix
            yield one_hot(unit, scribe).box, UNITS if _is_matrix(matrix) else UNIT
        elif matrix.op in ("ones", "sum"):
            yield ONES
        elif matrix.op == "power" and matrix.rows is not None and isinstance(matrix.data, int) and matrix.data < 0:
            yield ENTRYWISE
        elif matrix.op in _TOLD:
            yield from _TOLD[matrix.op](matrix, scribe)


def _of_rows(matrix: Matrix, scribe: Scribe) -> Iterator[Words]:
    """softmax of a matrix."""
    function = matrix.data.function if isinstance(matrix.data, Apply) else ""
    name = read_latex(TABLE[function].latex) if function in TABLE else None
    if name and TABLE[function].axes < 2 and any(_is_matrix(argument) for argument in matrix.args):
        yield name.base, " of a matrix is taken over each row", *_counted(matrix, scribe), "."


def _counted(matrix: Matrix, scribe: Scribe) -> Words:
    """Which columns a masked function counts."""
    if matrix.args[-1].op != "mask":
        return ()
    letters, box = masked(matrix.args[-1], scribe)
    return (", of row ", letters[1], " over the columns with ", box.body) if len(letters) == 2 else ()


def _mean(matrix: Matrix, scribe: Scribe) -> Iterator[Words]:
    if matrix.rows is not None or matrix.columns is not None:
        yield (f"The mean of a matrix is taken over each {'row' if matrix.rows is not None else 'column'}.",)


def _mask(matrix: Matrix, scribe: Scribe) -> Iterator[Words]:
    """Which letter is the row's and which the column's."""
    letters, box = masked(matrix, scribe)
    if len(letters) == 2:
        column, row_letter = letters
        sign = row(Symbol("1", "bold"), box)
        yield sign, " is 1 in row ", row_letter, " and column ", column, " where the relation holds, else 0."
    else:
        yield row(Symbol("1", "bold"), box), " is 1 where the relation holds, else 0."


def _rows_added(matrix: Matrix, scribe: Scribe) -> Iterator[Words]:
    """𝟏[𝐭𝐨𝐤]ᵀ 𝐗̄ adds up the rows of 𝐗̄ class by class."""
    units = matrix.args[0].args[0] if matrix.args[0].op == "transpose" else matrix.args[0]
    given = units.data
    if units is matrix.args[0] or units.op != "one-hot" or not isinstance(given, Entry) or len(matrix.args) != 2:
        return
    row_letter = next((x for slot in given.slots for x in slot.letters() if x not in scribe.used), None)
    if row_letter is not None and _is_matrix(matrix.args[1]):
        own = scribe.binding(x for slot in given.slots for x in slot.letters())
        added, product = (write(part, own).box for part in (matrix.args[1], matrix))
        yield product, " adds row ", own.letter(row_letter), " of ", added, " to row ", own.entry(given), "."


def _is_matrix(matrix: Matrix) -> bool:
    return matrix.rows is not None and matrix.columns is not None


_TOLD: Mapping[str, Callable[[Matrix, Scribe], Iterator[Words]]] = MappingProxyType(
    {"whole": _of_rows, "mean": _mean, "mask": _mask, "matmul": _rows_added}
)
"""What is told about operations by what they are of."""


def _parts(matrices: Iterable[Matrix]) -> Iterator[Matrix]:
    """Every operation; the mask of a function is told with the function."""
    for matrix in matrices:
        yield matrix
        yield from _parts(a for a in matrix.args if matrix.op != "whole" or a.op != "mask")
