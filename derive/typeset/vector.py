"""Matrix expressions to boxes.

r + matmul(transpose(W2), ȳ)  ->  𝐫 + 𝐖⁽²⁾ᵀ 𝐲̄          each operation is a row of WRITERS
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction as Rational
from types import MappingProxyType

from derive.document import Fenced, Fraction, Math, Operator, Row, Script, Summation, Symbol, is_tall, row
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import Matrix
from derive.typeset import number, vector_leaves
from derive.typeset import vector_functions as functions
from derive.typeset.call import rooted
from derive.typeset.expectation import mean, without
from derive.typeset.level import Level, Piece
from derive.typeset.quotient import Gathered, fits_above, gathered, is_array, is_dot, is_inverse, ordered
from derive.typeset.scalar import joined, powered, summation
from derive.typeset.scribe import Scribe, added, listed, raised
from derive.typeset.vector_leaves import ONES, transposed

COLON = Symbol(":", "upright")

Writer = Callable[[Matrix, Scribe], Piece]


def matrix(expr: Matrix, scribe: Scribe) -> Piece:
    """A matrix expression; a sign in front is part of the box, at the level of a sum."""
    negative, piece = signed(expr, scribe)
    return Piece(added([(True, piece.inside(Level.ENTRYWISE))]), Level.SUM) if negative else piece


def signed(expr: Matrix, scribe: Scribe) -> tuple[bool, Piece]:
    """(negative, the rest): a factor −1 in front becomes a sign."""
    if expr.op in ("number", "scale", "times"):
        return _quotient(gathered(expr), is_array(expr), scribe)
    if expr.op in ("matmul", "hadamard") and expr.args and _is_negative(expr.args[0], scribe):
        return True, WRITERS[expr.op](Matrix(expr.op, expr.args, expr.rows, expr.columns, "="), scribe)
    return False, WRITERS[expr.op](expr, scribe)


def _is_negative(expr: Matrix, scribe: Scribe) -> bool:
    """The sign that `signed` finds, before anything is written."""
    while expr.op in ("matmul", "hadamard") and expr.args:
        expr = expr.args[0]
    return expr.op in ("number", "scale", "times") and _below_zero(gathered(expr), scribe)


def _below_zero(parts: Gathered, scribe: Scribe) -> bool:
    if not parts.number:
        return False
    if (samples := _over_samples(parts, scribe)) is not None:
        letters, inner = samples
        return _below_zero(inner, scribe.binding(letters))
    return (parts.number < 0) != (sum(_is_negative(factor, scribe) for factor in parts.above) % 2 == 1)


def _quotient(parts: Gathered, array: bool, scribe: Scribe) -> tuple[bool, Piece]:
    """A number, scalars and at most one array; what is below the line goes under all of it where that is short."""
    if not parts.number:
        return False, Piece(Symbol("0", "bold" if array else "upright"))
    if (found := _expected(parts, scribe)) is not None:
        return found
    factors = ordered(parts.above)
    shown = [signed(factor, scribe) for factor in factors]
    negative = (parts.number < 0) != (sum(sign for sign, _ in shown) % 2 == 1)
    pieces = _apart(factors, [piece for _, piece in shown])
    if not parts.below:
        return negative, _over_array(parts, scribe) or _counted(parts.number, pieces)
    top, bottom = number.parts(parts.number)
    tops = [*([Piece(top)] if top else []), *pieces]
    bottoms = [*([Piece(bottom)] if bottom else []), *(_inverted(a, scribe) for a in parts.below)]
    if fits_above(factors) and not any(is_tall(piece.box) for piece in pieces):
        return negative, Piece(Fraction(_side_by_side(tops), _side_by_side(bottoms)))
    front, last = Fraction(_side_by_side(tops[:-1]), _side_by_side(bottoms)), tops[-1]
    return negative, _led([front], last, Level.ENTRYWISE)


def _over_array(parts: Gathered, scribe: Scribe) -> Piece | None:
    """2 ⊘ 𝐠: a number, and no number times 𝟏 ⊘ 𝐠."""
    only = parts.above[0] if len(parts.above) == 1 and abs(parts.number) != 1 else None
    if only is None or not is_array(only) or not is_inverse(only):
        return None
    bottom = _inverted(only, scribe).inside(Level.PRODUCT)
    return Piece(row(number.number_box(parts.number), Operator("⊘", "binary"), bottom), Level.ENTRYWISE)


def _expected(parts: Gathered, scribe: Scribe) -> tuple[bool, Piece] | None:
    """𝔼_s[½ ‖𝐫‖²], where a sum over samples is divided by their number."""
    if (samples := _over_samples(parts, scribe)) is None:
        return None
    letters, whole = samples
    inner = scribe.binding(letters)
    negative, piece = _quotient(whole, is_array(parts.above[-1]), inner)
    return negative, Piece(mean(letters, piece.box, inner), Level.PRODUCT)


def _over_samples(parts: Gathered, scribe: Scribe) -> tuple[list[Index], Gathered] | None:
    """The letters of an expectation and what is under it."""
    over = parts.above[-1] if parts.above and parts.above[-1].op == "over" else None
    letters = [x for x in over.data if isinstance(x, Index)] if over and isinstance(over.data, tuple) else []
    if over is None or not letters or any(x.range not in scribe.names.network.samples for x in letters):
        return None
    below = without([(part, _size(part)) for part in parts.below], letters)
    if below is None:
        return None
    own = gathered(over.args[0])
    return letters, Gathered(parts.number * own.number, (*parts.above[:-1], *own.above), (*below, *own.below))


def _size(below: Matrix) -> Slot | None:
    """N of 1/N."""
    base = below.args[0] if below.data == -1 else None
    return base.data if base is not None and base.op == "size" and isinstance(base.data, Slot) else None


def _apart(factors: tuple[Matrix, ...], pieces: list[Piece]) -> list[Piece]:
    """Parentheses around 𝟏ᵀ𝐱 where another array stands beside it: (𝟏ᵀ𝐱) 𝐩."""
    dots = [is_dot(factor) for factor in factors]
    alone = sum(dots) == 1 and dots[-1]
    return [Piece(Fenced(p.box)) if dot and not alone else p for dot, p in zip(dots, pieces, strict=True)]


def _counted(coefficient: int | Rational, pieces: list[Piece]) -> Piece:
    """A number in front of factors; without others, in front of a ∘ b it needs no parentheses."""
    front = [Piece(number.number_box(coefficient))] if abs(coefficient) != 1 or not pieces else []
    if len(front) + len(pieces) == 1:
        return (front or pieces)[0]
    last = pieces[-1]
    least = Level.ENTRYWISE if len(pieces) == 1 else Level.PRODUCT
    return _led([p.inside(Level.PRODUCT, last=False) for p in (*front, *pieces[:-1])], last, least)


def _led(front: list[Math], last: Piece, least: Level) -> Piece:
    """Factors in front of a last one, which gets parentheses below a level."""
    level = Level.PRODUCT if last.level < least else min(last.level, Level.PRODUCT)
    return Piece(joined([*front, last.inside(least)]), level, last.open)


def _side_by_side(pieces: list[Piece]) -> Math:
    """Above or below a line: one piece gives up its parentheses."""
    if len(pieces) == 1:
        return pieces[0].box
    last = len(pieces) - 1
    return joined([p.inside(Level.PRODUCT, n == last) for n, p in enumerate(pieces)]) if pieces else number.digits(1)


def _pieces(expr: Matrix, scribe: Scribe) -> list[Piece]:
    return [_piece(expr, n, scribe) for n in range(len(expr.args))]


def _piece(expr: Matrix, n: int, scribe: Scribe) -> Piece:
    """An argument; `data` "=" says that the first one's sign stands in front of all."""
    return signed(expr.args[0], scribe)[1] if n == 0 and expr.data == "=" else matrix(expr.args[n], scribe)


def _add(expr: Matrix, scribe: Scribe) -> Piece:
    parts = [signed(a, scribe) for a in expr.args]
    return Piece(added([(negative, p.inside(Level.ENTRYWISE)) for negative, p in parts]), Level.SUM, parts[-1][1].open)


def _product(expr: Matrix, scribe: Scribe) -> Piece:
    pieces = _pieces(expr, scribe)
    if len(pieces) == 1:
        return pieces[0]
    last = len(pieces) - 1
    boxes = [p.inside(Level.PRODUCT, n == last) for n, p in enumerate(pieces)]
    return Piece(joined(boxes), Level.PRODUCT, pieces[-1].open)


def _inverted(expr: Matrix, scribe: Scribe) -> Piece:
    assert isinstance(expr.data, (int, Rational))
    return _to_power(expr.args[0], -expr.data, is_array(expr), scribe)


def _hadamard(expr: Matrix, scribe: Scribe) -> Piece:
    """a ∘ b ⊘ c."""
    boxes: list[Math] = []
    order = sorted(range(len(expr.args)), key=lambda place: is_inverse(expr.args[place]))
    for n, place in enumerate(order):
        below = n > 0 and is_inverse(expr.args[place])
        held = _inverted(expr.args[place], scribe) if below else _piece(expr, place, scribe)
        if boxes:
            boxes.append(Operator("⊘" if below else scribe.names.style.entrywise, "binary"))
        boxes.append(held.inside(Level.PRODUCT, n == len(expr.args) - 1))
    return Piece(row(*boxes), Level.ENTRYWISE)


def _power(expr: Matrix, scribe: Scribe) -> Piece:
    if len(expr.args) > 1:
        return _to_exponent(matrix(expr.args[0], scribe), matrix(expr.args[1], scribe), is_array(expr), scribe)
    assert isinstance(expr.data, (int, Rational))
    if not is_array(expr):
        return powered(matrix(expr.args[0], scribe), expr.data)
    if expr.data < 0:
        bottom = _inverted(expr, scribe).inside(Level.PRODUCT)
        return Piece(row(ONES, Operator("⊘", "binary"), bottom), Level.ENTRYWISE)
    return _to_power(expr.args[0], expr.data, True, scribe)


def _to_exponent(base: Piece, exponent: Piece, array: bool, scribe: Scribe) -> Piece:
    """a^p, for each entry of an array 𝐚^{∘p}."""
    sign = (Symbol(scribe.names.style.entrywise, "upright"),) if array else ()
    above = row(*sign, exponent.inside(Level.PRODUCT) if array else exponent.box)
    return Piece(raised(base.inside(Level.ATOM, last=False), above), Level.SCRIPTED)


def _to_power(expr: Matrix, exponent: int | Rational, array: bool, scribe: Scribe) -> Piece:
    """An entrywise power: tanh²(𝐜); 𝐡 ∘ 𝐡, and 𝐡^{∘3} from the third on."""
    if expr.op == "apply" and array and exponent > 1 and functions.has_word(expr, scribe):
        return functions.to_power(expr, [matrix(a, scribe) for a in expr.args], exponent, scribe)
    base = matrix(expr, scribe)
    if not array or exponent == 1:
        return powered(base, exponent)
    if exponent == Rational(1, 2):
        return Piece(rooted(base.box))
    sign = scribe.names.style.entrywise
    if exponent == 2:
        box = base.inside(Level.PRODUCT, last=False)
        return Piece(row(box, Operator(sign, "binary"), box), Level.ENTRYWISE)
    sup = row(Symbol(sign, "upright"), number.exponent_box(exponent))
    return Piece(raised(base.inside(Level.ATOM), sup), Level.SCRIPTED)


def _transpose(expr: Matrix, scribe: Scribe) -> Piece:
    """Aᵀ, 𝐖⁽²⁾ᵀ; parentheses around what is more than a name."""
    inner = expr.args[0]
    if inner.op == "inverse":
        return _inverse(inner, scribe, transposed(scribe))
    if inner.op in ("tensor", "labelled", "one-hot") and not isinstance(matrix(inner, scribe).box, (Row, Fraction)):
        box = matrix(inner, scribe).box
        plain = not isinstance(box, Script) or box.sup is None or inner.op != "one-hot"
        return Piece(raised(box if plain else Fenced(box), transposed(scribe)), Level.SCRIPTED)
    box = matrix(inner, scribe).inside(Level.ATOM, last=False)
    return Piece(raised(Fenced(box) if isinstance(box, Fraction) else box, transposed(scribe)), Level.SCRIPTED)


def _inverse(expr: Matrix, scribe: Scribe, *turned: Math) -> Piece:
    """A⁻¹, A⁻ᵀ; parentheses around what is more than a name."""
    minus = (Symbol("−", "upright"), *turned) if turned else (number.exponent_box(-1),)
    base, inner = matrix(expr.args[0], scribe), expr.args[0]
    plain = inner.op in ("tensor", "labelled") and not isinstance(base.box, (Row, Fraction))
    return Piece(raised(base.box if plain else Fenced(base.box), row(*minus)), Level.SCRIPTED)


def _matpower(expr: Matrix, scribe: Scribe) -> Piece:
    """Aⁿ; parentheses around what is more than a name."""
    assert isinstance(expr.data, Slot)
    base, inner = matrix(expr.args[0], scribe), expr.args[0]
    plain = inner.op == "tensor" and not isinstance(base.box, (Row, Fraction))
    return Piece(raised(base.box if plain else Fenced(base.box), scribe.slot(expr.data)), Level.SCRIPTED)


def _of(write: Callable[[Matrix, list[Piece], Scribe], Piece]) -> Writer:
    """A writer that needs the pieces of the arguments alone."""
    return lambda expr, scribe: write(expr, [matrix(argument, scribe) for argument in expr.args], scribe)


def _worded(word: str) -> Writer:
    """word(A)."""
    return lambda expr, scribe: Piece(row(Symbol(word, "upright"), Fenced(matrix(expr.args[0], scribe).box)))


def _sum(expr: Matrix, scribe: Scribe) -> Piece:
    """𝟏ᵀ𝐯, 𝟏ᵀA𝟏."""
    inner = matrix(expr.args[0], scribe).inside(Level.PRODUCT, last=False)
    ones = Script(ONES, None, transposed(scribe))
    if expr.args[0].rows is None:
        return Piece(joined([inner, ONES], dot=False), Level.PRODUCT)
    both = [ones, inner, ONES] if expr.args[0].columns is not None else [ones, inner]
    return Piece(joined(both, dot=False), Level.PRODUCT)


def _norm(expr: Matrix, scribe: Scribe) -> Piece:
    return Piece(Script(Fenced(matrix(expr.args[0], scribe).box, "‖", "‖"), None, number.digits(2)), Level.SCRIPTED)


def _slice(expr: Matrix, scribe: Scribe) -> Piece:
    """𝐲_{1:N}, 𝐗_{n,:}."""
    assert isinstance(expr.data, tuple)
    axes = (expr.args[0].rows is not None, expr.args[0].columns is not None)
    kept = [_cut(part, scribe) for part, there in zip(expr.data, axes, strict=False) if there]
    base = matrix(expr.args[0], scribe)
    if isinstance(base.box, Script) and base.box.sub is None and base.level >= Level.SCRIPTED:
        return Piece(Script(base.box.base, listed(kept), base.box.sup), Level.SCRIPTED)
    return Piece(Script(base.inside(Level.ATOM, last=False), listed(kept)))


def _cut(part: Range | Slot | Index | None, scribe: Scribe) -> Math:
    if part is None:
        return COLON
    return scribe.range(part) if isinstance(part, Range) else scribe.slot(position(part))


def _over(expr: Matrix, scribe: Scribe) -> Piece:
    """Σ_t, a sign for each label; Σ_{t=2}^T where it does not run as usual."""
    assert isinstance(expr.data, tuple)
    letters = [part for part in expr.data if isinstance(part, Index)]
    inner = scribe.binding(letters)
    negative, piece = signed(expr.args[0], inner)
    body = Piece(added([(True, piece.inside(Level.ENTRYWISE))]), Level.SUM) if negative else piece
    signs = [Summation(inner.letter(x)) if inner.is_usual(x) else summation(x, inner) for x in letters]
    return Piece(joined([*signs, body.inside(Level.ENTRYWISE)]), Level.PRODUCT, True)


WRITERS: Mapping[str, Writer] = MappingProxyType({
    "tensor": vector_leaves.tensor, "labelled": vector_leaves.labelled, "condition": vector_leaves.condition,
    "mask": vector_leaves.mask, "over": _over, "mean": _worded("mean"), "entry": vector_leaves.entry,
    "size": vector_leaves.size, "ones": vector_leaves.ones, "one-hot": vector_leaves.one_hot,
    "identity": lambda expr, scribe: Piece(Symbol("I", "bold")),
    "transpose": _transpose, "inverse": _inverse, "matpower": _matpower,
    "diag": _worded("diag"), "diagonal": _worded("diagonal"), "trace": _worded("tr"),
    "sum": _sum, "norm2": _norm, "power": _power, "slice": _slice, "apply": _of(functions.apply),
    "whole": _of(functions.whole), "indicator": _of(functions.indicator), "add": _add,
    "matmul": _product, "hadamard": _hadamard,
    "cross": _of(functions.cross), "concatenate": _of(functions.concatenate),
})  # fmt: skip
"""How each operation of `notation.matrix` is written; `signed` does numbers, `scale` and `times`."""
