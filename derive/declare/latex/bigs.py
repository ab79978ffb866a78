"""Σ, Π, max and min over an index, with the limits and conditions that stand below; cases; conditions."""

from __future__ import annotations

from derive.declare.latex.asked import shown
from derive.declare.latex.products import Products
from derive.declare.latex.text import PRODUCT, Part, Text, held, listed, text
from derive.declare.notyet import refusal
from derive.declare.scope import Bound
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fenced, Grid, List, Name, Node, Relation, Sum, Times, Words
from derive.syntax.unreadable import Unreadable

OPERATORS = {
    "sum": "sum",
    "prod": "prod",
    "mean": "expectation",
    "max": "max",
    "min": "min",
    "argmax": "argmax",
    "argmin": "argmin",
}
SIGNS = {"=": "==", "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Bigs(Products):
    """What runs over an index."""

    def big(self, node: Node) -> Text:
        """Σ_{i=1}^N e as sum(i, e); limits that are not those of i's axis as conditions."""
        assert isinstance(node, Big)
        if node.op not in OPERATORS:
            what, mend = refusal(node.op) or (f"`{node.spelled}` is not read", "write a sum over an index")
            raise Unreadable(what, node.at, mend)
        names, conditions, limits = self._below(node)
        if not names and not conditions:
            return self._over_all(node)
        free: dict[str, None] = dict.fromkeys(name for name, _ in names)
        opened = [n for n in _condition_letters(conditions) if n not in self.letters and not self.known.is_quantity(n)]
        free.update(dict.fromkeys(n for n in opened if n not in self.known.context.sizes))
        with self.within(dict.fromkeys(free)):
            said = [self.condition(one) for one in conditions]
        inner = self.ranged(free, [str(one) for one in said], lambda: self.write(node.body))
        with self.within(inner):
            body = self.write(node.body)
            ends = [t for name, at in names for t in self._limits(name, at, limits.get(name), inner[name])]
        leading: list[Text] = [text(at, name) for name, at in names]
        return text(node.at, f"{OPERATORS[node.op]}(", *listed(node.at, [*leading, *ends, *said, body]), ")")

    def _over_all(self, node: Big) -> Text:
        """Σ without an index: over all entries, if it is one of a vector."""
        what = f"`{node.spelled}` does not say over what it runs"
        raise Unreadable(what, node.at, f"write its index: `{node.spelled}_i`")

    def _below(self, node: Big) -> tuple[list[tuple[str, int]], list[Relation], dict[str, tuple[Node, Node | None]]]:
        """The indices, the conditions, and the limits of each index."""
        names: list[tuple[str, int]] = []
        conditions: list[Relation] = []
        limits: dict[str, tuple[Node, Node | None]] = {}
        upper = node.sups[0] if node.sups else None
        for sub in node.subs:
            if isinstance(sub, Relation) and sub.relations == ("=",):
                (letter,) = self._letters(sub.sides[0], node)[:1]
                names.append(letter)
                limits[letter[0]] = (sub.sides[1], upper)
            elif isinstance(sub, Relation) and set(sub.relations) <= set(SIGNS):
                conditions.append(sub)
            elif isinstance(sub, Relation):
                raise Unreadable(f"{shown(sub)} under `{node.spelled}`", max(sub.at, 0), "write its limits, i = 1 to N")
            else:
                names += self._letters(sub, node)
        return names, conditions, limits

    def _letters(self, node: Node, of: Big) -> list[tuple[str, int]]:
        found = []
        inner = node.body if isinstance(node, Fenced) else node
        for one in flat((inner,)):
            if not isinstance(one, Name) or one.subs or one.sups or one.accents:
                what = f"{shown(one)} under `{of.spelled}` is no index"
                if isinstance(one, Name) and one.primes:
                    raise Unreadable(what, max(one.at, 0), "write a letter of its own, without a prime")
                raise Unreadable(what, max(one.at, 0), "write letters, or a condition such as j \\le i")
            if self.known.is_quantity(one.base) and of.op in ("max", "min", "argmax", "argmin"):
                what, mend = refusal("minimize") or ("", "")
                raise Unreadable(what, max(one.at, 0), mend)
            found.append((one.base, one.at))
        return found

    def _limits(self, name: str, at: int, given: tuple[Node, Node | None] | None, bound: Bound | None) -> list[Text]:
        """Conditions for limits other than the ends of the axis that the letter runs over."""
        from derive.declare.latex.limits import Elsewhere, same_ends

        if given is None:
            return []
        lower, upper = given
        low = self.write(lower)
        high = self.write(upper) if upper is not None else None
        try:
            same = same_ends(self, str(low), str(high) if high is not None else None, bound)
        except Elsewhere as axis:
            what = f"`{name}` runs to {high} here, and over an axis of {axis} in what is summed"
            raise Unreadable(what, max(low.at, 0), "exchange the indices, or declare the axes alike") from None
        out = [] if same[0] else [text(low.at, held(low, PRODUCT), " <= ", name)]
        return out if same[1] or high is None else [*out, text(high.at, name, " <= ", held(high, PRODUCT))]

    def condition(self, node: Relation) -> Text:
        """a <= b < c"""
        if not set(node.relations) <= set(SIGNS):
            raise Unreadable(f"{shown(node)} is no comparison", max(node.at, 0), "write =, <, > and the like")
        parts: list[Part] = []
        for n, side in enumerate(node.sides):
            parts += [f" {SIGNS[node.relations[n - 1]]} "] if n else []
            parts.append(self.write(side))
        return text(node.at, *parts)

    def cases(self, node: Grid) -> Text:
        """Values with their conditions as where(…, a, where(…, b, c))."""
        rows = [row for row in node.rows if len(row) == 2]
        if len(rows) != len(node.rows) or not rows:
            raise Unreadable("each of the cases is a value and a condition", node.at, "write a & x > 0 \\\\ ...")
        out: Text | None = None
        for value, when in reversed(rows):
            written = self.write(value)
            relation = _said(when)
            if relation is None:
                if out is not None:
                    raise Unreadable("the last case alone may be `otherwise`", node.at, "write its condition")
                out = written
            elif out is None:
                what = "what holds in no case is not said"
                raise Unreadable(what, node.at, r"let the last case be `\text{otherwise}`")
            else:
                out = text(value.at, "where(", *listed(node.at, [self.condition(relation), written, out]), ")")
        assert out is not None
        return out


def _said(when: Node) -> Relation | None:
    """The condition of a case; None for `otherwise`."""
    if isinstance(when, Relation):
        return when
    if isinstance(when, Times):
        return next((part for part in when.factors if isinstance(part, Relation)), None)
    if isinstance(when, Words) and when.text.lower().strip(" .,") in ("otherwise", "else", "o.w.", "o.w"):
        return None
    raise Unreadable(f"{shown(when)} is no condition", max(when.at, 0), r"write x > 0, or \text{otherwise}")


def _condition_letters(conditions: list[Relation]) -> list[str]:
    found: list[str] = []
    for condition in conditions:
        waiting: list[Node] = list(condition.sides)
        while waiting:
            one = waiting.pop()
            if isinstance(one, Name) and not (one.subs or one.sups or one.accents):
                found.append(one.base)
            elif isinstance(one, Sum):
                waiting.extend(one.terms)
            elif isinstance(one, Times):
                waiting.extend(one.factors)
            elif isinstance(one, List):
                waiting.extend(one.items)
    return found
