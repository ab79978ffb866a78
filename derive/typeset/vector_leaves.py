"""Matrix expressions that have no arguments: tensors, 𝐡⁽ᵗ⁾, entries, 𝟏, 𝟏[j ≤ i], 𝐞_t."""

from __future__ import annotations

from derive.document import Fenced, Math, Script, Symbol, row
from derive.notation.expression import Bracket, Entry, Tensor
from derive.notation.index import Index, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of
from derive.typeset.brackets import bracket
from derive.typeset.level import Level, Piece
from derive.typeset.scalar import expression, factor_piece, joined, leaf
from derive.typeset.scribe import Scribe, raised

ONES = Symbol("1", "bold")


def transposed(scribe: Scribe) -> Symbol:
    """The sign of a transpose: T, and ⊤ where T is a name."""
    return Symbol("⊤" if "T" in scribe.names.taken else "T", "upright")


def tensor(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Tensor)
    return leaf(scribe.names.tensor(expr.data))


def labelled(expr: Matrix, scribe: Scribe) -> Piece:
    """𝐡⁽ᵗ⁾, 𝐖⁽ˡ⁾."""
    assert isinstance(expr.data, Entry)
    return leaf(scribe.names.labelled(expr.data.tensor, tuple(scribe.slot(slot) for slot in expr.data.slots)))


def entry(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Entry)
    return leaf(scribe.entry(expr.data))


def size(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, Slot)
    return factor_piece(expr.data, scribe)


def condition(expr: Matrix, scribe: Scribe) -> Piece:
    """[t < T]."""
    assert isinstance(expr.data, Bracket)
    return Piece(bracket(expr.data, scribe, expression))


def mask(expr: Matrix, scribe: Scribe) -> Piece:
    """𝟏[j ≤ i]."""
    return Piece(row(ONES, masked(expr, scribe)[1]))


def masked(expr: Matrix, scribe: Scribe) -> tuple[tuple[Math, ...], Fenced]:
    """The letters of a mask's columns and rows, which are nowhere else in the line, and its bracket."""
    assert isinstance(expr.data, Bracket)
    own = scribe.binding(x for x in letters_of(expr.data) if x not in scribe.used and not _is_label(x, scribe))
    return tuple(own.letter(x) for x in own.used if x not in scribe.used), bracket(expr.data, own, expression)


def _is_label(letter: Index, scribe: Scribe) -> bool:
    return letter.name in scribe.names.network.labels


def ones(expr: Matrix, scribe: Scribe) -> Piece:
    """𝟏, as a row 𝟏ᵀ, as a matrix 𝟏𝟏ᵀ."""
    as_row = Script(ONES, None, transposed(scribe))
    if expr.rows is not None and expr.columns is not None:
        return Piece(joined([ONES, as_row], dot=False), Level.PRODUCT)
    return Piece(as_row, Level.SCRIPTED) if expr.columns is not None else Piece(ONES)


def one_hot(expr: Matrix, scribe: Scribe) -> Piece:
    """𝐞_t; for a vector of classes the matrix 𝟏[𝐭] of unit rows."""
    if expr.rows is not None and expr.columns is not None:
        return Piece(row(ONES, Fenced(labelled(expr, scribe).box, "[", "]")))
    if isinstance(expr.data, Slot):
        below = scribe.slot(expr.data)
    else:
        assert isinstance(expr.data, Entry)
        below = scribe.entry(expr.data)
    box = Script(Symbol("e", "bold"), below)
    is_row = expr.rows is None and expr.columns is not None
    return Piece(raised(box, transposed(scribe)), Level.SCRIPTED) if is_row else Piece(box)
