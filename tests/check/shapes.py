"""Syntax trees without what they were written with, for comparing; and random ones."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

from derive.syntax.tree import (
    Big,
    Dots,
    Fenced,
    Fraction,
    Grid,
    List,
    Made,
    Name,
    Node,
    Number,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
)


def shape(value: Any) -> Any:
    """The structure: types and parts, without LaTeX and places."""
    if isinstance(value, Made):
        kept = [f.name for f in fields(value) if f.name not in ("tex", "at", "spelled")]
        return (type(value).__name__, *(shape(getattr(value, name)) for name in kept))
    return tuple(map(shape, value)) if isinstance(value, tuple) else value


def bare(node: Any) -> Any:
    """The node as if an edit had made all of it: written from its parts."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if not isinstance(node, Made) or isinstance(node, Dots):
        return node
    parts = {f.name: bare(getattr(node, f.name)) for f in fields(node) if f.name not in ("tex", "at")}
    return replace(node, tex="", at=-1, **parts)


def random_statement(random: Random) -> Relation:
    """A relation of random sides."""
    sides = tuple(_sum(random, 3) for _ in range(random.randint(2, 3)))
    signs = ("=", "<=", "!=", ":=", "<-", "+=", "approx", "in")
    return Relation(sides, tuple(random.choice(signs) for _ in sides[1:]))


def _sum(random: Random, depth: int) -> Node:
    terms = tuple(_product(random, depth) for _ in range(random.choice([1, 1, 2, 3])))
    signs = tuple(random.choice(("+", "-")) for _ in terms)
    return terms[0] if len(terms) == 1 and signs[0] == "+" else Sum(terms, signs)  # type: ignore[arg-type]


def _product(random: Random, depth: int) -> Node:
    if random.random() < 0.15 and depth:
        subs = (random.choice([Name("i"), Relation((Name("i"), Number("1")), ("=",))]),)
        return Big("sum", _product(random, depth - 1), subs, (Name("N"),) if random.random() < 0.5 else ())
    factors = tuple(_factor(random, depth) for _ in range(random.choice([1, 2, 2, 3])))
    joins = tuple(random.choice(("", "", "circ", "cdot", "odot", "/", "times", "*", "oslash")) for _ in factors[1:])
    return factors[0] if len(factors) == 1 else Times(factors, joins)  # type: ignore[arg-type]


def _factor(random: Random, depth: int) -> Node:
    if depth == 0 or random.random() < 0.5:
        return _name(random, depth)
    kind = random.randint(0, 6)
    inner = _sum(random, depth - 1)
    if kind == 0:
        return Fraction(inner, _sum(random, depth - 1))
    if kind == 1:
        return Root(inner)
    if kind == 2:
        opening, closing = random.choice(["()", "[]", ("|", "|"), ("||", "||"), ("{", "}")])
        return Fenced(opening, closing, inner)
    if kind == 3:
        return Scripted(Fenced("(", ")", inner), (), (), (Name("T"),))
    if kind == 4:
        return Grid("pmatrix", ((inner, Number("0")), (Number("1"), _name(random, 0))))
    if kind == 5:
        return Fenced("(", ")", List((inner, _name(random, 0))))
    return Scripted(Fraction(inner, Number("2")), ("\\overline",), (), ())


def _name(random: Random, depth: int) -> Node:
    base = random.choice(["x", "y", "W", "sigma", "partial", "softmax", "delta", "ell", "J", "1"])
    face = random.choice(["italic", "italic", "bold", "script"] if len(base) == 1 else ["italic"])
    if base == "softmax":
        face = "upright"
    if base == "1":
        face = "bold"
    accents = tuple(random.choice(["\\bar", "\\hat", "\\overline"]) for _ in range(random.choice([0, 0, 1, 2])))
    ij = Times((Name("i"), Name("j")), ("",))
    layer = Fenced("(", ")", Number("2"))
    sups: tuple[Node, ...] = random.choice([(), (), (layer,), (Times((layer, Name("T")), ("",)),), (Name("top"),)])
    subs: tuple[Node, ...] = random.choice([(), (), (Name("i"),), (ij,), (Name("i"), Name("j")), (Number("1"),)])
    return Name(base, face, "", accents, subs, sups, random.choice([0, 0, 0, 1, 2]))  # type: ignore[arg-type]
