"""Recognises products of vectors and matrices in a scalar line.

One summed letter is eliminated at a time: operands with the same letters merge by ∘; a letter on one vector gives
1ᵀv, on a matrix and a vector Av, on two matrices AB (a vector between them: A diag(v) B). Letters that join the fewest
matrices go first, which keeps Wᵀ(h̄ ∘ φ′). What remains is laid out on the wanted axes. What has no such form raises
`NoMatrixForm`; a wrong recogniser can refuse but not mislead, since every line is evaluated against its scalar form
before it is shown.
"""

from __future__ import annotations

from derive.errors import NoMatrixForm
from derive.notation.algebra import transpose
from derive.notation.equation import Equation
from derive.notation.index import Index
from derive.notation.matrix import MatrixEquation
from derive.vectorise.terms import laid_sum, whole_tensor

__all__ = ["vectorise", "vectorised"]


def vectorise(equation: Equation) -> MatrixEquation:
    """The equation in vectors and matrices; raises NoMatrixForm where there is none."""
    letters = _own_letters(equation)
    rows, columns = (*letters, None, None)[:2]
    right = laid_sum(equation.right, rows, columns)
    tensor = equation.left.tensor
    left = whole_tensor(tensor)
    return MatrixEquation(left, transpose(right) if tensor.row else right, equation.place)


def vectorised(equation: Equation) -> MatrixEquation | None:
    """The equation in vectors and matrices, or None."""
    try:
        return vectorise(equation)
    except NoMatrixForm:
        return None


def _own_letters(equation: Equation) -> tuple[Index, ...]:
    slots, axes = equation.left.slots, equation.left.tensor.axes
    letters = [slot.letter for slot in slots]
    whole = all(x is not None and x.range == axis for x, axis in zip(letters, axes, strict=True))
    if len(slots) > 2 or not whole or len(set(letters)) < len(letters):
        raise NoMatrixForm
    return tuple(x for x in letters if x is not None)
