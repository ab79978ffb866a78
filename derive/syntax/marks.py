"""What stands in scripts, atom by atom: the i and j of W_{ij}, the text of a mark such as the q of W_q."""

from __future__ import annotations

from derive.syntax.tree import Dots, Fenced, List, Name, Node, Number, Relation, Times

RUN_TOGETHER = ("ln", "tr", "lg")
"""Words that are two letters where they stand below: a_{ln}."""


def flat(nodes: tuple[Node, ...]) -> list[Node]:
    """The atoms of a script: `ij` is two, `t-1` one, `1,j` and `j|i` two, `(2)T` two."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Times) and not any(node.joins):
            found.extend(flat(node.factors))
        elif isinstance(node, List):
            found.extend(flat(node.items))
        elif isinstance(node, Relation) and node.relations == ("|",):
            found.extend(flat(node.sides))
        elif isinstance(node, Relation) and node.relations == (":",):
            found.extend(n for n in _sliced(node))
        elif isinstance(node, Name) and node.base in RUN_TOGETHER and not (node.subs or node.sups or node.primes):
            found.extend(Name(letter, spelled=letter, tex=letter, at=node.at) for letter in node.base)
        else:
            found.append(node)
    return found


def _sliced(node: Relation) -> list[Node]:
    """i: is i and a colon; 2:N is a part of an axis."""
    if not any(isinstance(side, Dots) for side in node.sides):
        return [node]
    sides = [flat((side,)) for side in node.sides if not isinstance(side, Dots)]
    colon = Name(":", spelled=":", tex=":", at=node.at)
    return [*sides[0], colon, *(n for side in sides[1:] for n in side)]


def text_of(node: Node) -> str:
    """A mark's text: the digits of a number, the letters of a name, what a parenthesis around these holds."""
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Name) and not node.subs and not node.sups:
        return node.base + "′" * node.primes
    if isinstance(node, Fenced):
        return text_of(node.body)
    if isinstance(node, Times) and not any(node.joins):
        parts = [text_of(f) for f in node.factors]
        return "".join(parts) if all(parts) else ""
    return ""
