"""A formula's groups, each put together as it is read.

LaTeX is no LALR language: \\bar takes a token or a group, | opens or closes by what stands before it. So this goes down
one level for each group, a hundred at most, and a Row puts each level together.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.syntax.brackets import BracketReader
from derive.syntax.commands import ALIGNED, LIMITS
from derive.syntax.cursor import STOPS, Chunk
from derive.syntax.row import Header, Piece, Row
from derive.syntax.tokens import Token
from derive.syntax.tree import Fraction, Name, Node, Relation
from derive.syntax.unreadable import Unreadable

SEPARATORS = frozenset(["comma", "semicolon", "stop", "then", "quad"])


class Reader(BracketReader):
    """Reads the tokens of one formula: `chunks(top=True)` is all of it."""

    def __init__(self, source: str, tokens: list[Token], plain: bool = False) -> None:
        super().__init__(source, tokens, plain)
        self.atoms: dict[str, Callable[[Token], Node | None]] = {
            "letter": self._name, "word": self._name, "number": self._number, "text": self._words, "dots": self._dots,
            "frac": self._fraction, "root": self._root, "accent": self._accent, "face": self._face,
            "switch": self._switch, "lbrace": self._group, "open": self._fence, "left": self._fence,
            "bar": self._bar, "begin": self._grid, "wrapper": self._wrapper, "colon": self._colon,
        }  # fmt: skip

    def contents(self, columns: bool = False) -> Node | None:
        """All of a group up to what closes it: a value, a relation, or a list of them; None if it is empty."""
        self.deeper(1)
        chunks = self.chunks(columns=columns)
        node = self._listed(chunks)
        if self.tokens[self.i].kind == "over":
            token = self.next()
            bottom = self.contents()
            if node is None or bottom is None:
                raise Unreadable("nothing stands on one side of `\\over`", token.at, "write \\frac{a}{b}")
            node = Fraction(node, bottom, tex=self.slice(chunks[0].start), at=chunks[0].start)
        self.deeper(-1)
        return node

    def chunks(self, top: bool = False, columns: bool = False) -> list[Chunk]:
        """What stands between separators; at the top statements are told apart as well."""
        out: list[Chunk] = []
        row, before = Row(self.tex), frozenset[str]()
        while True:
            token = self.tokens[self.i]
            kind = token.kind
            if top and kind in ("row", "amp", "begin", "end", "relation", "quad", "colon"):
                kind = self._at_top(token, row)
            elif kind in ("row", "amp", "semicolon", "quad"):
                kind = self._inside(kind, columns)
            if kind in SEPARATORS or kind in STOPS or kind == "text":
                before = self._flush(row, out, before)
                row = Row(self.tex)
                if kind in STOPS:
                    return out
                self.next()
                if kind == "text":
                    out.append(Chunk(before, self._words(token), token.at, token.end))
                before = frozenset() if kind == "text" else before | {kind}
            elif kind == "skip":
                self.next()
            elif not self._operator(token, kind, row):
                return self._closed(row, out, before)

    def _closed(self, row: Row, out: list[Chunk], before: frozenset[str]) -> list[Chunk]:
        self._flush(row, out, before)
        return out

    def _flush(self, row: Row, out: list[Chunk], before: frozenset[str]) -> frozenset[str]:
        piece = row.done(self.end)
        if piece is None:
            return before
        out.append(Chunk(before, *piece))
        return frozenset()

    def _at_top(self, token: Token, row: Row) -> str:
        """Outside of every group: rows and wide spaces part statements, =) is a badly printed ⇒."""
        after = self.tokens[self.i + 1].kind
        if token.kind in ("begin", "end"):
            return "skip" if token.text in ALIGNED else token.kind
        if token.kind == "relation":
            arrow = token.text == "=" and after == "close" and self.tokens[self.i + 1].text == ")"
            self.i += arrow
            return "then" if arrow else token.kind
        if token.kind == "colon":
            return "stop" if after == "finish" else "skip" if row.empty else token.kind
        if token.kind == "quad" and row.is_label:
            return "quad"
        if token.kind == "quad":
            return "quad" if row.relations and not row.hungry and after not in ("relation", "plus", "join") else "skip"
        return "skip" if token.kind == "amp" else self._row_end()

    def _row_end(self) -> str:
        """A row that begins with a sign goes on with the one above."""
        ahead = self.i + 1
        while self.tokens[ahead].kind in ("amp", "row", "quad"):
            ahead += 1
        self.i = ahead - 1
        return "skip" if self.tokens[ahead].kind in ("relation", "plus", "join") else "then"

    def _inside(self, kind: str, columns: bool) -> str:
        """Inside of a group wide spaces say nothing, and & only aligns where rows are formulas."""
        if kind == "quad" or (self.aligned and kind == "amp"):
            return "skip"
        if kind == "row" and self.aligned:
            return "skip" if self._row_end() == "skip" else kind
        return "row" if kind == "semicolon" and columns else kind

    def _operator(self, token: Token, kind: str, row: Row) -> bool:
        """Take one token into a row; False if a bar here closes the group."""
        if kind == "relation":
            row.relation(self.next())
        elif kind == "plus":
            row.plus(self.next())
        elif kind == "join":
            row.join(self.next())
        elif kind == "big" or (token.text in LIMITS and kind == "word" and self.tokens[self.i + 1].kind == "sub"):
            self.next()
            row.big(Header(token.text, *self.scripts()[:2], self.source[token.at : token.end]), token.at, self.end)
        elif kind == "bar" and not row.hungry:
            return self._bar_after(token, row)
        elif kind == "colon" and not row.hungry:
            row.relation(self.next()._replace(text=":"))
        elif token.text in ("Sigma", "Pi") and kind == "letter" and (header := self._letter_sum(token)):
            row.big(header, token.at, self.end)
        elif (node := self.factor()) is not None:
            if isinstance(node, Name) and self._is_expectation(node):
                row.big(Header("mean", node.subs, (), node.spelled), token.at, self.end)
            else:
                row.factor(Piece(node, token.at, self.end))
        return True

    def _is_expectation(self, node: Name) -> bool:
        """𝔼_s before a bracket: the mean over s."""
        plain = node.base == "E" and node.face == "double" and node.subs and not (node.sups or node.accents)
        return bool(plain) and self.tokens[self.i].kind in ("open", "left")

    def _letter_sum(self, token: Token) -> Header | None:
        """A capital Σ over a range is a sum, a letter otherwise."""
        start = self.i
        self.next()
        scripts = self.scripts()
        ranged = any(isinstance(sub, Relation) for sub in scripts.subs)
        if not scripts.primes and (ranged or (scripts.subs and self.source[token.at] in "ΣΠ")):
            spelled = self.source[token.at : token.end]
            return Header({"Sigma": "sum", "Pi": "prod"}[token.text], scripts.subs, scripts.sups, spelled)
        self.i = start
        return None

    def factor(self) -> Node | None:
        """A value with its scripts, also those after an empty group, W{}^T; None for an empty group."""
        token = self.next()
        read = self.atoms.get(token.kind)
        if read is None:
            raise self._misplaced(token)
        node = read(token)
        while (kind := self.tokens[self.i].kind) in ("sub", "sup", "prime") or (kind == "lbrace" and self._empty()):
            if kind == "lbrace":
                self.i += 2
            elif node is None:
                raise self._misplaced(self.tokens[self.i])
            else:
                node = self.attached(node, self.scripts(), token.at)
        return node

    def _empty(self) -> bool:
        """Whether an empty group with scripts follows."""
        return self.tokens[self.i + 1].kind == "rbrace" and self.tokens[self.i + 2].kind in ("sub", "sup", "prime")

    def atom(self) -> Node | None:
        token = self.next()
        read = self.atoms.get(token.kind)
        if read is None:
            raise self._misplaced(token)
        return read(token)

    def _misplaced(self, token: Token) -> Unreadable:
        shown = self.source[token.at : token.end]
        if token.kind == "finish":
            return Unreadable("the formula ends too early", token.at, "write what follows")
        if token.kind in ("sub", "sup", "prime"):
            return Unreadable(f"`{shown}` hangs on nothing", token.at, "write a letter before it")
        if token.kind in ("close", "right", "rbrace"):
            return Unreadable(f"this `{shown}` closes nothing", token.at, "remove it, or open it before")
        return Unreadable(f"`{shown}` cannot stand here", token.at, "a value should stand here")
