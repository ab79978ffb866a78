"""Index form to boxes: Σ's, fractions, brackets, powers.

Term(1/2, (i,), ((y_i − s_i)²,)) -> ½ Σ_{i=1}^N (y_i − s_i)²
"""

from __future__ import annotations

from fractions import Fraction

from derive.document import JUXTAPOSED, Math, Operator, Row, Script, Summation, Symbol, is_tall, row
from derive.document import Fraction as Over
from derive.notation.expression import Bracket, Entry, Expr, Factor, Partial, Power, Term
from derive.notation.index import Index, Slot
from derive.notation.walk import letters_of
from derive.typeset import number
from derive.typeset.brackets import between, bracket
from derive.typeset.call import call, rooted
from derive.typeset.counts import count_named
from derive.typeset.expectation import mean, sampled
from derive.typeset.level import Level, Piece
from derive.typeset.scribe import Scribe, added, raised

CURLY = Symbol("∂")
ABOVE = 2
"""How many factors may stand above a line that has a Σ below it; more stand beside it, where they may be broken."""


def expression(expr: Expr, scribe: Scribe) -> Piece:
    """A sum of terms."""
    if not expr.terms:
        return Piece(number.digits(0))
    pieces = [(t.coefficient < 0, term(t, scribe)) for t in expr.terms]
    if len(pieces) == 1 and not pieces[0][0]:
        return pieces[0][1]
    last = len(pieces) - 1
    boxes = [(negative, piece.inside(Level.ENTRYWISE)) for negative, piece in pieces]
    return Piece(added(boxes), Level.SUM, pieces[last][1].open)


def term(term: Term, scribe: Scribe) -> Piece:
    """A term without its sign: number, what does not depend on the sums, Σ's, the rest."""
    inner = scribe.binding(term.bound)
    if not term.bound:
        return product(term.coefficient, list(term.factors), inner)
    if (found := sampled(term, scribe)) is not None:
        own = scribe.binding(found[0])
        return Piece(mean(found[0], expression(Expr((found[1],)), own).box, own), Level.PRODUCT)
    before, after = _hoisted(term)
    front = _front(term.coefficient, before, inner)
    signs = tuple(summation(letter, inner) for letter in term.bound)
    body = product(1, after, inner).inside(Level.ENTRYWISE)
    return Piece(joined([*front, row(*_spaced([*signs, body]))]), Level.PRODUCT, True)


def _hoisted(term: Term) -> tuple[list[Factor], list[Factor]]:
    """(before, after) the Σ's: numbers and what leads without depending on a bound letter go before.

    A bar stays behind the Σ, where the chain rule puts it: Σ_i f̄ ∂f/∂x_i g_i′(w).
    """
    before: list[Factor] = []
    after: list[Factor] = []
    for factor in term.factors:
        bar = isinstance(factor, Entry) and factor.tensor.is_bar
        free = not bar and not any(letter in term.bound for letter in letters_of(factor))
        (before if free and (not after or _is_number(factor)) else after).append(factor)
    return (before, after) if after else ([], before)


def _is_number(factor: Factor) -> bool:
    """A size or a declared constant, or one over it."""
    base = factor.base.factor if isinstance(factor, Power) else factor
    if isinstance(base, Entry):
        return base.tensor.role == "constant" and not base.slots
    return isinstance(base, Slot) and not any(isinstance(atom, Index) for atom in base.atoms())


def _front(coefficient: int | Fraction, before: list[Factor], scribe: Scribe) -> list[Math]:
    if not before and abs(coefficient) == 1:
        return []
    return [product(coefficient, before, scribe).inside(Level.PRODUCT, last=False)]


def summation(letter: Index, scribe: Scribe) -> Math:
    """The sign Σ over a letter."""
    lower = row(scribe.letter(letter), Operator("=", "relation"), scribe.slot(letter.range.lo))
    return Summation(lower, scribe.slot(letter.range.hi))


def product(coefficient: int | Fraction, factors: list[Factor], scribe: Scribe) -> Piece:
    """|coefficient| · Π factors, those with a negative exponent below a fraction's line, many conditions beside it."""
    above = [f for f in factors if not _is_below(f)]
    below = [_inverted(f) for f in factors if isinstance(f, Power) and _is_below(f)]
    top, bottom = number.parts(coefficient)
    if not below:
        return _plain_product(coefficient, above, scribe)
    pieces = _pieces(above, scribe)
    conditions: list[Factor] = [f for f in above if isinstance(f, Bracket)]
    if len(pieces) > ABOVE and 0 < len(conditions) < len(above):
        counted = product(coefficient, [f for f in factors if not isinstance(f, Bracket)], scribe)
        return Piece(_multiplied([counted, *_pieces(conditions, scribe)]), Level.PRODUCT)
    bottoms = [*((Piece(bottom),) if bottom else ()), *(factor_piece(f, scribe) for f in below)]
    tops = [Piece(top)] if top else []
    if _fits_above(above, pieces) and (len(pieces) <= ABOVE or not any(is_tall(p.box) for p in bottoms)):
        return Piece(Over(_stack([*tops, *pieces]), _stack(bottoms)))
    front = Piece(Over(_stack(tops), _stack(bottoms)))
    return Piece(_multiplied([front, *pieces]), Level.PRODUCT, pieces[-1].open)


def _plain_product(coefficient: int | Fraction, factors: list[Factor], scribe: Scribe) -> Piece:
    pieces = _pieces(factors, scribe)
    if abs(coefficient) != 1 or not pieces:
        pieces.insert(0, Piece(number.number_box(coefficient)))
    if len(pieces) == 1:
        return pieces[0]
    return Piece(_multiplied(pieces), Level.PRODUCT, pieces[-1].open)


def _pieces(factors: list[Factor], scribe: Scribe) -> list[Piece]:
    """A piece for each factor; two conditions on one position become one."""
    pieces: list[Piece] = []
    left = list(factors)
    while left:
        both = between(left[:2], scribe)
        pieces.append(Piece(both) if both is not None else factor_piece(left[0], scribe))
        left = left[1 if both is None else 2 :]
    return pieces


def _is_below(factor: Factor) -> bool:
    return isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent < 0


def _inverted(factor: Power) -> Factor:
    assert not isinstance(factor.exponent, Expr)
    inner = factor.base.factor
    return inner if factor.exponent == -1 and inner is not None else Power(factor.base, -factor.exponent)


def _fits_above(factors: list[Factor], pieces: list[Piece]) -> bool:
    """Whether factors are small enough to stand above a line: no Σ and no fraction in them, no ∂/∂ beside it."""
    return not any(isinstance(f, Partial) for f in factors) and not any(is_tall(p.box) for p in pieces)


def _stack(pieces: list[Piece]) -> Math:
    """Above or below a line: a lone parenthesis gives up its brackets."""
    if not pieces:
        return number.digits(1)
    return pieces[0].box if len(pieces) == 1 else _multiplied(pieces)


def _multiplied(pieces: list[Piece]) -> Math:
    last = len(pieces) - 1
    return joined([p.inside(Level.PRODUCT, n == last) for n, p in enumerate(pieces)])


def joined(boxes: list[Math], dot: bool = True) -> Math:
    """Factors side by side; a dot before a digit that would join the number before it."""
    return row(*_spaced(boxes, dot))


def _spaced(boxes: list[Math], dot: bool = True) -> list[Math]:
    out: list[Math] = []
    for box in boxes:
        if out:
            out.append(Operator("·", "product") if dot and starts_with_digit(box) else JUXTAPOSED)
        out.append(box)
    return out


def starts_with_digit(box: Math) -> bool:
    while isinstance(box, (Row, Script)):
        box = box.items[0] if isinstance(box, Row) else box.base
    return isinstance(box, Symbol) and box.text[:1].isdigit() and box.face != "bold"


def factor_piece(factor: Factor, scribe: Scribe) -> Piece:
    """One factor."""
    if isinstance(factor, Entry):
        return leaf(scribe.entry(factor))
    if isinstance(factor, Slot):
        box = scribe.slot(factor)
        sums = isinstance(box, Row) and any(isinstance(item, Operator) for item in box.items)
        return Piece(box, Level.SUM if sums else Level.PRODUCT if isinstance(box, Row) else Level.ATOM)
    if isinstance(factor, Power):
        return _power(factor, scribe)
    if isinstance(factor, Bracket):
        return Piece(_bracket(factor, scribe))
    if isinstance(factor, Partial):
        return Piece(Over(row(CURLY, scribe.entry(factor.of)), row(CURLY, scribe.entry(factor.wrt))))
    return call(factor, scribe, expression)


def leaf(box: Math) -> Piece:
    """A name; one that carries a superscript (a layer, a prime) needs parentheses for another.

    ∂E/∂x and ∇E are products in look: they are fenced where something is written on them."""
    if isinstance(box, Row):
        return Piece(box, Level.PRODUCT)
    scripted = isinstance(box, Script) and box.sup is not None
    return Piece(box, Level.SCRIPTED if scripted or isinstance(box, Over) else Level.ATOM)


def _power(factor: Power, scribe: Scribe) -> Piece:
    name = count_named(factor.base, scribe)
    base = expression(factor.base, scribe) if name is None else Piece(name)
    if isinstance(factor.exponent, Expr):
        return Piece(_raised(base, expression(factor.exponent, scribe).box), Level.SCRIPTED)
    return powered(base, factor.exponent)


def powered(base: Piece, exponent: int | Fraction) -> Piece:
    """A piece to a number."""
    if exponent == 1:
        return base
    if exponent < 0:
        return Piece(Over(number.digits(1), powered(base, -exponent).box))
    if exponent == Fraction(1, 2):
        return Piece(rooted(base.box))
    return Piece(_raised(base, number.exponent_box(exponent)), Level.SCRIPTED)


def _raised(base: Piece, sup: Math) -> Math:
    return raised(base.inside(Level.ATOM, last=False), sup)


def _bracket(factor: Bracket, scribe: Scribe) -> Math:
    """δ_ij between two plain letters, else [k = t], [z > 0]."""
    left, right = factor.left, factor.right
    if isinstance(left, Slot) and isinstance(right, Slot) and factor.relation == "=" and left.letter and right.letter:
        return Script(Symbol("δ"), row(scribe.slot(left), scribe.slot(right)))
    return bracket(factor, scribe, expression)
