"""Recognises products of vectors and matrices in a scalar line.

Letters on label axes are taken off first: they stay as positions, h⁽ᵗ⁾, and Σ over them stays a Σ. Then one summed
letter is eliminated at a time: operands with the same letters merge by ∘; a letter on one vector gives 1ᵀv, on a matrix
and a vector Av, on two matrices AB (a vector between them: A diag(v) B). Letters that join the fewest matrices go
first, which keeps Wᵀ(h̄ ∘ φ′). What remains is laid out on the wanted axes. What has no such form raises
`NoMatrixForm`; a wrong recogniser can refuse but not mislead, since every line is evaluated against its scalar form
before it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from derive.derivation import Line
from derive.errors import NoMatrixForm
from derive.notation.algebra import transpose
from derive.notation.common import expanded
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr
from derive.notation.index import Index
from derive.notation.matrix import Matrix, MatrixEquation
from derive.vectorise.grouped import grouped, identity_out, scaled, taken_out
from derive.vectorise.joined import joined
from derive.vectorise.labels import Labels
from derive.vectorise.laid import Frame
from derive.vectorise.leaves import whole
from derive.vectorise.named import parts
from derive.vectorise.same import length
from derive.vectorise.shorter import has, shorter
from derive.vectorise.terms import laid_sum

__all__ = ["named_parts", "shortest", "vectorise", "vectorised"]


def vectorise(equation: Equation) -> MatrixEquation:
    """The equation in vectors and matrices, at the labels of its left side; raises NoMatrixForm where it has none."""
    labels = Labels.of(equation)
    rows, columns = (*_own_letters(equation.left, labels), None, None)[:2]
    right = _shortest(equation, Frame(rows, columns, labels))
    left = whole(equation.left, labels)
    return MatrixEquation(left, transpose(right) if equation.left.tensor.row else right, equation.place)


def _shortest(equation: Equation, frame: Frame) -> Matrix:
    """The shorter of the sum as it is and with common factors taken out; multiplied out, where neither has a form."""
    right = equation.right
    others = (grouped(right), joined(right, frame.labels))
    forms = _forms((right, *(other for other in others if other is not right)), equation, frame)
    forms = forms or [scaled(identity_out(form)) for form in _forms((expanded(right),), equation, frame)]
    if not forms:
        raise NoMatrixForm
    found = min((shorter(form) for laid in forms for form in (laid, taken_out(laid))), key=length)
    if not has(found, "trace"):
        return found
    from derive.vectorise.traces import as_written

    return as_written(found, right)


def _forms(exprs: Iterable[Expr], equation: Equation, frame: Frame) -> list[Matrix]:
    """The matrix forms of those that have one; what is rewritten has bound letters of its own."""
    forms: list[Matrix] = []
    plain = frame.labels == Labels()
    for expr in exprs:
        same = plain or expr is equation.right
        labels = frame.labels if same else Labels.of(Equation(equation.left, expr))
        try:
            forms.append(laid_sum(expr, replace(frame, labels=labels)))
        except NoMatrixForm:
            continue
    return forms


def named_parts(line: Line, taken: Collection[str]) -> Line:
    """The line with names for parts of its vector form, which none of the taken names is."""
    found = parts(line.vector, taken) if line.vector is not None else ()
    return replace(line, parts=found) if found else line


def shortest(equations: Iterable[Equation]) -> MatrixEquation | None:
    """The shortest vector form of one equation that is written in several ways, the first of equal ones; or None."""
    found = [form for equation in equations if (form := vectorised(equation)) is not None]
    return min(found, key=lambda form: length(form.right)) if found else None


def vectorised(equation: Equation) -> MatrixEquation | None:
    """The equation in vectors and matrices, or None."""
    try:
        return vectorise(equation)
    except NoMatrixForm:
        return None


def _own_letters(left: Entry, labels: Labels) -> tuple[Index, ...]:
    """The letters of the left side's rows and columns, each along a whole axis."""
    tensor = labels.taken_off(left)
    slots = [slot for n, slot in enumerate(left.slots) if n not in tensor.labels]
    letters = [slot.letter for slot in slots]
    plain = all(x is not None and x.range == axis for x, axis in zip(letters, tensor.layout, strict=True))
    if len(slots) > 2 or not plain or len(set(letters)) < len(letters):
        raise NoMatrixForm
    return tuple(x for x in letters if x is not None)
