"""Other spellings of what a formula says, as the one that all else knows: x′ for xᵀ, δo for ō, ∂_h E for ∂E/∂h.

A node that is spelled anew keeps its LaTeX and its place; all that is unchanged stays the same node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.check.forms import Function, Quantity, is_bar
from derive.check.surgery import with_children
from derive.check.symbols import Symbols
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fenced, Fraction, Name, Node, Scripted, Times, children, edited

MARKS = ("partial", "d", "delta")
T = Name("T", spelled="T")


def spelled_out(symbols: Symbols, node: Node, left: bool = False) -> Node:
    """The tree in the usual spelling; left: whether it is a left side, where x′ may be a name that is defined.

    One that is nested too deep stays as it is: evaluating it says so.
    """
    try:
        return _spelled_out(symbols, node, left)
    except RecursionError:
        return node


def _spelled_out(symbols: Symbols, node: Node, left: bool = False) -> Node:
    if left and isinstance(node, Name) and not any(is_bar(a) for a in node.accents):
        return _signal(symbols, node) or node
    if isinstance(node, Fraction):
        node = _slope(symbols, node)
    before = children(node)
    scripts = (*node.subs, *node.sups) if isinstance(node, (Name, Scripted, Big)) else ()
    after = tuple(c if c in scripts else _child(symbols, node, n, c) for n, c in enumerate(before))
    if any(a is not b for a, b in zip(after, before, strict=True)):
        node = replace(with_children(node, after), tex=node.tex, at=node.at)
    return _anew(symbols, node)


def _child(symbols: Symbols, node: Node, n: int, child: Node) -> Node:
    if isinstance(node, Times) and isinstance(child, Name) and _may_call(symbols, node, n, child):
        return child
    return _spelled_out(symbols, child)


def _may_call(symbols: Symbols, node: Times, n: int, name: Name) -> bool:
    """h′(z) of a vector h: a slope or a product, who knows."""
    then = node.factors[n + 1] if n + 1 < len(node.factors) and node.joins[n] == "" else None
    called = isinstance(then, Fenced) and then.opening == "(" and isinstance(then.body, Name)
    found = _quantity(symbols, edited(name, primes=0)) if called and name.primes else None
    return found is not None and len(found.tensor.axes) - len(found.slots) == 1


def _anew(symbols: Symbols, node: Node) -> Node:
    match node:
        case Name():
            return _turned(symbols, node) or _signal(symbols, node) or node
        case Scripted(primes=1) if not node.accents:
            return replace(node, primes=0, sups=(*node.sups, T))
        case Times():
            return _joined(symbols, node)
        case _:
            return node


def _quantity(symbols: Symbols, name: Name) -> Quantity | None:
    return next((m for m in symbols.meanings(name) if isinstance(m, Quantity)), None)


def _turned(symbols: Symbols, name: Name) -> Name | None:
    """W′ as Wᵀ, where nothing is called W′."""
    if name.primes != 1 or symbols.meanings(name):
        return None
    bare = edited(name, primes=0)
    found = _quantity(symbols, bare)
    if found is None or found.is_entry or not found.tensor.axes:
        return None
    return replace(name, primes=0, sups=(*name.sups, T))


def _signal(symbols: Symbols, name: Name) -> Name | None:
    """δ^(h) as h̄."""
    if name.base != "delta" or name.subs or name.accents or name.primes or not name.sups or symbols.meanings(name):
        return None
    first, *rest = flat(name.sups)
    inner = first.body if isinstance(first, Fenced) else None
    found = _quantity(symbols, inner) if isinstance(inner, Name) and not inner.sups else None
    if found is None or not isinstance(inner, Name) or found.bar or found.tensor.among is not None:
        return None
    return _barred(inner, name.tex, name.at, (*inner.sups, *rest))


def _barred(name: Name, tex: str, at: int, sups: tuple[Node, ...]) -> Name:
    return replace(name, accents=(*name.accents, r"\bar"), sups=sups, tex=tex, at=at)


def _joined(symbols: Symbols, node: Times) -> Node:
    """δo and ∂_h E within a product."""
    factors, joins = list(node.factors), list(node.joins)
    n = 0
    while n < len(joins):
        made = _pair(symbols, node, factors[n], factors[n + 1]) if joins[n] == "" else None
        if made is not None:
            factors[n : n + 2] = [made]
            del joins[n]
        n += 1
    if len(factors) == len(node.factors):
        return node
    whole = edited(node, factors=tuple(factors), joins=tuple(joins))
    return replace(factors[0] if len(factors) == 1 else whole, tex=node.tex, at=node.at)


def _pair(symbols: Symbols, node: Times, mark: Node, of: Node) -> Node | None:
    if not isinstance(mark, Name) or not isinstance(of, Name) or mark.accents or mark.primes or mark.sups:
        return None
    tex = node.tex[mark.at - node.at : of.at + len(of.tex) - node.at] if node.tex and 0 <= mark.at < of.at else ""
    if mark.base == "partial" and len(mark.subs) == 1 and isinstance(mark.subs[0], Name):
        d = Name("partial", spelled=r"\partial")
        return Fraction(Times((d, of), ("",)), Times((d, mark.subs[0]), ("",)), tex=tex, at=mark.at)
    if mark.base == "delta" and not mark.subs and not symbols.meanings(mark):
        found = _quantity(symbols, of)
        if found is not None and not found.bar and not found.transposed and found.tensor.among is None:
            return _barred(of, tex, mark.at, of.sups)
    return None


def _slope(symbols: Symbols, node: Fraction) -> Fraction | Times:
    """δE/δy as ∂E/∂y, and dσ/dz as σ′(z)."""
    ends = [side for side in (node.top, node.bottom) if isinstance(side, Times) and len(side.factors) == 2]
    marks = [side.factors[0] for side in ends if not any(side.joins)]
    if len(marks) < 2 or not all(_is_mark(mark) for mark in marks):
        return node
    above, below = (side.factors[1] for side in ends)
    function = _function(symbols, above)
    if function is not None and isinstance(above, Name):
        slope = edited(above, primes=above.primes + 1)
        fence = below if isinstance(below, Fenced) else Fenced("(", ")", below)
        return Times((slope, fence), ("",), tex=node.tex, at=node.at)
    if not any(isinstance(mark, Name) and mark.base == "delta" for mark in marks):
        return node
    top, bottom = (_with_partial(side) for side in ends)
    return replace(node, top=top, bottom=bottom)


def _is_mark(node: Node) -> bool:
    return isinstance(node, Name) and node.base in MARKS and not (node.subs or node.sups or node.accents)


def _function(symbols: Symbols, node: Node) -> Function | None:
    """The function that a name is, and no quantity."""
    if not isinstance(node, Name) or node.subs or node.sups:
        return None
    met: Sequence[object] = symbols.meanings(node)
    return met[0] if met and isinstance(met[0], Function) else None


def _with_partial(side: Times) -> Times:
    return edited(side, factors=(Name("partial", spelled=r"\partial"), side.factors[1]))
