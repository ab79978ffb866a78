"""Brackets, bars and matrices, and what stands in them."""

from __future__ import annotations

from dataclasses import replace

from derive.syntax.atoms import AtomReader
from derive.syntax.commands import ALIGNED, MATRICES, PAIRS
from derive.syntax.cursor import Chunk, beside
from derive.syntax.row import Piece, Row
from derive.syntax.tokens import Token
from derive.syntax.tree import Dots, Fenced, Grid, List, Node, Times, Words
from derive.syntax.unreadable import Unreadable

OPENS = frozenset(["open", "left", "lbrace", "begin"])
CLOSES = frozenset(["close", "right", "rbrace", "end"])


class BracketReader(AtomReader):
    """Groups with a bracket on both sides."""

    def _fence(self, token: Token) -> Node:
        self.bars.append(token.text if token.kind == "open" and token.text in ("|", "||") else "")
        body = self._columns() if token.text == "[" else self.contents()
        body = body or List(())
        kind = "right" if token.kind == "left" else "close"
        closer = self.tokens[self.i]
        sized = token.kind == "left"
        interval = token.text in "([" and closer.text in (")", "]") and isinstance(body, List)
        if closer.kind == kind and not sized and closer.text != PAIRS[token.text] and not interval:
            kind = "mismatch"
        self.close(kind, token)
        self.bars.pop()
        return self._fenced(token, token.text or ".", closer.text or ".", body)

    def _columns(self) -> Node | None:
        """[a, b; c, d]: a semicolon ends a row."""
        start = self.tokens[self.i].at
        parts = [self.contents(columns=True)]
        while self.tokens[self.i].kind == "semicolon":
            self.next()
            parts.append(self.contents(columns=True))
        if len(parts) == 1:
            return parts[0]
        rows = tuple(part.items if isinstance(part, List) else (part,) for part in parts if part is not None)
        return Grid("array", rows, tex="", at=start)

    def _fenced(self, token: Token, opening: str, closing: str, body: Node) -> Node:
        return Fenced(opening, closing, body, tex=self.slice(token.at), at=token.at)

    def _bar(self, token: Token) -> Node:
        """A bar where a value must stand opens: |x|, ‖x‖ also spelled with two."""
        kind, after = token.text, self.tokens[self.i]
        if kind == "|" and after.kind == "bar" and after.text == "|" and after.at == token.end:
            self.next()
            kind = "||"
        self.bars.append(kind)
        body = self.contents()
        width = 0
        while width < len(kind) and self.tokens[self.i].kind == "bar":
            width += len(self.next().text)
        if body is None or width != len(kind):
            raise Unreadable(f"this `{kind}` is never closed", token.at, "close it")
        self.bars.pop()
        return self._fenced(token, kind, kind, body)

    def _bar_after(self, token: Token, row: Row) -> bool:
        """A bar after a value: it closes, says where a value is taken, opens a factor, or parts p(y | x)."""
        if self.bars[-1]:
            return False
        if self.tokens[self.i + 1].kind == "sub" and token.text == "|" and (piece := row.last()):
            self.next()
            fenced = Fenced(".", "|", piece.node, tex=self.slice(piece.start), at=piece.start)
            row.factor(Piece(self.attached(fenced, self.scripts(), piece.start), piece.start, self.end))
        elif self._bar_ahead() and (node := self.factor()) is not None:
            row.factor(Piece(node, token.at, self.end))
        else:
            row.relation(self.next()._replace(text="|"))
        return True

    def _bar_ahead(self) -> bool:
        """Whether another bar stands in this group."""
        depth = 0
        for token in self.tokens[self.i + 1 :]:
            depth += (token.kind in ("open", "left", "lbrace", "begin")) - (
                token.kind in ("close", "right", "rbrace", "end")
            )
            if depth < 0 or token.kind == "finish":
                return False
            if depth == 0 and token.kind == "bar":
                return True
        return False

    def _grid(self, token: Token) -> Node:
        if token.text not in MATRICES and token.text not in ALIGNED:
            raise Unreadable(f"the environment `{token.text}` is unknown", token.at, "write pmatrix, cases or aligned")
        self.bars.append("")
        aligned, self.aligned = self.aligned, token.text in ALIGNED
        rows: list[tuple[Node, ...]] = []
        cells: list[Node] = []
        while True:
            cells.append(self.contents() or Dots(at=self.end))
            closer = self.tokens[self.i]
            if closer.kind == "amp":
                self.next()
                continue
            if closer.kind == "row" or any(not isinstance(cell, Dots) or cell.tex for cell in cells) or not rows:
                rows.append(_case(cells) if "cases" in token.text else tuple(cells))
                cells = []
            if closer.kind != "row":
                break
            self.next()
        closer = self.close("end", token)
        if closer.text != token.text:
            raise Unreadable(f"`{token.text}` is closed as `{closer.text}`", closer.at, f"write \\end{{{token.text}}}")
        self.aligned = aligned
        self.bars.pop()
        return Grid(token.text, tuple(rows), tex=self.slice(token.at), at=token.at)

    def _listed(self, chunks: list[Chunk]) -> Node | None:
        """The pieces of a group as one node: words and values side by side, commas between items."""
        if not chunks:
            return None
        if len(chunks) == 1:
            return chunks[0].node
        items: list[list[Chunk]] = []
        for chunk in chunks:
            if chunk.before or not items:
                items.append([])
            items[-1].append(chunk)
        nodes = tuple(self._phrase(item) for item in items)
        if len(nodes) == 1:
            return nodes[0]
        return List(nodes, tex=self.tex[chunks[0].start : chunks[-1].end], at=chunks[0].start)

    def _phrase(self, chunks: list[Chunk]) -> Node:
        """Words and values side by side."""
        if len(chunks) == 1:
            return chunks[0].node
        start, end = chunks[0].start, chunks[-1].end
        nodes = tuple(chunk.node for chunk in chunks)
        return Times(nodes, beside(nodes), tex=self.tex[start:end], at=start)


def _case(cells: list[Node]) -> tuple[Node, ...]:
    """A row of cases is a value and a condition, also where a comma stands for the ampersand."""
    if len(cells) == 1 and isinstance(cells[0], List) and len(cells[0].items) == 2:
        return cells[0].items
    if len(cells) == 1 and isinstance(cells[0], Times) and isinstance(cells[0].factors[1], Words):
        value, *rest = cells[0].factors
        return value, rest[0] if len(rest) == 1 else replace(
            cells[0], factors=tuple(rest), joins=cells[0].joins[1:], tex=""
        )
    return tuple(cells)
