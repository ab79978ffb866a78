"""Where a reader is among a formula's tokens, and how far inside groups it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple, TypeVar

from derive.syntax.tokens import Token
from derive.syntax.tree import Face, Made, Node, Product
from derive.syntax.unreadable import DEEPEST, Unreadable

M = TypeVar("M", bound=Made)
STOPS = frozenset(["rbrace", "close", "right", "end", "finish", "amp", "row", "over"])
"""What ends a group."""


class Chunk(NamedTuple):
    """A piece between separators: the separators before it, and what it says."""

    before: frozenset[str]
    node: Node
    start: int
    end: int


class Cursor(ABC):
    """The state of a reader. Every method that reads leaves `i` behind what it read and `end` at its last character.

    source: the formula.  plain: whether a script runs on over its letters, x_ij, as in a terminal.  loose: inside how
    many groups whose face a slice would not show; nodes there have no LaTeX of their own.  bars: what the bars of each
    open group are closed with.  aligned: whether the rows of the environment that is read are formulas.
    """

    def __init__(self, source: str, tokens: list[Token], plain: bool = False) -> None:
        self.source, self.tokens, self.plain = source, tokens, plain
        self.i, self.end, self.depth, self.loose = 0, 0, 0, 0
        self.face: tuple[Face, str] = ("italic", "")
        self.bars: list[str] = [""]
        self.aligned = False

    @abstractmethod
    def contents(self, columns: bool = False) -> Node | None:
        """All of a group up to what closes it; None if it is empty. columns: whether a semicolon closes it too."""

    @abstractmethod
    def atom(self) -> Node | None:
        """A value without what hangs on it; None for an empty group."""

    @abstractmethod
    def factor(self) -> Node | None:
        """A value with its scripts."""

    @property
    def tex(self) -> str:
        """The formula; nothing inside a group whose face a slice would not show."""
        return "" if self.loose else self.source

    def slice(self, start: int) -> str:
        return "" if self.loose else self.source[start : self.end]

    def next(self) -> Token:
        token = self.tokens[self.i]
        self.i += 1
        self.end = token.end
        return token

    def deeper(self, levels: int) -> None:
        """Go into a group, or out of one."""
        self.depth += levels
        if self.depth > DEEPEST:
            at = self.tokens[self.i].at
            raise Unreadable(f"this formula nests deeper than {DEEPEST} levels", at, "give parts of it names")

    def close(self, kind: str, opener: Token) -> Token:
        token = self.tokens[self.i]
        if token.kind == kind:
            return self.next()
        shown = self.source[opener.at : opener.end]
        if token.kind in ("close", "rbrace", "right") and opener.kind != "begin":
            wrong = self.source[token.at : token.end]
            raise Unreadable(f"`{wrong}` stands where `{shown}` is to be closed", token.at, f"close `{shown}` first")
        raise Unreadable(f"this `{shown}` is never closed", opener.at, "close it")


def beside(nodes: tuple[Node, ...]) -> tuple[Product, ...]:
    """What joins factors that stand side by side."""
    side: tuple[Product, ...] = ("",)
    return side * (len(nodes) - 1)
