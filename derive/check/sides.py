"""What a side of a claim is: numbers alone, a number that a training case gives, f(x) for a quantity f."""

from __future__ import annotations

from dataclasses import replace

from derive.check.forms import Quantity
from derive.check.symbols import Symbols
from derive.syntax.extract import Formula
from derive.syntax.tree import Fenced, Fraction, List, Name, Node, Number, Root, Sum, Times, children, edited

ARITHMETIC = (Number, Sum, Times, Fraction, Fenced, Root)


def says_a_number(node: Node) -> bool:
    """Whether a side is, or has, a number that the training case gives: 0, ReLU′(−1)."""
    if isinstance(node, Number):
        return node.text == "0"
    if isinstance(node, Fenced) and isinstance(node.body, Sum):
        return is_arithmetic(node.body)
    return any(says_a_number(child) for child in children(node))


def is_zero(node: Node) -> bool:
    """0, of whatever shape."""
    return (isinstance(node, Number) and node.text == "0") or (
        isinstance(node, Name) and node.base == "0" and not (node.subs or node.sups)
    )


def is_differential(node: Node) -> bool:
    """Whether there is a d of a differential in a formula."""
    waiting: list[Node] = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(children(one))
        if isinstance(one, Times) and any(
            isinstance(f, Name) and f.base == "d" and not f.subs for f in one.factors[:-1]
        ):
            return True
    return False


def named(symbols: Symbols, left: Node) -> Node:
    """f(x, y, z) as f, where the problem knows all of these."""
    if isinstance(left, Times) and len(left.factors) == 2 and isinstance(left.factors[1], Fenced):
        head, body = left.factors[0], left.factors[1].body
        items = body.items if isinstance(body, List) else ()
        if isinstance(head, Name) and items and all(_known(symbols, one) for one in (head, *items)):
            return head
    return left


def without_number(symbols: Symbols, left: Node) -> Node:
    """(3) x̄ as x̄, which is the third line; and (a) x̄, where nothing is called a."""
    if not isinstance(left, Times) or not isinstance(left.factors[0], Fenced) or left.joins[0] != "":
        return left
    inner, rest = left.factors[0].body, left.factors[1:]
    whole = isinstance(inner, Number) and inner.text.isdigit()
    plain = isinstance(inner, Name) and not children(inner) and not inner.accents and len(inner.base) == 1
    free = plain and isinstance(inner, Name) and not symbols.meanings(inner) and symbols.size(inner) is None
    if left.factors[0].opening != "(" or not (whole or free):
        return left
    kept = rest[0] if len(rest) == 1 else edited(left, factors=rest, joins=left.joins[1:])
    return replace(kept, tex=left.tex[rest[0].at - left.at :], at=rest[0].at) if left.tex and rest[0].at >= 0 else kept


def _known(symbols: Symbols, node: Node) -> bool:
    return isinstance(node, Name) and any(isinstance(m, Quantity) for m in symbols.meanings(node))


def is_arithmetic(node: Node) -> bool:
    """Whether there are numbers in a formula, and no names."""
    waiting: list[Node] = [node]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, ARITHMETIC):
            return False
        waiting.extend(children(one))
    return True


def place_in(formula: Formula, at: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of a formula."""
    before = formula.source[:at]
    lines = before.count("\n")
    return formula.line + lines, (at - before.rfind("\n") if lines else formula.column + at)
