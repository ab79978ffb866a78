"""The rows of functions of a whole square matrix: the inverse, the determinant and its logarithm, and what calls them.

Each slope follows from the equation that defines the function, by implicit differentiation, never from its value:

    A C = I             dA C + A dC = 0       dC = −C dA C             ∂C_ij/∂A_kl = −C_ik C_lj
    A x = b             dA x + A dx = db      dx = A⁻¹ (db − dA x)     (x = A⁻¹ b, by the rule of C)
    Σ_l A_kl K_kl = d   K the cofactors, which row k of A is not in    ∂d/∂A_kl = K_kl,  A Kᵀ = d I: K_kl = d C_lk

Sources: Giles 2008, sections 2.2.3 and 2.3; Petersen & Pedersen 2012 (the Matrix Cookbook), equations 46, 49, 57, 59.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.notation.expression import Apply, Entry, Expr, Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.layout import Array, Misfit, letter, matmul
from derive.notation.product import bracket, multiply, negative
from derive.notation.walk import entries, factors
from derive.operators.form import Form
from derive.operators.row import Row
from derive.operators.whole import whole

ROWS: tuple[Row, ...] = (
    Row(
        "inv",
        r"\operatorname{inv}",
        axes=2,
        keeps=True,
        out=(0, 1),
        numeric="inv",
        condition="invertible",
        slopes=(lambda f, x, slots, at: negative(multiply(f(slots[0], at[0]), f(at[1], slots[1]))),),
        note="C = A⁻¹ solves A C = I: dA C + A dC = 0, so dC = −C dA C. A⁻¹ needs det A ≠ 0.",
    ),
    Row(
        "det",
        r"\det",
        axes=2,
        numeric="det",
        slopes=(lambda f, x, slots, at: multiply(f(), x.call("inv", at[1], at[0])),),
        note="The cofactors K of A solve A Kᵀ = (det A) I, and no entry of a row is in that row of K, so the slopes of "
        "det A are K = (det A) A⁻ᵀ where det A ≠ 0.",
    ),
    Row(
        "logdet",
        r"\log\det",
        axes=2,
        numeric="logdet",
        condition="invertible",
        slopes=(lambda f, x, slots, at: x.call("inv", at[1], at[0]),),
        note="log det A is log |det A|. The cofactors K of A solve A Kᵀ = (det A) I and are the slopes of det A, so "
        "those of log det A are K/det A = A⁻ᵀ. It needs det A ≠ 0.",
    ),
)


SOLVED = "x = A⁻¹ b solves A x = b: dA x + A dx = db, so dx = A⁻¹ (db − dA x). A⁻¹ needs det A ≠ 0."
"""The note of an equation that is a solution."""

NAMES = frozenset(row.name for row in ROWS)


def is_solved(expr: Expr) -> bool:
    """Whether an expression is a product with the inverse of a matrix in it: what solves A X = B."""
    product = expr.terms[0].factors if len(expr.terms) == 1 else ()
    return len(product) > 1 and any(isinstance(f, Apply) and f.function == "inv" for f in product)


def inside(expr: Expr) -> set[Tensor]:
    """The tensors that functions of a whole matrix read."""
    applied = (f for f in factors(expr) if isinstance(f, Apply) and f.function in NAMES)
    return {entry.tensor for f in applied for entry in entries(f.args[0].body)}


def square(a: Array, name: str) -> tuple[Index, Index]:
    """The letters of a square matrix."""
    if a.rows is None or a.columns is None or a.rows.range != a.columns.range:
        raise Misfit(f"{name} of {a}", "only a square matrix has one")
    return a.rows, a.columns


def _inverse(a: Array) -> Array:
    """C_ij with A C = I; that of Aᵀ is C_ji."""
    rows, columns = square(a, "the inverse")
    if _is_turned(a):
        return _inverse(a.transposed).transposed
    return Array(whole((rows, columns), a.expr).call("inv", rows.slot, columns.slot), rows, columns)


def _solve(a: Array, b: Array) -> Array:
    """X with A X = B, a vector or a matrix: A⁻¹ B."""
    inverse = _inverse(a)
    if b.rows is None or inverse.columns is None or b.rows.range != inverse.columns.range:
        raise Misfit(f"solve of {a} and {b}", "solve(A, b) needs a b with as many rows as A", (0, 1))
    return matmul(inverse, b)


def _is_turned(a: Array) -> bool:
    """Whether this is the transpose of a matrix with a name."""
    only = a.expr.factor
    return isinstance(only, Entry) and only.slots[-2:] == tuple(x.slot for x in reversed(a.letters))


def _scalar(name: str) -> Callable[[Array], Array]:
    """det A, and that of Aᵀ, which is the same."""

    def call(a: Array) -> Array:
        own = square(a, "the determinant")
        return Array(whole(own[::-1] if _is_turned(a) else own, a.expr).call(name))

    return call


def _identity(size: Slot) -> Array:
    """[i = j]."""
    own, other = letter(Range.to(size)), letter(Range.to(size))
    return Array(bracket("=", own.slot, other.slot), own, other)


FORMS: tuple[Form, ...] = (
    Form("inv", "inv(A) of a square matrix", ("value",), _inverse),
    Form("solve", "solve(A, b), the x with A x = b", ("value", "value"), _solve),
    Form("det", "det(A) of a square matrix", ("value",), _scalar("det")),
    Form("logdet", "logdet(A), the logarithm of |det A|", ("value",), _scalar("logdet")),
    Form("eye", "eye(N), the identity matrix", ("size",), _identity),
)
