"""The rows of what factors a matrix: Cholesky's L, eigenvalues, singular values, the pseudo-inverse, norms by these.

Each slope follows from the equations that define the function, by implicit differentiation:

    A = L Lᵀ              dA = dL Lᵀ + L dLᵀ       dL = L Φ(L⁻¹ dA L⁻ᵀ)       L lower, L⁻¹ dL too: Φ(X) + Φ(X)ᵀ = X
    A V = V Λ, VᵀV = I    dA V + A dV = dV Λ + V dΛ                          Vᵀ dV = X has Xᵀ = −X:
                          dλ_i = v_iᵀ dA v_i       dV = V (F ∘ (Vᵀ dA V))    F_ij = 1/(λ_j − λ_i), F_ii = 0
    A = U S Vᵀ            dA = dU S Vᵀ + U dS Vᵀ + U S dVᵀ                    ds_i = u_iᵀ dA v_i
    A P A = A, P A P = P  dP = −P dA P + P Pᵀ dAᵀ (I − A P) + (I − P A) dAᵀ Pᵀ P

Cholesky's L, eigenvalues and eigenvectors are those of ½ (A + Aᵀ), which is A where A is symmetric.
Sources: Giles 2008, sections 3.1 to 3.3; Murray 2016, equations 8 and 10; Golub & Pereyra 1973 (the pseudo-inverse).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.notation.expression import ONE, Expr, number
from derive.notation.index import Index, Slot
from derive.notation.layout import Array, Misfit
from derive.notation.product import add, bracket, inverse, multiply, negative, summed
from derive.operators.form import Form
from derive.operators.matrices import square
from derive.operators.row import Row, call
from derive.operators.whole import Places, Whole, equal, whole

Of = Callable[..., Expr]
"""The function itself, at a position."""
HALF = number(Fraction(1, 2))


def _over(axis: Index, build: Callable[[Slot], Expr]) -> Expr:
    """Σ_m build(m), m along the axis of a letter."""
    own = axis.apart()
    return summed((own,), build(own.slot))


def _both_ways(build: Callable[[Slot, Slot], Expr], at: Places) -> Expr:
    """½ (build(k, l) + build(l, k)): the slope by an entry of what reads ½ (A + Aᵀ)."""
    return multiply(HALF, add(build(at[0], at[1]), build(at[1], at[0])))


def _weight(axis: Index, row: Slot, column: Slot) -> Expr:
    """Φ_ij."""
    letters = (axis.apart(), axis.apart())
    return whole(letters, ONE).call("tril_half", row, column)


def _cholesky_slope(f: Of, x: Whole, slots: Places, at: Places) -> Expr:
    """∂L_ij/∂A_kl of dL = L Φ(L⁻¹ dA L⁻ᵀ)."""
    axis = x.entries.letters[0]
    letters = (axis.apart(), axis.apart())
    c = whole(letters, f(*(y.slot for y in letters)))
    (i, j) = slots

    def one_way(k: Slot, m: Slot) -> Expr:
        return _over(axis, lambda p: multiply(f(i, p), _weight(axis, p, j), c.call("inv", p, k), c.call("inv", j, m)))

    return _both_ways(one_way, at)


def _vectors_slope(f: Of, x: Whole, slots: Places, at: Places) -> Expr:
    """∂V_ij/∂A_kl of dV = V (F ∘ (Vᵀ dA V))."""
    (i, j) = slots

    def one_way(k: Slot, m: Slot) -> Expr:
        return _over(x.entries.letters[0], lambda p: multiply(f(i, p), x.call("eig_gaps", p, j), f(k, p), f(m, j)))

    return _both_ways(one_way, at)


def _gaps(x: Whole, i: Slot, j: Slot) -> Expr:
    """F_ij = 1/(λ_j − λ_i), i ≠ j; below the line is 1 where they are equal, so that no number is divided by 0."""
    difference = add(x.call("eigvalsh", j), negative(x.call("eigvalsh", i)), bracket("=", i, j))
    return multiply(inverse(difference), bracket("!=", i, j))


def _pinv_slope(p: Of, x: Whole, slots: Places, at: Places) -> Expr:
    """∂P_ij/∂A_kl of dP = −P dA P + P Pᵀ dAᵀ (I − A P) + (I − P A) dAᵀ Pᵀ P."""
    (i, j), (k, m) = slots, at
    rows, columns = x.entries.letters
    off_left = add(bracket("=", i, m), negative(_over(rows, lambda r: multiply(p(i, r), x.at((r, m))))))
    off_right = add(bracket("=", k, j), negative(_over(columns, lambda c: multiply(x.at((k, c)), p(c, j)))))
    through = _over(rows, lambda r: multiply(p(i, r), p(m, r), off_right))
    back = _over(columns, lambda c: multiply(off_left, p(c, k), p(c, j)))
    return add(negative(multiply(p(i, k), p(m, j))), through, back)


def _gram(x: Whole) -> Whole:
    """AᵀA."""
    rows, columns = x.entries.letters
    one, other = columns.apart(), columns.apart()
    entry = _over(rows, lambda r: multiply(x.at((r, one.slot)), x.at((r, other.slot))))
    return whole((one, other), entry)


def _last_first(x: Whole, place: Slot) -> Slot:
    """Eigenvalues are in rising order, singular values in falling order."""
    axis = x.entries.letters[1].range
    return axis.lo + axis.hi - place


def _singular(x: Whole, j: Slot) -> Expr:
    """s_j, the root of an eigenvalue of AᵀA."""
    return call("sqrt", _gram(x).call("eigvalsh", _last_first(x, j)))


def _right(x: Whole, i: Slot, j: Slot) -> Expr:
    """V: the eigenvectors of AᵀA."""
    return _gram(x).call("eigvecsh", i, _last_first(x, j))


def _left(x: Whole, i: Slot, j: Slot) -> Expr:
    """U = A V S⁻¹."""
    columns = x.entries.letters[1]
    product = _over(columns, lambda c: multiply(x.at((i, c)), x.call("svd_v", c, j)))
    return multiply(product, inverse(x.call("svdvals", j)))


def _polar(x: Whole, i: Slot, j: Slot) -> Expr:
    """Q = U Vᵀ."""
    return _over(x.entries.letters[1], lambda c: multiply(x.call("svd_u", i, c), x.call("svd_v", j, c)))


def _pinv(x: Whole, i: Slot, j: Slot) -> Expr:
    """A⁺ = (AᵀA)⁻¹ Aᵀ, where A has full column rank."""
    gram = _gram(x)
    return _over(x.entries.letters[1], lambda c: multiply(gram.call("inv", i, c), x.at((j, c))))


CHOLESKY = (
    "L = chol(A) solves A = L Lᵀ, L lower with a positive diagonal: dA = dL Lᵀ + L dLᵀ, so L⁻¹ dL = Φ(L⁻¹ dA L⁻ᵀ), "
    "where Φ(X) keeps what is below the diagonal and half of what is on it. A is positive definite; chol(A) is "
    "that of ½ (A + Aᵀ)."
)
EIGENVALUES = (
    "The eigenvalues λ and unit eigenvectors V of A solve A V = V diag(λ), VᵀV = I: dA V + A dV = dV diag(λ) + "
    "V diag(dλ), and Vᵀ dV has a diagonal of zeros, so dλ_i = v_iᵀ dA v_i. λ is in rising order, its entries are "
    "distinct; A is symmetric: they are those of ½ (A + Aᵀ)."
)
EIGENVECTORS = (
    "The unit eigenvectors V of A solve A V = V diag(λ), VᵀV = I: dA V + A dV = dV diag(λ) + V diag(dλ), so "
    "dV = V (F ∘ (Vᵀ dA V)), F_ij = 1/(λ_j − λ_i) and F_ii = 0. The eigenvalues are distinct and rise; each "
    "eigenvector has the sign that makes its sum positive; A is symmetric: they are those of ½ (A + Aᵀ)."
)
SINGULAR = (
    "The singular values s of A solve A = U diag(s) Vᵀ, UᵀU = VᵀV = I: dA = dU diag(s) Vᵀ + U diag(ds) Vᵀ + "
    "U diag(s) dVᵀ, and Uᵀ dU and Vᵀ dV have diagonals of zeros, so ds_i = u_iᵀ dA v_i. They are distinct, positive "
    "and fall; A has at least as many rows as columns."
)
PINV = (
    "P = A⁺ solves A P A = A and P A P = P, A P and P A symmetric: dP = −P dA P + P Pᵀ dAᵀ (I − A P) + "
    "(I − P A) dAᵀ Pᵀ P. A has full rank."
)
SPECTRAL = "‖A‖₂ is the largest singular value s₁ of A: ds₁ = u₁ᵀ dA v₁. It is larger than all others."
NUCLEAR = (
    "‖A‖_* = Σ s_i is the sum of the singular values of A = U diag(s) Vᵀ: d‖A‖_* = Σ u_iᵀ dA v_i = tr(Qᵀ dA), "
    "Q = U Vᵀ. A has full rank."
)

FULL = "of full rank"
DISTINCT = "one whose eigenvalues are distinct"
LONG = "one with no more columns than rows whose singular values are distinct and positive"
LARGEST = "one whose largest singular value is larger than the others"

ROWS: tuple[Row, ...] = (
    Row("cholesky", r"\operatorname{chol}", axes=2, keeps=True, out=(0, 1), numeric="cholesky",
        condition="positive definite", letter="L", slopes=(_cholesky_slope,), note=CHOLESKY),
    Row("tril_half", r"\Phi", axes=2, keeps=True, out=(0, 1), numeric="tril_half", scales=True,
        value=lambda x, i, j: multiply(add(bracket("<", j, i), multiply(HALF, bracket("=", i, j))), x.at((i, j))),
        slopes=(lambda f, x, slots, at: multiply(_weight(x.entries.letters[0], *slots), equal(slots, at)),),
        note="Φ(X) keeps what is below the diagonal of X and half of what is on it."),
    Row("eigvalsh", r"\operatorname{eigvals}", axes=2, keeps=True, out=(0,), numeric="eigvalsh", condition=DISTINCT,
        slopes=(lambda f, x, slots, at: multiply(*(x.call("eigvecsh", a, slots[0]) for a in at)),), note=EIGENVALUES),
    Row("eigvecsh", r"\operatorname{eigvecs}", axes=2, keeps=True, out=(0, 1), numeric="eigvecsh",
        condition=DISTINCT, letter="V", orthogonal=True, slopes=(_vectors_slope,), note=EIGENVECTORS),
    Row("eig_gaps", r"\operatorname{gaps}", axes=2, keeps=True, out=(0, 1), numeric="eig_gaps",
        condition=DISTINCT, letter="F", value=_gaps,
        note="F = gaps(A): F_ij = 1/(λ_j − λ_i) and F_ii = 0, of the eigenvalues λ of ½ (A + Aᵀ)."),
    Row("svdvals", r"\operatorname{svdvals}", axes=2, keeps=True, out=(1,), numeric="svdvals", condition=LONG,
        value=_singular,
        slopes=(lambda f, x, slots, at: multiply(x.call("svd_u", at[0], *slots), x.call("svd_v", at[1], *slots)),),
        note=SINGULAR),
    Row("svd_u", r"\operatorname{svdleft}", axes=2, keeps=True, out=(0, 1), numeric="svd_u",
        condition=LONG, letter="U", value=_left,
        note="U of A = U diag(s) Vᵀ, UᵀU = VᵀV = I: s falls and is distinct; the sum of each column of V is positive."),
    Row("svd_v", r"\operatorname{svdright}", axes=2, keeps=True, out=(1, 1), numeric="svd_v",
        condition=LONG, letter="V", orthogonal=True, value=_right,
        note="V of A = U diag(s) Vᵀ, UᵀU = VᵀV = I: s falls and is distinct; the sum of each column of V is positive."),
    Row("pinv", "{}^{+}", axes=2, keeps=True, out=(1, 0), numeric="pinv", condition=FULL,
        value=_pinv, slopes=(_pinv_slope,), note=PINV),
    Row("spectral_norm", r"\lVert", axes=2, numeric="spectral_norm", condition=LARGEST,
        slopes=(lambda f, x, slots, at: multiply(x.call("top_u", at[0]), x.call("top_v", at[1])),), note=SPECTRAL),
    Row("top_u", r"\operatorname{topleft}", axes=2, keeps=True, out=(0,), numeric="top_u",
        condition=LONG, letter="u", value=lambda x, i: x.call("svd_u", i, x.entries.letters[1].range.lo),
        note="u₁ and v₁ are the singular vectors of the largest singular value; the sum of v₁ is positive."),
    Row("top_v", r"\operatorname{topright}", axes=2, keeps=True, out=(1,), numeric="top_v",
        condition=LONG, letter="v", value=lambda x, i: x.call("svd_v", i, x.entries.letters[1].range.lo),
        note="u₁ and v₁ are the singular vectors of the largest singular value; the sum of v₁ is positive."),
    Row("nuclear_norm", r"\lVert", axes=2, numeric="nuclear_norm", condition=FULL,
        slopes=(lambda f, x, slots, at: x.call("polar", *at),), note=NUCLEAR),
    Row("polar", r"\operatorname{polar}", axes=2, keeps=True, out=(0, 1), numeric="polar",
        condition=FULL, letter="Q", value=_polar,
        note="Q = polar(A) is U Vᵀ of A = U diag(s) Vᵀ, which has full rank."),
)  # fmt: skip


def _form(row: Row, what: str) -> Form:
    """A function of one matrix, which is square where its values have its first axis twice or A is symmetric."""

    def build(a: Array) -> Array:
        if a.rows is None or a.columns is None:
            raise Misfit(f"{row.name} of {a}", f"{row.name} takes a matrix")
        letters = square(a, row.name) if row.name in OF_SQUARE else (a.rows, a.columns)
        given = whole(letters, a.expr)
        own = tuple(letters[n].apart() for n in row.out)
        return Array(given.call(row.name, *(x.slot for x in own)), *own)

    return Form(row.name, f"{row.name}(A){what}", ("value",), build)


OF_SQUARE = ("cholesky", "tril_half", "eigvalsh", "eigvecsh", "eig_gaps")
_SAID = {
    "cholesky": ", the lower L with A = L L.T",
    "eigvalsh": ", the eigenvalues of a symmetric matrix",
    "eigvecsh": ", its eigenvectors as columns",
    "svdvals": ", the singular values",
    "svd_u": ", the left singular vectors as columns",
    "svd_v": ", the right singular vectors as columns",
    "pinv": ", the pseudo-inverse",
    "spectral_norm": ", the largest singular value",
    "nuclear_norm": ", the sum of the singular values",
}


FORMS: tuple[Form, ...] = tuple(_form(row, _SAID.get(row.name, "")) for row in ROWS)
