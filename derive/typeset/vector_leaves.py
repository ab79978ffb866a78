"""Matrix expressions that have no arguments: tensors, entries, 𝟏, 𝐞_t."""

from __future__ import annotations

from derive.document import Script, Symbol
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Slot
from derive.notation.matrix import Matrix
from derive.typeset.level import Level, Piece
from derive.typeset.scalar import factor_piece, joined, leaf
from derive.typeset.scribe import Scribe, raised

TRANSPOSED = Symbol("T", "upright")
ONES = Symbol("1", "bold")


def tensor(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Tensor)
    return leaf(scribe.names.tensor(expr.data))


def entry(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Entry)
    return leaf(scribe.entry(expr.data))


def size(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Slot)
    return factor_piece(expr.data, scribe)


def ones(expr: Matrix, scribe: Scribe) -> Piece:
    """𝟏, as a row 𝟏ᵀ, as a matrix 𝟏𝟏ᵀ."""
    as_row = Script(ONES, None, TRANSPOSED)
    if expr.rows is not None and expr.columns is not None:
        return Piece(joined([ONES, as_row], dot=False), Level.PRODUCT)
    return Piece(as_row, Level.SCRIPTED) if expr.columns is not None else Piece(ONES)


def one_hot(expr: Matrix, scribe: Scribe) -> Piece:
    """𝐞_t; for a vector of classes the matrix 𝐄_𝐭 of unit rows."""
    many = expr.rows is not None and expr.columns is not None
    if isinstance(expr.data, Slot):
        below = scribe.slot(expr.data)
    else:
        assert isinstance(expr.data, Entry)
        below = scribe.names.tensor(expr.data.tensor) if many else scribe.entry(expr.data)
    box = Script(Symbol("E" if many else "e", "bold"), below)
    is_row = expr.rows is None and expr.columns is not None
    return Piece(raised(box, TRANSPOSED), Level.SCRIPTED) if is_row else Piece(box)
