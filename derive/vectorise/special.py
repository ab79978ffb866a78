"""Sums that have a name of their own: squared norms, cross products, one vector below another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.errors import NoMatrixForm
from derive.notation.algebra import hadamard
from derive.notation.expression import Entry, Expr, Factor, Power
from derive.notation.index import Index, Range
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of
from derive.vectorise.laid import Frame, Laid, Lay
from derive.vectorise.leaves import column

EPSILON = "epsilon_"
"""The constant tensor ε_ijk of three axes whose sums with two vectors are cross products."""

Taken = tuple[list[Factor], tuple[Index, ...], list[Laid]]
"""The factors that are left, the summed letters that are left, and what was made of the others."""


def norms(factors: Sequence[Factor], bound: tuple[Index, ...], frame: Frame, lay: Lay) -> Taken:
    """Σ of squares over all letters of a base that nothing else reads: a squared norm."""
    left, made = list(factors), []
    for factor in factors:
        if isinstance(factor, Power) and factor.exponent == 2:
            inside = frame.without_labels(letters_of(factor))
            rest = [f for f in left if f is not factor]
            if inside and all(x in bound for x in inside) and not any(x in letters_of(f) for f in rest for x in inside):
                made.append(Laid(None, None, Matrix("norm2", (lay(factor.base, frame.on().around([factor.base])),))))
                left, bound = rest, tuple(x for x in bound if x not in inside)
    return left, bound, made


def crossed(factors: Sequence[Factor], bound: tuple[Index, ...], operand: Callable[[Factor], Laid]) -> Taken:
    """Σ_jk ε_ijk u_j v_k: the cross product u × v, at i."""
    for n, factor in enumerate(factors):
        if isinstance(factor, Entry) and factor.tensor.name == EPSILON:
            rest = [operand(f) for m, f in enumerate(factors) if m != n]
            letters = [slot.letter for slot in factor.slots]
            for turn in range(3):
                at, one, two = letters[turn:] + letters[:turn]
                u, v = [o for o in rest if one and o.has(one)], [o for o in rest if two and o.has(two)]
                if at and one in bound and two in bound and u and v and all(o.columns is None for o in u + v):
                    args = tuple(hadamard(*(o.matrix for o in side)) for side in (u, v))
                    joined = Laid(at, None, Matrix("cross", args, at.range))
                    others = [o for o in rest if o not in u and o not in v]
                    return [], tuple(x for x in bound if x is not one and x is not two), [joined, *others]
            raise NoMatrixForm
    return list(factors), bound, []


def concatenation(expr: Expr, frame: Frame) -> Matrix | None:
    """a_i + b_{i−N}, each zero outside its own axis and the axes side by side: one vector below the other."""
    rows = frame.rows
    if rows is None or frame.columns is not None or len(expr.terms) < 2:
        return None
    pieces: list[tuple[Range, Matrix]] = []
    for term in expr.terms:
        entry = term.factors[0] if len(term.factors) == 1 and not term.bound and term.coefficient == 1 else None
        piece = _piece(entry, rows, frame) if isinstance(entry, Entry) else None
        if piece is None:
            return None
        pieces.append(piece)
    ends = [rows.range.lo - 1, *(piece.hi for piece, _ in pieces)]
    side_by_side = all(piece.lo == end + 1 for (piece, _), end in zip(pieces, ends, strict=False))
    if not side_by_side or ends[-1] != rows.range.hi:
        return None
    return Matrix("concatenate", tuple(matrix for _, matrix in pieces), rows.range)


def _piece(entry: Entry, rows: Index, frame: Frame) -> tuple[Range, Matrix] | None:
    """Where a vector read at i + c stands, and the vector."""
    tensor = frame.labels.taken_off(entry)
    slots = [slot for n, slot in enumerate(entry.slots) if n not in tensor.labels]
    if len(slots) != 1 or slots[0].coefficient(rows) != 1 or len(frame.labels.among(slots[0])) != 1:
        return None
    offset, axis = slots[0] - rows.slot, tensor.layout[0]
    return Range(axis.lo - offset, axis.hi - offset), column(entry, frame.labels)
