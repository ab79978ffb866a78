"""Functions of matrix expressions, from the pieces of their arguments: σ′(𝐳), softmax_{j ≤ i}(𝐒), 𝟏[𝐱 > 0], [𝐚; 𝐛]."""

from __future__ import annotations

from fractions import Fraction as Rational

from derive.document import Fenced, Fraction, Math, Operator, Symbol, row
from derive.notation.expression import Apply, Entry, Tensor
from derive.notation.index import Slot
from derive.notation.matrix import Matrix
from derive.operators import TABLE
from derive.typeset import number
from derive.typeset.brackets import depends, oriented
from derive.typeset.call import CURLY, FENCES, fences, hung_below, named, signed_matrix
from derive.typeset.level import Level, Piece
from derive.typeset.quotient import is_array
from derive.typeset.scribe import Scribe, listed, raised
from derive.typeset.vector_leaves import ONES, masked


def apply(expr: Matrix, pieces: list[Piece], scribe: Scribe) -> Piece:
    """σ′(𝐳): a function of each entry."""
    assert isinstance(expr.data, Apply)
    special = fences(expr.data, pieces[0].box) if len(pieces) == 1 else None
    return special or named(expr.data, pieces, scribe, None)


def has_word(expr: Matrix, scribe: Scribe) -> bool:
    """Whether this is a known function with a word for its name: tanh² is no tanh of tanh, as f² might be of f."""
    apply = expr.data
    assert isinstance(apply, Apply)
    own = apply.function in TABLE and apply.function not in (*FENCES, *scribe.names.network.functions)
    name = scribe.names.function(apply.function)
    return own and not apply.partials and isinstance(name, Symbol) and name.face == "upright" and len(name.text) > 1


def to_power(expr: Matrix, pieces: list[Piece], exponent: int | Rational, scribe: Scribe) -> Piece:
    """tanh²(𝐳), where `has_word`: a power of each entry."""
    assert isinstance(expr.data, Apply)
    name = raised(scribe.names.function(expr.data.function), number.exponent_box(exponent))
    return Piece(row(name, Fenced(listed(p.box for p in pieces))))


def whole(expr: Matrix, pieces: list[Piece], scribe: Scribe) -> Piece:
    """softmax(𝐲), ∂f/∂𝐱; a family (g_i(w))_i is 𝐠(w)."""
    apply = expr.data
    assert isinstance(apply, Apply)
    if len(expr.args) > 1 and apply.function in TABLE and apply.function not in scribe.names.network.functions:
        return conditional(expr, apply, pieces, scribe)
    family = scribe.names.network.functions.get(apply.function) == "family"
    if apply.function in TABLE and TABLE[apply.function].axes == 2:
        special = signed_matrix(apply, pieces[0])
        if special is not None:
            return special
        if TABLE[apply.function].scales and expr.args[0].op == "ones":
            return Piece(scribe.names.function(apply.function))
    if not any(slots for _, slots in apply.partials):
        return named(apply, pieces, scribe, None, bold=family)
    name = scribe.names.function(apply.function)
    place = apply.partials[0][0]
    if expr.args[place].op in ("tensor", "labelled") and len(apply.partials) == 1:
        return Piece(Fraction(row(CURLY, name), row(CURLY, pieces[place].box)))
    nabla = raised(Symbol("∇"), number.digits(len(apply.partials))) if len(apply.partials) > 1 else Symbol("∇")
    return Piece(row(nabla, name, Fenced(listed(p.box for p in pieces))))


def conditional(expr: Matrix, apply: Apply, pieces: list[Piece], scribe: Scribe) -> Piece:
    """softmax_{j ≤ i}(𝐒): a function of a whole axis that leaves out what a condition, or a mask of 0 and 1, says."""
    weight = expr.args[1]
    below = masked(weight, scribe)[1].body if weight.op == "mask" else pieces[1].box
    return Piece(row(hung_below(scribe.names.function(apply.function), below), Fenced(pieces[0].box)))


def indicator(expr: Matrix, pieces: list[Piece], scribe: Scribe) -> Piece:
    """𝟏[𝐱 > 0]; between scalars [x > 0]."""
    assert isinstance(expr.data, str)
    left, right = expr.args
    body = oriented(expr.data, (pieces[0].box, pieces[1].box), (depends_most(left), depends_most(right)))
    return Piece(row(ONES, body) if is_array(expr) else body)


def depends_most(expr: Matrix) -> int:
    """How much an expression depends on, see `brackets.DEPENDS`."""
    if expr.op == "scale" and expr.data == 0:
        return 0
    own = depends(expr.data) if isinstance(expr.data, (Entry, Slot, Tensor)) else 0
    return max([own, *map(depends_most, expr.args)])


def concatenate(expr: Matrix, pieces: list[Piece], scribe: Scribe) -> Piece:
    """[𝐚; 𝐛], one below the other."""
    boxes: list[Math] = []
    for piece in pieces:
        boxes.extend([Operator(";", "comma")] if boxes else [])
        boxes.append(piece.box)
    return Piece(Fenced(row(*boxes), "[", "]"))


def cross(expr: Matrix, pieces: list[Piece], scribe: Scribe) -> Piece:
    """𝐚 × 𝐛."""
    left, right = (piece.inside(Level.SCRIPTED) for piece in pieces)
    return Piece(row(left, Operator("×", "binary"), right), Level.ENTRYWISE)
