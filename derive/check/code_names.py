"""Derivatives as code names them: dfdx and df/dx are ∂f/∂x."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.check.forms import Quantity
from derive.check.surgery import with_children
from derive.check.symbols import Symbols
from derive.check.tree import Fraction, Name, Node, Times, children, edited

BOTH = re.compile(r"d(?P<top>\w+?)d(?P<below>\w+)")
ONE = re.compile(r"d(?P<name>\w+)")


def with_derivatives(symbols: Symbols, node: Node) -> Node:
    """The tree with ∂'s for the names that stand for them."""
    if isinstance(node, Name):
        return _of_name(symbols, node) or _signal(symbols, node) or _transposed(symbols, node) or node
    if isinstance(node, Times):
        node = _of_quotients(symbols, node)
    before = children(node)
    after = tuple(with_derivatives(symbols, child) for child in before)
    if all(a is b for a, b in zip(after, before, strict=True)):
        return node
    tex, at = node.tex, node.at
    made = with_children(node, after)
    return _placed(made, tex, at)


def _placed(node: Node, tex: str, at: int) -> Node:
    return replace(node, tex=tex, at=at)


def _of_name(symbols: Symbols, name: Name) -> Node | None:
    met = BOTH.fullmatch(name.base)
    if met is None or symbols.meanings(name):
        return None
    return _derivative(symbols, met["top"], met["below"], name.tex, name.at)


def _signal(symbols: Symbols, name: Name) -> Node | None:
    """dW1, the error signal of W1."""
    rest = _after_d(symbols, name)
    base, _, turned = rest.partition(".")
    if not rest or turned not in ("", "T") or not symbols.meanings(Name(base, spelled=base)):
        return None
    sups = (Name("T", spelled="T"),) if turned else ()
    return Name(base, spelled=base, accents=(r"\bar",), sups=sups, tex=name.tex, at=name.at)


def _transposed(symbols: Symbols, name: Name) -> Node | None:
    """W1.T"""
    base, _, turned = name.base.partition(".")
    if turned != "T" or not symbols.meanings(Name(base, spelled=base)):
        return None
    return Name(base, spelled=base, sups=(Name("T", spelled="T"),), tex=name.tex, at=name.at)


def _of_quotients(symbols: Symbols, node: Times) -> Node:
    factors, joins = list(node.factors), list(node.joins)
    n = 0
    while n < len(joins):
        top, below = _after_d(symbols, factors[n]), _after_d(symbols, factors[n + 1])
        if joins[n] == "/" and top and below:
            made = _derivative(symbols, top, below, "", factors[n].at)
            if made is not None:
                factors[n : n + 2] = [made]
                del joins[n]
                continue
        n += 1
    if len(factors) == len(node.factors):
        return node
    return (
        factors[0]
        if len(factors) == 1
        else _placed(edited(node, factors=tuple(factors), joins=tuple(joins)), node.tex, node.at)
    )


def _after_d(symbols: Symbols, node: Node) -> str:
    met = ONE.fullmatch(node.base) if isinstance(node, Name) and not symbols.meanings(node) else None
    return met["name"] if met else ""


def _derivative(symbols: Symbols, top: str, below: str, tex: str, at: int) -> Node | None:
    ends = (Name(top, spelled=top), Name(below, spelled=below))
    if not all(any(isinstance(m, Quantity) for m in symbols.meanings(end)) for end in ends):
        return None
    mark = Name("partial", spelled=r"\partial")
    above, under = (Times((mark, end), ("",)) for end in ends)
    return Fraction(above, under, tex=tex, at=at)


def without_specks(symbols: Symbols, name: Name) -> Node | None:
    """dfd_z read as dfdz."""
    bare = edited(name, base=name.base.replace("_", ""))
    return _of_name(symbols, bare) if bare.base != name.base else None
