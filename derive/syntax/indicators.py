"""1 where a condition holds, as people write it: 𝟙[z > 0], I(z > 0), 1_{k=t} are all the bracket [z > 0], [k = t]."""

from __future__ import annotations

from dataclasses import replace

from derive.syntax.tree import Fenced, Name, Node, Number, Relation, Scripted

SIGNS = ("I", "1", "mathds1")


def bracket_below(node: Node) -> Node:
    """1_{k=t} as [k = t]; any other node as it is."""
    if not isinstance(node, (Name, Scripted)) or len(node.subs) != 1:
        return node
    held = node.subs[0].body if isinstance(node.subs[0], Fenced) else node.subs[0]
    if not isinstance(held, Relation) or not _is_sign(node.body if isinstance(node, Scripted) else node):
        return node
    bracket = Fenced("[", "]", held, tex="" if node.sups else node.tex, at=node.at)
    return Scripted(bracket, sups=node.sups, tex=node.tex, at=node.at) if node.sups else bracket


def bracket_after(sign: Node, then: Node, tex: str) -> Node | None:
    """𝟙[z > 0] as [z > 0]: a sign and the condition after it, whose scripts belong to both; None if they are none."""
    inner = then.body if isinstance(then, Scripted) else then
    scripts = isinstance(sign, Name) and (sign.subs or sign.sups)
    if scripts or not _is_sign(sign) or not isinstance(inner, Fenced) or not isinstance(inner.body, Relation):
        return None
    bracket = Fenced("[", "]", inner.body, tex=tex if then is inner else "", at=sign.at)
    return replace(then, body=bracket, tex=tex, at=sign.at) if isinstance(then, Scripted) else bracket


def _is_sign(node: Node) -> bool:
    if isinstance(node, Number):
        return node.text == "1"
    return isinstance(node, Name) and node.base in SIGNS and not (node.accents or node.primes)
