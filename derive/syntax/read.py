"""LaTeX, or Unicode as a terminal prints it, into the syntax tree: the statements of one formula.

    read(r"\\bar h_j = r_j + \\sum_i \\bar y_i w_{ij}^{(2)}, \\quad \\text{where } y = Wh")     two relations

What is read is what is printed: faces and accents are kept, spaces, labels, tags and colours are not. A parenthesis is
always a Fenced, a call is a product, a\\,\\partial J/\\partial x is a flat product with a "/" in it; what names mean is
settled later. What cannot be read is refused, with its place; nothing is skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from derive.syntax.code import scan_code
from derive.syntax.commands import CONDITIONS, JOINING
from derive.syntax.cursor import Chunk
from derive.syntax.expression import Reader
from derive.syntax.scan import scan
from derive.syntax.trailing import may_stand, only_values, said_sign, statements_of
from derive.syntax.tree import Dots, Fenced, List, Name, Node, Relation, Times, Words
from derive.syntax.unreadable import Unreadable, limits

__all__ = ["Mode", "Statement", "Unreadable", "read", "statements"]

Mode: TypeAlias = Literal["latex", "plain", "code"]
"""LaTeX; Unicode as a terminal prints it, where w_ij has two indices; a line of NumPy."""

POWERS = re.compile(r"(\^\s*\{\s*)(\\circ|\\odot)(?=\s*-?\s*[\w\\])(?!\s*\})")
"""The sign in r^{\\circ 3}, a power entry by entry."""
FENCED = re.compile(r"[^\W\d_]+|[.\w]+")
ORDERS = frozenset(["<", "<=", ">", ">=", "!=", "in", "notin", "subset", "ni"])


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed, and what stands beside it: words and the conditions under which it holds, in reading order."""

    node: Node
    conditions: tuple[Node, ...] = ()


def read(tex: str, words: frozenset[str] = frozenset(), mode: Mode | None = None) -> tuple[Node, ...]:
    """The statements of a formula, without their conditions; words: names of several letters, besides ReLU, exp …"""
    return tuple(statement.node for statement in statements(tex, words, mode))


def statements(
    tex: str, words: frozenset[str] = frozenset(), mode: Mode | None = None, entrywise: bool = False
) -> tuple[Statement, ...]:
    """The statements of a formula with their conditions; raises Unreadable.  entrywise: r^{\\circ 3} is no r³."""
    limits(tex)
    if not entrywise:
        tex = POWERS.sub(lambda met: met[1] + " " * len(met[2]), tex)
    plain = mode == "plain" or (mode is None and "\\" not in tex and not tex.isascii())
    tokens = scan_code(tex) if mode == "code" else scan(tex, words, plain)
    reader = Reader(tex, tokens, plain)
    chunks = reader.chunks(top=True)
    left = reader.tokens[reader.i]
    if left.kind != "finish":
        raise Unreadable(f"this `{tex[left.at : left.end]}` closes nothing", left.at, "remove it, or open it before")
    if not chunks:
        raise Unreadable("there is no formula here", 0, "write one")
    return _Fold(tex).all(_lists(tex, chunks))


def _lists(tex: str, chunks: list[Chunk]) -> list[Chunk]:
    """Values between commas that say nothing alone are a list on one side of a relation: i, j = 1, …, N."""
    groups: list[list[Chunk]] = []
    for chunk in chunks:
        if groups and chunk.before == {"comma"} and _continues(groups, chunk):
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    return [_listed(tex, group) for group in groups]


def _continues(groups: list[list[Chunk]], chunk: Chunk) -> bool:
    """Whether a piece after a comma goes on with the one before it: no relation follows one, but for x, y = 1."""
    if isinstance(chunk.node, Words) or isinstance(groups[-1][-1].node, Words):
        return False
    first = len(groups) == 1 and not any(isinstance(one.node, Relation) for one in groups[0][-1:])
    return not isinstance(chunk.node, Relation) or (first and not isinstance(groups[0][0].node, Relation))


def _listed(tex: str, group: list[Chunk]) -> Chunk:
    if len(group) == 1:
        return group[0]
    start, end = group[0].start, group[-1].end
    n = next((n for n, chunk in enumerate(group) if isinstance(chunk.node, Relation)), -1)
    if n < 0:
        listed = List(tuple(chunk.node for chunk in group), tex=tex[start:end], at=start)
        return Chunk(group[0].before, listed, start, end)
    relation = group[n].node
    assert isinstance(relation, Relation)
    sides = list(relation.sides)
    if n:
        first = sides[0]
        stop = first.at + len(first.tex)
        sides[0] = List((*(c.node for c in group[:n]), first), tex=tex[start:stop], at=start)
    if n + 1 < len(group):
        last = sides[-1]
        items = (last, *(chunk.node for chunk in group[n + 1 :]))
        sides[-1] = List(items, tex=tex[last.at : end], at=last.at)
    node = replace(relation, sides=tuple(sides), tex=tex[start:end], at=start)
    return Chunk(group[0].before, node, start, end)


class _Fold:
    """Statements and the conditions that belong to each."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.nodes: list[Node] = []
        self.beside: list[list[Node]] = [[]]
        self.condition = False
        self.said: Words | None = None
        """The words right before what comes next."""

    def all(self, chunks: list[Chunk]) -> tuple[Statement, ...]:
        for chunk in chunks:
            if isinstance(chunk.node, Words):
                self._words(chunk.node)
                self.said = chunk.node
            else:
                self._node(chunk)
                self.said = None
        only_values(self.nodes)
        if not self.nodes:
            if not self.beside[0]:
                raise Unreadable("there are only words here", 0, "write the formula")
            first, *rest = self.beside[0]
            return (Statement(first, tuple(rest)),)
        return tuple(Statement(n, tuple(b)) for n, b in zip(self.nodes, self.beside[1:], strict=True))

    def _words(self, words: Words) -> None:
        if self.nodes:
            said_sign(words)
        first = next(iter(FENCED.findall(words.text.lower().replace("o.w.", "o.w"))), "")
        if first in CONDITIONS:
            self.condition = True
        elif first in JOINING and not (first == "and" and self.condition):
            self.condition = False
            return
        self.beside[-1].append(words)

    def _node(self, chunk: Chunk) -> None:
        chunk = _said_beside(chunk) if self.nodes else chunk
        node = chunk.node
        if self.nodes and "then" not in chunk.before and self._beside(chunk):
            may_stand(chunk, self.said, self.condition)
            self.beside[-1].append(node)
            return
        self.condition = False
        for one in statements_of(node):
            self.nodes.append(one)
            self.beside.append(self.beside.pop(0) if len(self.nodes) == 1 else [])
            if len(self.nodes) == 1:
                self.beside.insert(0, [])

    def _beside(self, chunk: Chunk) -> bool:
        """Whether a piece belongs to the statement before it."""
        node = chunk.node
        if not isinstance(node, Relation):
            return True
        if self.condition and not chunk.before:
            return True
        return node.relations[0] in ORDERS or (node.relations[0] == "=" and _ranges(node))


def _said_beside(chunk: Chunk) -> Chunk:
    """A = A^T of \\quad (A = A^T)."""
    node = chunk.node
    inner = node.body if isinstance(node, Fenced) and node.opening == "(" and "quad" in chunk.before else None
    return chunk._replace(node=inner) if isinstance(inner, Relation) else chunk


def _ranges(node: Relation) -> bool:
    """t = 1, …, T and t = 1..T."""
    left, right = node.sides[0], node.sides[-1]
    if isinstance(right, List):
        return any(isinstance(item, Dots) for item in right.items)
    bare = isinstance(left, Name) and not (left.subs or left.sups or left.accents or left.primes)
    return bare and isinstance(right, Times) and any(isinstance(f, Dots) and f.tex == ".." for f in right.factors)
