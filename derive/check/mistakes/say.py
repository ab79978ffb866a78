"""Parts of a formula in a line of plain text, for hints: W⁽²⁾, ȳ_k, σ′(z)."""

from __future__ import annotations

import unicodedata

from derive.check.forms import is_bar
from derive.check.mistakes.scene import Scene
from derive.check.show_math import RELATIONS
from derive.render.plain import ABOVE, UNSURE
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fenced, Fraction, List, Name, Node, Number, Relation, Root, Scripted, Sum, Times
from derive.typeset.reader import GREEK

MARKS = {r"\bar": "\u0304", r"\hat": "\u0302", r"\widehat": "\u0302", r"\tilde": "\u0303", r"\widetilde": "\u0303"}
SIGNS = {"": " ", "cdot": " · ", "circ": " ∘ ", "odot": " ⊙ ", "times": " × ", "/": "/", "@": " @ ", "*": " * "}
WORDS = {"partial": "∂", "nabla": "∇", "top": "T", "ell": "ℓ", "intercal": "T"}
BIG = {"sum": "Σ", "prod": "Π"}
LONGEST = 60


def say(node: Node) -> str:
    """A part of a formula as text; of a long one, its beginning."""
    text = unicodedata.normalize("NFC", _said(node))
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def say_whole(scene: Scene, name: Name) -> str:
    """A name without its positions, as one calls the quantity: W⁽²⁾ for w_ij⁽²⁾."""
    meaning = scene.quantity(name)
    if meaning is None:
        return say(name)
    own = scene.printed(meaning.tensor)
    if own is None:
        return say(name)
    bars = tuple(a for a in name.accents if is_bar(a))
    return unicodedata.normalize("NFC", _accented(own.base, (*own.accents, *bars)) + _scripts(own))


def _said(node: Node) -> str:
    match node:
        case Number():
            return node.text
        case Name():
            return _accented(node.base, node.accents) + _scripts(node)
        case Scripted():
            return _accented(_said(node.body), node.accents) + _scripts(node)
        case Sum():
            return _sum(node)
        case Times():
            return _times(node)
        case Big():
            return f"{BIG.get(node.op, node.op)}{_below(_letters(node))} {_said(node.body)}"
        case Fraction():
            return f"{_held(node.top)}/{_held(node.bottom)}"
        case Root():
            return f"√({_said(node.body)})"
        case Fenced():
            bars = {"||": "‖"}
            return bars.get(node.opening, node.opening) + _said(node.body) + bars.get(node.closing, node.closing)
        case List():
            return ", ".join(map(_said, node.items))
        case Relation():
            return "".join(
                _said(side) + (f" {RELATIONS.get(r, r)} " if r else "")
                for side, r in zip(node.sides, (*node.relations, ""), strict=True)
            )
        case _:
            return node.tex


def _letters(node: Big) -> tuple[Node, ...]:
    """What a Σ is over, without its range."""
    return tuple(
        item.sides[0] if isinstance(item, Relation) and item.relations[0] == "=" else item for item in node.subs
    )


def _sum(node: Sum) -> str:
    parts = [f" {'+' if s == '+' else '−'} {_said(t)}" for s, t in zip(node.signs, node.terms, strict=True)]
    text = "".join(parts)
    return text[3:] if text.startswith(" +") else "−" + text[3:]


def _times(node: Times) -> str:
    out = _said(node.factors[0])
    for join, factor in zip(node.joins, node.factors[1:], strict=True):
        text = f"({_said(factor)})" if isinstance(factor, Sum) else _said(factor)
        tight = not join and (text.startswith(("(", "[")) or out.endswith(("∂", "∇", " d")))
        out += ("" if tight else SIGNS.get(join, f" {join} ")) + text
    return out


def _held(node: Node) -> str:
    text = _said(node)
    marked = isinstance(node, Times) and isinstance(node.factors[0], Name) and node.factors[0].base in ("partial", "d")
    return f"({text})" if isinstance(node, (Sum, Times)) and not marked else text


def _accented(base: str, accents: tuple[str, ...]) -> str:
    text = WORDS.get(base) or GREEK.get(base, base)
    marks = "".join("\u0304" if is_bar(a) else MARKS.get(a, "") for a in accents)
    return text[:1] + marks + text[1:] if len(text) == 1 else (f"bar({text})" if marks else text)


def _scripts(node: Name | Scripted) -> str:
    sups = [(sup, _raised(_said(sup))) for sup in flat(node.sups)]
    above = "".join(said for _, said in sups)
    ups = "".join(said for sup, said in sups if isinstance(sup, Fenced))
    rest = above[len(ups) :] if above.startswith(ups) else above
    return "′" * node.primes + (ups if above.startswith(ups) else "") + _below(node.subs) + rest


def _raised(text: str) -> str:
    plain = text.replace(" ", "")
    if all(c in ABOVE and (c not in UNSURE or plain.startswith("(")) for c in plain):
        return "".join(ABOVE[c] for c in plain)
    return f"^{plain}" if len(plain) == 1 else f"^({plain})"


def _below(subs: tuple[Node, ...]) -> str:
    if not subs:
        return ""
    parts = [_said(atom).replace(" ", "") for atom in flat(subs)]
    text = "".join(parts) if all(len(p) == 1 for p in parts) else ",".join(parts)
    return f"_{text}" if text.isalnum() else f"_({text})"
