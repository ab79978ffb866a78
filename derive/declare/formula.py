"""Equations as text: statements, one a line, and the tree of each.

A text is cut into tokens (`scan`), tokens into statements (`statements`): a line that ends inside brackets goes on, and
every limit is checked there, before anything is parsed. The grammar is in formula.lark. Statements that differ only in
their names and numbers have one tree, which is parsed once: a node says which tokens it spans, not what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from derive.declare.marks import Passage
from derive.declare.slips import syntax
from derive.declare.tokens import Token, at_token, grammar, limits, scan, split
from derive.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a statement: what it is, its parts, and the tokens it spans, from `first` to before `last`."""

    kind: str
    parts: tuple[Node, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One equation as it was written: `root` has the parts target and right side."""

    passage: Passage
    tokens: tuple[Token, ...]
    root: Node

    def text(self, node: Node) -> str:
        """What the user wrote there."""
        return self.passage.text[self.tokens[node.first][1] : self.tokens[node.last - 1][2]]

    def word(self, node: Node) -> str:
        """The first token of a node: its name, number or operator."""
        _, begin, end = self.tokens[node.first]
        return self.passage.text[begin:end]

    def place(self, node: Node) -> Place:
        return self.passage.place(self.tokens[node.first][1])

    def excerpt(self, node: Node) -> str:
        begin = self.tokens[node.first][1]
        return self.passage.excerpt(begin, self.tokens[node.last - 1][2] - begin)


def statements(passage: Passage, axes: Mapping[str, int]) -> tuple[list[Statement], dict[str, Problem]]:
    """The statements of a text, and what is wrong with the others, by the names that they begin with.

    axes: how many axes each declared quantity has, for messages.
    """
    good: list[Statement] = []
    problems: dict[str, Problem] = {}
    for tokens in split(list(scan(passage.text))):
        problem = limits(passage, tokens)
        if problem is None:
            root, problem = _tree(passage, tokens, "statement", axes)
            if root is not None:
                good.append(Statement(passage, tuple(tokens), root))
        if problem is not None:
            _, begin, end = tokens[0]
            problems[f"{passage.text[begin:end]}"] = problem
    return good, problems


def expression(passage: Passage) -> tuple[Statement | None, Problem | None]:
    """A text that is one expression, such as an axis `N + 1`; the statement's root is the expression."""
    tokens = [token for token in scan(passage.text) if token[0] != "newline"]
    if not tokens:
        return None, Problem(passage.place(0), "this is empty", "write a size")
    return parsed(passage, tokens, "axis")


def parsed(passage: Passage, tokens: list[Token], start: str) -> tuple[Statement | None, Problem | None]:
    """Some tokens of a passage as what the grammar calls `start`, or what is wrong with them."""
    problem = limits(passage, tokens)
    if problem is None:
        root, problem = _tree(passage, tokens, start, {})
        if root is not None:
            return Statement(passage, tuple(tokens), root), None
    return None, problem


def _tree(
    passage: Passage, tokens: list[Token], start: str, axes: Mapping[str, int]
) -> tuple[Node | None, Problem | None]:
    """The tree of a statement; a statement of the same form has the same one."""
    tree = _parsed((start, *(kind for kind, _, _ in tokens)))
    return (None, _unexpected(passage, tokens, tree, axes)) if isinstance(tree, int) else (tree, None)


@lru_cache(maxsize=4096)
def _parsed(form: tuple[str, ...]) -> Node | int:
    """The tree of a form, or the number of the token that cannot stand where it does (one past the last: the end)."""
    from lark import Token as Word
    from lark import UnexpectedToken

    parser = grammar().parse_interactive(start=form[0])
    at = 0
    try:
        for at, kind in enumerate(form[1:]):
            parser.feed_token(Word(kind, kind, start_pos=at, end_pos=at + 1))
        at = len(form) - 1
        return _node(parser.feed_eof())
    except UnexpectedToken:
        return at


def _node(tree: Any) -> Node:
    """Our node of a lark tree or token."""
    if not hasattr(tree, "data"):
        return Node(str(tree.type), (), tree.start_pos, tree.end_pos)
    return Node(str(tree.data), tuple(_node(child) for child in tree.children), tree.meta.start_pos, tree.meta.end_pos)


def _unexpected(passage: Passage, tokens: list[Token], at: int, axes: Mapping[str, int]) -> Problem:
    """A syntax error at a token, with the commonest slips by name."""
    if at >= len(tokens):
        _, start, stop = tokens[-1]
        mend = (
            "write `name = formula`"
            if all(k != "EQUAL" for k, _, _ in tokens)
            else "write what comes next; a formula on several lines stands in ( )"
        )
        return at_token(passage, stop - 1, stop, "the formula ends too early", mend)
    habit = syntax([(k, passage.text[a:b]) for k, a, b in tokens], at, axes)
    if habit is not None:
        about, what, mend = habit
        return at_token(passage, *tokens[about][1:], what, mend)
    kind, start, stop = tokens[at]
    before = tokens[at - 1][0] if at else ""
    return at_token(passage, start, stop, f"`{passage.text[start:stop]}` cannot stand here", _slip(before, kind, at))


def _slip(before: str, kind: str, at: int) -> str:
    if at == 0 or (at == 1 and before == "NAME" and kind != "EQUAL"):
        return "a line is `name = formula`"
    if kind == "EQUAL":
        return "one `=` in each line; a comparison is `==`"
    if before in ("NAME", "NUMBER", "RPAR", "RSQB") and kind in ("NAME", "NUMBER", "LPAR"):
        return "write `*` between factors, `@` between matrices and vectors" if at > 1 else "write `name = formula`"
    if kind == "RELATION":
        return "a comparison stands in brackets, [i == j], or in where(x > 0, a, b)"
    return (
        "a value should stand here"
        if kind not in ("NAME", "NUMBER", "LPAR", "LSQB")
        else "an operator should stand here"
    )
