"""Derivatives as code names them: dfdx and df/dx are ∂f/∂x."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.check.forms import Quantity
from derive.check.surgery import with_children
from derive.check.symbols import Symbols
from derive.check.write import write
from derive.syntax.cursor import beside
from derive.syntax.tree import Dots, Fraction, Name, Node, Times, Words, children, edited

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
    sups = (*name.sups, *((Name("T", spelled="T"),) if turned else ()))
    return Name(base, spelled=base, accents=(r"\bar",), subs=name.subs, sups=sups, tex=name.tex, at=name.at)


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


def as_printed(symbols: Symbols, node: Node) -> Node:
    """A line of code with the problem's own names, as mathematics: W1.T @ dz is W^{(1)T} \\bar z."""
    if isinstance(node, Name):
        return _printed(symbols, node)
    new = tuple(as_printed(symbols, child) for child in children(node))
    made = with_children(node, new) if new else node
    if isinstance(made, Times) and "@" in made.joins:
        made = edited(made, joins=tuple("" if join == "@" else join for join in made.joins))
    return made


def _printed(symbols: Symbols, name: Name) -> Node:
    met = next(iter(symbols.meanings(name)), None)
    if met is None or not isinstance(met, Quantity):
        return _anew(name) if met is None else edited(name, spelled="")
    own = any(form.own and form.base == name.base for form in symbols.forms.get(name.base.lower(), ()))
    if own or met.tensor not in symbols.derivation.network.tensors.values():
        return _anew(name)
    shown = symbols.printed(met.tensor)
    if shown is None or name.subs:
        return name
    sups = (*shown.sups, *(written_anew(sup) for sup in name.sups))
    one = sups if len(sups) < 2 else (Times(sups, beside(sups)),)
    made = edited(shown, accents=(*shown.accents, *name.accents), sups=one)
    again = symbols.meanings(made)
    same = again and isinstance(again[0], Quantity) and again[0].tensor == met.tensor
    return replace(made, at=name.at) if same else _anew(name)


def written_anew(node: Node) -> Node:
    """A line that was typed without LaTeX, as LaTeX: sigma'(z) is \\sigma'(z)."""
    if isinstance(node, (Dots, Words)):
        return node
    new = tuple(written_anew(child) for child in children(node))
    made = with_children(node, new) if new else node
    return _anew(made) if isinstance(made, Name) else edited(made)


def _anew(name: Name) -> Name:
    """A name with its LaTeX written from its parts; one with signs in it as it was typed."""
    return replace(name, tex=write(edited(name))) if name.base.isalnum() else name
