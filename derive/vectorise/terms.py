"""Sums, terms and their operands as matrices: each factor is laid out on its letters, then the summed letters go."""

from __future__ import annotations

from derive.errors import NoMatrixForm
from derive.notation import algebra
from derive.notation.algebra import scale
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Term
from derive.notation.index import Index, Slot
from derive.notation.matrix import Matrix
from derive.vectorise.elimination import eliminated, laid_out
from derive.vectorise.functions import applied, of_whole
from derive.vectorise.gathers import gathers_opened
from derive.vectorise.laid import Frame, Laid, extent
from derive.vectorise.leaves import laid_bracket, laid_entry
from derive.vectorise.means import with_means, without_ones
from derive.vectorise.over import over
from derive.vectorise.special import concatenation, crossed, norms


def laid_sum(expr: Expr, frame: Frame) -> Matrix:
    """A sum of terms, each laid out on the wanted letters."""
    joined = concatenation(expr, frame)
    if joined is not None:
        return joined
    terms = [_term(term, frame) for term in expr.terms]
    rows, columns = extent(frame.rows), extent(frame.columns)
    if not terms and (rows or columns):
        return scale(0, algebra.ones(rows, columns))
    return algebra.add(rows, columns, *(without_ones(terms) if len(terms) > 1 else terms))


def _term(term: Term, frame: Frame) -> Matrix:
    bound, factors = gathers_opened(term, frame.labels)
    labels = tuple(x for x in bound if x in frame.labels.letters)
    waiting = tuple(x for x in bound if x not in labels)
    if any(frame.without_labels([*x.range.lo.letters(), *x.range.hi.letters()]) for x in bound):
        raise NoMatrixForm
    left, waiting, squares = norms(factors, waiting, frame, laid_sum)
    left, waiting, products = crossed(left, waiting, lambda factor: _operand(factor, frame))
    operands = [_operand(factor, frame) for factor in left]
    scalars = [o for o in operands if o.rows is None]
    operands = [*scalars, *squares, *products, *(o for o in operands if o.rows is not None)]
    operands = with_means(_without(waiting, operands, frame))
    return scale(term.coefficient, over(labels, laid_out(operands, frame.rows, frame.columns)))


def _without(bound: tuple[Index, ...], operands: list[Laid], frame: Frame) -> list[Laid]:
    """The operands with all summed letters gone."""
    waiting = list(bound)
    while waiting:
        letter = min(waiting, key=lambda x: _cost(x, operands))
        waiting.remove(letter)
        operands = eliminated(letter, operands, frame.wanted)
    return operands


def _cost(letter: Index, operands: list[Laid]) -> tuple[int, bool]:
    """Letters that join the fewest matrices go first, columns before rows, so that matrices are not turned."""
    matrices = [o for o in operands if o.columns is not None and o.has(letter)]
    return len(matrices), bool(matrices) and matrices[0].rows is letter


def _operand(factor: Factor, frame: Frame) -> Laid:
    if isinstance(factor, Entry):
        return laid_entry(factor, frame.labels)
    if isinstance(factor, Power):
        return _power(factor, frame)
    if isinstance(factor, Apply):
        entrywise = not factor.slots and not any(a.letters for a in factor.args)
        return applied(factor, frame, laid_sum) if entrywise else of_whole(factor, frame, laid_sum)
    if isinstance(factor, Bracket):
        return laid_bracket(factor, frame, laid_sum)
    if isinstance(factor, Slot) and not frame.labels.among(factor):
        return Laid(None, None, Matrix("size", data=factor))
    raise NoMatrixForm


def _power(factor: Power, frame: Frame) -> Laid:
    inner = frame.around([factor.base])
    base = Laid(inner.rows, inner.columns, laid_sum(factor.base, inner))
    exponent = factor.exponent
    if isinstance(exponent, Expr):
        if frame.free(exponent):
            raise NoMatrixForm
        args = (base.matrix, laid_sum(exponent, frame.on()))
        return Laid(base.rows, base.columns, Matrix("power", args, base.matrix.rows, base.matrix.columns))
    return base if exponent == 1 else Laid(base.rows, base.columns, algebra.power(base.matrix, exponent))
