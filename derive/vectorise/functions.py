"""Functions as matrices: entry by entry, or of a whole vector or of each row of a matrix."""

from __future__ import annotations

from derive.errors import NoMatrixForm
from derive.notation.algebra import inverse, matpower
from derive.notation.expression import Apply, Expr, Lambda
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import positions, substitute
from derive.operators import TABLE
from derive.vectorise.laid import Frame, Laid, Lay, beside, extent, shaped


def applied(factor: Apply, frame: Frame, lay: Lay) -> Laid:
    """A function entry by entry; an argument without letters stays a scalar."""
    inner = frame.around(a.body for a in factor.args)
    args = tuple(beside(a.body, inner, lay) for a in factor.args)
    return Laid(inner.rows, inner.columns, Matrix("apply", args, extent(inner.rows), extent(inner.columns), factor))


def of_whole(factor: Apply, frame: Frame, lay: Lay) -> Laid:
    """softmax of a vector, or of each row of a matrix, a mask beside it; f(x); ∂f/∂x; g(w)."""
    letters = [slot.letter for slot in placed(factor)]
    kept = [x for x in letters if x is not None and x not in frame.labels.letters]
    if len(kept) != len(letters) or (len(factor.args) > 1 and factor.function not in TABLE):
        raise NoMatrixForm
    if factor.function in TABLE and TABLE[factor.function].axes == 2:
        return _of_matrix(factor, kept, frame, lay)
    if not factor.args[0].letters:
        return _family(factor, kept, frame, lay)
    outer = list(dict.fromkeys(x for a in factor.args for x in frame.free(a.body) if x not in a.letters))
    if len(outer) > 1 or len(outer) + len(kept) > 2 or any(len(a.letters) != 1 for a in factor.args):
        raise NoMatrixForm
    along = factor.args[0].letters[0]
    if any(x.range != along.range for x in kept):
        raise NoMatrixForm
    around = frame.on(outer[0], along) if outer else frame.on(along)
    args = tuple(lay(_read_along(a, along), around) for a in factor.args)
    axes = [x.range for x in (*outer, *kept)]
    rows, columns = (*axes, None, None)[:2]
    return shaped([*outer, *kept], Matrix("whole", args, rows, columns, factor))


def placed(factor: Apply) -> list[Slot]:
    """The positions of a function's values and of its partials, without an exponent."""
    row = TABLE.get(factor.function)
    return [*positions(factor)][:2] if row is not None and row.exponent else [*positions(factor)]


def _of_matrix(factor: Apply, kept: list[Index], frame: Frame, lay: Lay) -> Laid:
    """A⁻¹ at two letters, the eigenvalues of A at one, det A."""
    argument = factor.args[0]
    if factor.partials or any(x not in argument.letters for x in frame.free(argument.body)):
        raise NoMatrixForm
    body = lay(argument.body, frame.on(*argument.letters))
    axes = [argument.letters[n].range for n in TABLE[factor.function].out]
    if [x.range for x in kept] != axes:
        raise NoMatrixForm
    rows, columns = (*axes, None, None)[:2]
    made = _made(factor, body, rows, columns, frame)
    if len(kept) == 2 and kept[0] is kept[1]:
        return Laid(kept[0], None, Matrix("diagonal", (made,), rows))
    return shaped(kept, made)


def _made(factor: Apply, body: Matrix, rows: Range | None, columns: Range | None, frame: Frame) -> Matrix:
    """A⁻¹, Aⁿ, chol(A)."""
    if factor.function == "inv":
        return inverse(body)
    if TABLE[factor.function].exponent:
        if frame.without_labels(factor.slots[-1].letters()):
            raise NoMatrixForm
        return matpower(body, factor.slots[-1])
    return Matrix("whole", (body,), rows, columns, factor)


def _family(factor: Apply, kept: list[Index], frame: Frame, lay: Lay) -> Laid:
    """g(w), the vector of g_i(w)."""
    if len(factor.args) != 1 or frame.free(factor.args[0].body) or len(kept) != 1:
        raise NoMatrixForm
    return shaped(kept, Matrix("whole", (lay(factor.args[0].body, frame.on()),), kept[0].range, None, factor))


def _read_along(argument: Lambda, along: Index) -> Expr:
    """The argument's body over a letter that all arguments share."""
    letter = argument.letters[0]
    if letter.range != along.range:
        raise NoMatrixForm
    return argument.body if letter is along else substitute(argument.body, {letter: along.slot})
