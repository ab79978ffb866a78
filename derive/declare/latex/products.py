"""Factors side by side and with signs between: by their shapes a product of matrices, or entry by entry.

Side by side holds tighter than a sign: a ⊙ W x is a ⊙ (W x). What shapes leave open is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.declare.latex.asked import Asked, bare, shown, turned
from derive.declare.latex.calls import _fence
from derive.declare.latex.filled import Filled
from derive.declare.latex.text import PRODUCT, SIGNED, Text, held, text
from derive.declare.notyet import refusal
from derive.notation.layout import Array, Misfit, aligned, joined
from derive.syntax.tree import Big, Fraction, Name, Node, Number, Product, Times
from derive.syntax.unreadable import Unreadable

DIVIDES = ("/", "oslash")
ENTRIES = ("odot", "circ", "oslash", "/")
"""Joins that go entry by entry, so that ones are a number there."""
MATRIX = ("", "cdot", "times", "@", "*")
"""Joins that may be a product of matrices."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor: what it is read as, and what was written."""

    text: Text
    node: Node
    run: bool = False
    """Whether it is several factors side by side."""


class Products(Filled):
    """Products, quotients, fractions."""

    def product(self, node: Node) -> Text:
        assert isinstance(node, Times)
        runs, joins = self._runs(node)
        for n, join in enumerate(joins[:-1]):
            self._one_quotient(node, runs, joins, n, join)
        out = runs[0]
        for join, factor in zip(joins, runs[1:], strict=True):
            out = self._two(out, join, factor, node)
        return out.text

    def _one_quotient(self, node: Times, runs: list[Factor], joins: list[str], n: int, join: str) -> None:
        """a/b/c"""
        if join == "/" and joins[n + 1] == "/":
            what = f"{shown(node)} divides twice"
            raise Asked(node, what, r"`\frac{a}{b c}`", r"`\frac{a}{b/c}`")

    def _runs(self, node: Times) -> tuple[list[Factor], list[str]]:
        """The factors side by side as one each, and the signs between these."""
        first = node.factors[0]
        whole = node.joins[0] in ENTRIES and self.is_ones(first)
        runs: list[list[Node]] = [[Number("1", tex="1", at=first.at) if whole else first]]
        joins: list[str] = []
        for join, factor in zip(node.joins, node.factors[1:], strict=True):
            if join in ENTRIES and self.is_ones(factor):
                factor = Number("1", tex="1", at=factor.at)
            if join == "":
                runs[-1].append(factor)
            else:
                runs.append([factor])
                joins.append(join)
        return [self._run(run, runs[n - 1] if n and joins[n - 1] == "/" else []) for n, run in enumerate(runs)], joins

    def _run(self, nodes: list[Node], above: list[Node]) -> Factor:
        """Factors side by side, functions with their arguments among them; above: what they divide."""
        factors = self._factors(nodes)
        if above and len(factors) > 1:
            top = " ".join(bare(node) for node in above)
            first, *others = (bare(f.node) for f in factors)
            rest = " ".join(others)
            raise Asked(
                factors[0].node,
                f"what stands below the / in `{top}/{first} {rest}` is not clear",
                f"`\\frac{{{top}}}{{{first} {rest}}}`",
                f"`\\frac{{{top}}}{{{first}}} {rest}`",
            )
        if len(factors) == 1:
            return factors[0]
        out = factors[0]
        for factor in factors[1:]:
            out = self._two(out, "", factor, out.node)
        return Factor(out.text, _several(factors), True)

    def _factors(self, nodes: list[Node]) -> list[Factor]:
        nodes = self.lengths(nodes)
        out: list[Factor] = []
        n = 0
        while n < len(nodes):
            after = nodes[n + 1] if n + 1 < len(nodes) else None
            if after is not None and (slope := self._nabla(nodes[n], after)) is not None:
                out.append(Factor(slope, nodes[n]))
                n += 2
                continue
            name = self.function(nodes[n], after)
            if name is None:
                out.append(Factor(self.write(nodes[n]), nodes[n]))
                n += 1
                continue
            head = nodes[n]
            assert isinstance(head, Name)
            first = n
            found, n = self._applied(name, head, nodes, n + 1)
            out.append(Factor(found, replace(head, tex="".join(node.tex for node in nodes[first:n]))))
        return out

    def _nabla(self, node: Node, after: Node) -> Text | None:
        """∇_x D as grad(D, x)."""
        if not isinstance(node, Name) or node.base != "nabla" or len(node.subs) != 1:
            return None
        if node.sups or node.accents:
            raise Unreadable(f"{shown(node)}: only first slopes stand in equations", node.at, "name them one by one")
        return self.call(node.at, "grad", self.write(after), self.write(node.subs[0]))

    def _applied(self, name: str, head: Name, nodes: list[Node], n: int) -> tuple[Text, int]:
        """A function of what follows it: a parenthesis, or one factor."""
        if n >= len(nodes):
            raise Unreadable(f"{shown(head)} has no argument", head.at, "write it in parentheses")
        if _fence(nodes[n]) is not None:
            return self.applied(name, head, nodes[n]), n + 1
        if name == "log" and n + 1 < len(nodes) and self._is_gamma(nodes[n], nodes[n + 1]):
            return self.applied("lgamma", replace(head, sups=()), nodes[n + 1]), n + 2
        inner = self.function(nodes[n], nodes[n + 1] if n + 1 < len(nodes) else None)
        if inner is not None:
            deeper = nodes[n]
            assert isinstance(deeper, Name)
            found, after = self._applied(inner, deeper, nodes, n + 1)
            self._alone(head, nodes, after)
            if (name, inner) == ("log", "det") and not (head.subs or deeper.sups):
                return text(head.at, "log", found), after
            return self._around(name, head, found), after
        self._alone(head, nodes, n + 1)
        return self.applied(name, head, nodes[n]), n + 1

    def _is_gamma(self, node: Node, after: Node) -> bool:
        """log Γ(x)"""
        named = isinstance(node, Name) and node.base == "Gamma" and not (node.subs or node.sups or node.accents)
        return named and isinstance(node, Name) and _fence(after) is not None and self.named(node) is None

    def _alone(self, head: Name, nodes: list[Node], n: int) -> None:
        """log a b: of a, or of a b?"""
        if n >= len(nodes) or self.function(nodes[n], nodes[n + 1] if n + 1 < len(nodes) else None):
            return
        if isinstance(nodes[n], Big):
            return
        first, second = bare(nodes[n - 1]), bare(nodes[n])
        what = f"how far {shown(head)} reaches in `{bare(head)} {first} {second}` is not clear"
        raise Asked(head, what, f"`{bare(head)}({first}) {second}`", f"`{bare(head)}({first} {second})`")

    def _around(self, name: str, head: Name, inner: Text) -> Text:
        if head.subs or head.primes:
            raise Unreadable(f"the argument of {shown(head)} is not clear", head.at, "write it in parentheses")
        return self.hung(self.call(head.at, name, inner), list(head.sups), head)

    def _two(self, left: Factor, join: str, right: Factor, node: Node) -> Factor:
        """Two factors as one."""
        if join in DIVIDES:
            sign = "/"
            self._divides(right, join)
        elif join == "otimes":
            return self._outer(left, right, node)
        else:
            sign = self._sign(left, join, right)
        chained = right.text.level == PRODUCT and sign == "*" and right.text.joins <= {"*"}
        before = held(left.text, PRODUCT)
        after = right.text if chained else held(right.text, SIGNED)
        joins = (left.text.joins if left.text.level == PRODUCT else frozenset()) | {sign} | right.text.joins
        found = text(left.text.at, before, "/" if sign == "/" else f" {sign} ", after, level=PRODUCT, joins=joins)
        return Factor(found, _several([left, right]) if join == "" else left.node, left.run)

    def _divides(self, right: Factor, join: str) -> None:
        shape = self.shape(right.text)
        if join == "/" and shape is not None and len(shape.letters) == 2:
            what = f"{shown(right.node)} is a matrix: dividing by it is not clear"
            raise Asked(right.node, what, f"`{bare(right.node)}^{{-1}}` beside it", r"`\oslash`, entry by entry")

    def _sign(self, left: Factor, join: str, right: Factor) -> str:
        """* or @, by the shapes; raises Asked where both fit, or none does."""
        a, b = self.shape(left.text), self.shape(right.text)
        if a is None or b is None:
            return "@" if _leans(a, b) and join in MATRIX else "*"
        if a.is_scalar or b.is_scalar or join in ("circ", "odot"):
            return "*"
        whole, entries = _joins(a, b), _alike(a, b)
        if join in ("", "@"):
            if not whole:
                self._misfit(left, right, a, b, entries)
            return "@"
        vectors = len(a.letters) == 1 == len(b.letters)
        if entries and (whole or (vectors and join in ("cdot", "times"))):
            self._both(left, join, right, vectors)
        return "@" if whole or not entries else "*"

    def _both(self, left: Factor, join: str, right: Factor, vectors: bool) -> None:
        one, other = bare(left.node), bare(right.node)
        sign = {"cdot": "·", "times": "×", "*": "*"}[join]
        kind = "their scalar product" if vectors else "the product of the matrices"
        what = f"`{sign}` between {shown(left.node)} and {shown(right.node)} may be {kind}, or entry by entry"
        product = f"{turned(left.node)} {other}" if vectors else f"{one} {other}"
        raise Asked(right.node, what, f"`{product}`", f"`{one} \\odot {other}`")

    def _misfit(self, left: Factor, right: Factor, a: Array, b: Array, entries: bool) -> None:
        """Side by side without a product that fits."""
        one, other = bare(left.node), bare(right.node)
        what = f"{shown(left.node)} is {a}, {shown(right.node)} is {b}: side by side they do not go together"
        flipped, after = f"`{turned(left.node)} {other}`", f"`{one} {turned(right.node)}`"
        if entries:
            raise Asked(right.node, what, flipped, f"`{one} \\odot {other}`")
        if len(a.letters) == 1 and a.rows and _joins(a.transposed, b) and isinstance(left.node, Name):
            row = f"declare `{left.text}` as a row, [1, ...]"
            raise Asked(right.node, what, flipped, row)
        if _joins(a.transposed, b) and _joins(a, b.transposed):
            raise Asked(right.node, what, flipped, after)
        if _joins(a.transposed, b):
            raise Unreadable(what, max(right.node.at, 0), f"write {flipped}, or declare its axes the other way round")
        if _joins(a, b.transposed):
            raise Unreadable(what, max(right.node.at, 0), f"write {after}")
        if _joins(b, a):
            raise Unreadable(what, max(right.node.at, 0), f"exchange them: `{other} {one}`")
        raise Unreadable(what, max(right.node.at, 0), "see how they are declared")

    def _outer(self, left: Factor, right: Factor, node: Node) -> Factor:
        a, b = self.shape(left.text), self.shape(right.text)
        if a is None or b is None or len(a.letters) != 1 or len(b.letters) != 1:
            what, mend = refusal("kron") or ("", "")
            raise Unreadable(what, max(right.node.at, 0), mend)
        if _alike(a, b):
            one, other = bare(left.node), bare(right.node)
            what = f"`\\otimes` between {shown(left.node)} and {shown(right.node)} may be outer, or go entry by entry"
            raise Asked(right.node, what, f"`{one} {turned(right.node)}`", f"`{one} \\odot {other}`")
        return Factor(self.call(left.text.at, "outer", left.text, right.text), left.node)

    def fraction(self, node: Node) -> Text:
        assert isinstance(node, Fraction)
        slope = self._slope(node)
        if slope is not None:
            return slope
        top, bottom = Factor(self.write(node.top), node.top), Factor(self.write(node.bottom), node.bottom)
        self._divides(bottom, "/")
        found = held(top.text, PRODUCT), "/", held(bottom.text, SIGNED)
        joins = top.text.joins | {"/"} if top.text.level == PRODUCT else frozenset(["/"])
        return text(node.at, *found, level=PRODUCT, joins=joins)

    def _slope(self, node: Fraction) -> Text | None:
        """∂D/∂x as grad(D, x)."""
        names = []
        for part in (node.top, node.bottom):
            parts = part.factors if isinstance(part, Times) else ()
            if len(parts) != 2 or not (isinstance(parts[0], Name) and parts[0].base == "partial"):
                return None
            names.append(self.write(parts[1]))
        return self.call(node.at, "grad", *names)


def _leans(a: Array | None, b: Array | None) -> bool:
    """Whether one of two factors is a matrix, or a row, and the other's shape is not known yet."""
    known = a if a is not None else b
    return known is not None and (
        len(known.letters) == 2 or (a is known and known.rows is None and bool(known.columns))
    )


def _joins(a: Array, b: Array) -> bool:
    try:
        joined(a, b)
    except Misfit:
        return False
    return True


def _alike(a: Array, b: Array) -> bool:
    try:
        aligned(a, b)
    except Misfit:
        return False
    return True


def _several(factors: list[Factor]) -> Node:
    """Factors side by side as one, for messages."""
    tex = " ".join(factor.node.tex for factor in factors)
    nodes = tuple(factor.node for factor in factors)
    joins: list[Product] = ["" for _ in nodes[1:]]
    return Times(nodes, tuple(joins), tex=tex, at=nodes[0].at)
