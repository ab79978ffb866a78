"""What stands side by side within one group, put together as it is read: factors, terms, sides of a relation.

Nothing here calls itself: a Σ waits for its body in a list, so that only groups nest.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast

from derive.syntax.indicators import bracket_after, bracket_below
from derive.syntax.tokens import Token
from derive.syntax.tree import Big, Dots, Fenced, Name, Node, Number, Product, Relation, Sum, Times
from derive.syntax.unreadable import Unreadable

Sign: TypeAlias = Literal["+", "-"]


class Piece(NamedTuple):
    """A node and the characters that it takes, braces around it included."""

    node: Node
    start: int
    end: int


class Header(NamedTuple):
    """Σ with its limits, before its body is known."""

    op: str
    subs: tuple[Node, ...]
    sups: tuple[Node, ...]
    spelled: str
    sign: str = ""
    sign_at: int = -1


class Row:
    """One relation (or sum, or product) in the making. `tex` is the formula, "" where its slices say too little."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.sides: list[Piece] = []
        self.relations: list[Token] = []
        self.terms: list[Piece] = []
        self.signs: list[str] = []
        self.sign: Token | None = None
        self.factors: list[Piece | tuple[Header, int, int]] = []
        self.joins: list[str] = []
        self.pending: Token | None = None
        self.negative: Token | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing stands here yet."""
        return not (self.factors or self.terms or self.sides or self.relations or self.sign)

    @property
    def is_label(self) -> bool:
        """Whether nothing but (3) stands here, before a wide space: the number of the equation."""
        only = self.factors[0] if len(self.factors) == 1 and not (self.terms or self.sides or self.sign) else None
        return isinstance(only, Piece) and isinstance(only.node, Fenced) and isinstance(only.node.body, (Number, Name))

    @property
    def hungry(self) -> bool:
        """Whether a value must follow: after =, +, ·, Σ, and at the beginning."""
        return self.pending is not None or not self.factors or not isinstance(self.factors[-1], Piece)

    def factor(self, piece: Piece) -> None:
        if self.negative is not None:
            minus = Sum((piece.node,), ("-",), tex=self.tex[self.negative.at : piece.end], at=self.negative.at)
            piece, self.negative = Piece(minus, self.negative.at, piece.end), None
        piece = piece._replace(node=bracket_below(piece.node))
        before = self.factors[-1] if self.factors and self.pending is None else None
        sign = before if isinstance(before, Piece) else None
        bracket = bracket_after(sign.node, piece.node, self.tex[sign.start : piece.end]) if sign else None
        if sign is not None and bracket is not None:
            self.factors[-1] = Piece(bracket, sign.start, piece.end)
            return
        self._joined()
        self.factors.append(piece)

    def big(self, header: Header, start: int, end: int) -> None:
        if self.negative is not None:
            raise Unreadable("a sign stands before this sum", self.negative.at, "put the sum in parentheses")
        self._joined()
        self.factors.append((header, start, end))

    def _joined(self) -> None:
        if self.factors:
            self.joins.append(self.pending.text if self.pending else "")
        self.pending = None

    def last(self) -> Piece | None:
        """The factor just read, taken off again so that something can hang on it."""
        if self.hungry:
            return None
        piece = self.factors.pop()
        assert isinstance(piece, Piece)
        if self.joins and self.factors:
            self.pending = Token("join", self.joins.pop(), piece.start, piece.start)
        return piece

    def join(self, token: Token) -> None:
        if self.hungry:
            raise Unreadable(f"nothing stands before `{self._shown(token)}`", token.at, "write a factor on both sides")
        self.pending = token

    def plus(self, token: Token) -> None:
        if self.pending is not None or self.negative is not None or (not self.factors and self.sign):
            self.negative = token if token.text == "-" else self.negative
        elif self.factors and not isinstance(self.factors[-1], Piece):
            header, start, end = self.factors[-1]
            self.factors[-1] = (header._replace(sign=token.text, sign_at=token.at), start, end)
        else:
            self._end_term()
            self.sign = token

    def relation(self, token: Token) -> None:
        self._end_side(token)
        self.relations.append(token)

    def done(self, at: int) -> Piece | None:
        """What was read, None if nothing; at: where it ends, for messages."""
        if self.empty:
            return None
        self._end_side(None)
        if not self.relations:
            return self.sides[0]
        start, end = self.sides[0].start, self.sides[-1].end
        sides = tuple(side.node for side in self.sides)
        return Piece(
            Relation(sides, tuple(r.text for r in self.relations), tex=self.tex[start:end], at=start), start, end
        )

    def _end_side(self, token: Token | None) -> None:
        self._end_term()
        if self.terms:
            self.sides.append(self._sum())
        elif not self.sides and not self.relations and token is not None:
            self.sides.append(Piece(Dots(at=token.at), token.at, token.at))
        elif (before := self.relations[-1]).text == ":":
            self.sides.append(Piece(Dots(at=before.end), before.end, before.end))
        else:
            raise Unreadable(f"nothing stands after `{self._shown(before)}`", before.at, "write the right side")
        self.terms, self.signs, self.sign = [], [], None

    def _sum(self) -> Piece:
        if len(self.terms) == 1 and not self.signs[0]:
            return self.terms[0]
        start, end = self.terms[0].start, self.terms[-1].end
        terms = tuple(term.node for term in self.terms)
        return Piece(
            Sum(terms, tuple(cast(Sign, s or "+") for s in self.signs), tex=self.tex[start:end], at=start), start, end
        )

    def _end_term(self) -> None:
        waiting = self.pending or self.negative or (None if self.factors else self.sign)
        if waiting is not None:
            raise Unreadable(f"nothing stands after `{self._shown(waiting)}`", waiting.at, "write what follows it")
        if not self.factors:
            return
        node, start, end = self._product()
        if self.sign is not None and not self.terms:
            start = self.sign.at
        self.terms.append(Piece(node, start, end))
        self.signs.append(self.sign.text if self.sign else "")
        self.factors, self.joins, self.sign = [], [], None

    def _product(self) -> Piece:
        """The factors as one product; each Σ, from the last one on, takes what follows it as its body."""
        for n in range(len(self.factors) - 1, -1, -1):
            place = self.factors[n]
            if isinstance(place, Piece):
                continue
            header, start, end = place
            if n == len(self.factors) - 1:
                raise Unreadable(f"nothing stands after `{header.spelled}`", start, "write what is summed")
            body, _, end = self._times(n + 1)
            if header.sign:
                body = Sum((body,), (cast(Sign, header.sign),), tex=self.tex[header.sign_at : end], at=header.sign_at)
            big = Big(header.op, body, header.subs, header.sups, header.spelled, tex=self.tex[start:end], at=start)
            self.factors[n:] = [Piece(big, start, end)]
            del self.joins[n:]
        return self._times(0)

    def _times(self, first: int) -> Piece:
        pieces = [piece for piece in self.factors[first:] if isinstance(piece, Piece)]
        if len(pieces) == 1:
            return pieces[0]
        for piece in pieces:
            if isinstance(piece.node, (Relation, Sum)) and len(getattr(piece.node, "terms", "==")) > 1:
                raise Unreadable("braces around a sum are not printed", piece.start, "write parentheses")
        start, end = pieces[0].start, pieces[-1].end
        joins = tuple(cast(Product, join) for join in self.joins[first:])
        return Piece(Times(tuple(p.node for p in pieces), joins, tex=self.tex[start:end], at=start), start, end)

    def _shown(self, token: Token) -> str:
        return self.tex[token.at : token.end] or token.text
