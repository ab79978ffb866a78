"""The vector of ones and the identity, whose lengths what stands beside them says: m 𝟏 + x, 𝟏ᵀ x, A + λ I."""

from __future__ import annotations

from dataclasses import replace

from derive.declare.latex.calls import Calls
from derive.declare.latex.names import is_transpose, readings
from derive.declare.latex.text import Text
from derive.notation.index import Index
from derive.notation.layout import Array, extent
from derive.syntax.marks import flat
from derive.syntax.tree import Name, Node, Number, Sum, Times
from derive.syntax.unreadable import Unreadable


class Filled(Calls):
    """Ones and identities without a length of their own."""

    def filled(self, node: Sum) -> list[Text]:
        """The terms of a sum; ones and identities among them are as long as the others."""
        written = [None if self._open(term) else self.write(term) for term in node.terms]
        shapes = [self.shape(term) for term in written if term is not None]
        beside = next((shape for shape in shapes if shape is not None and not shape.is_scalar), None)
        return [
            term if term is not None else self.write(self._closed(part, beside))
            for part, term in zip(node.terms, written, strict=True)
        ]

    def _open(self, term: Node) -> bool:
        """Whether a term is a multiple of ones or of an identity without a length."""
        factors = term.factors if isinstance(term, Times) else (term,)
        return any(self.is_ones(factor) or self._is_identity(factor) for factor in factors)

    def _closed(self, term: Node, beside: Array | None) -> Node:
        """A term with the lengths of the term beside it; ones beside a vector are a number beside it."""
        factors = term.factors if isinstance(term, Times) else (term,)
        if beside is None:
            return term
        rows, columns = beside.rows, beside.columns
        found: list[Node] = []
        for n, factor in enumerate(factors):
            last = n == len(factors) - 1
            if self._is_identity(factor) and rows is not None:
                found.append(self._with_length(factor, rows))
            elif self.is_ones(factor) and not (rows and columns) and (last or n == 0) and not _is_turned(factor):
                found.append(Number("1", tex="1", at=factor.at))
            elif self.is_ones(factor) and rows and columns:
                found.append(self._with_length(factor, columns if _is_turned(factor) else rows))
            else:
                found.append(factor)
        kept = [f for f in found if not (isinstance(f, Number) and f.tex == "1" and len(found) > 1)] or found[:1]
        if not isinstance(term, Times):
            return kept[0]
        dropped = len(kept) < len(found)
        joins = tuple(join for join in term.joins)[: len(kept) - 1] if dropped else term.joins
        return replace(term, factors=tuple(kept), joins=joins) if len(kept) > 1 else kept[0]

    def lengths(self, nodes: list[Node]) -> list[Node]:
        """Factors side by side, ones among them as long as the factor that they meet."""
        out = list(nodes)
        for n, node in enumerate(nodes):
            if not self.is_ones(node):
                continue
            turned = _is_turned(node)
            other = nodes[n + 1] if turned and n + 1 < len(nodes) else nodes[n - 1] if n and not turned else None
            axis = self._axis_of(other, turned) if other is not None else None
            if axis is not None:
                out[n] = self._with_length(node, axis)
        return out

    def _axis_of(self, node: Node, rows: bool) -> Index | None:
        """The rows, or the columns, of a factor."""
        try:
            shape = self.shape(self.write(node))
        except Unreadable:
            return None
        return None if shape is None else shape.rows if rows else shape.columns

    def _with_length(self, node: Node, axis: Index) -> Node:
        """1_N of 1."""
        assert isinstance(node, Name)
        size = extent(axis.range)
        if size.isdigit():
            return replace(node, subs=(Number(size, tex=size, at=node.at),))
        return replace(node, subs=(Name(size, "upright", tex=size, at=node.at),)) if size.isidentifier() else node

    def is_ones(self, node: Node) -> bool:
        bold = isinstance(node, Name) and node.base == "1" and node.face in ("bold", "double")
        return bold and isinstance(node, Name) and not node.subs and self._is_bare(node)

    def _is_identity(self, node: Node) -> bool:
        named = isinstance(node, Name) and node.base == "I" and node.face != "double" and not node.subs
        return named and isinstance(node, Name) and self._is_bare(node) and not readings(self.known, node, self.letters)

    def _is_bare(self, node: Name) -> bool:
        return not (node.accents or node.primes) and all(is_transpose(sup) for sup in flat(node.sups))


def _is_turned(node: Node) -> bool:
    return isinstance(node, Name) and bool(node.sups)
