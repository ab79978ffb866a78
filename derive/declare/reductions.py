"""What a reduction runs over: sum(i, j, e), max(j <= t, x[j]), softmax(k, S), mean(X).

Leading arguments are indices and conditions. An index names a letter of the body, or an axis of it; a letter in a
condition that nothing binds is one more index. Without any, all axes of the body are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from derive.declare.formula import Node
from derive.declare.inside import inside
from derive.declare.positions import bound_letter, bound_names
from derive.declare.scope import Bound, Fault, Scope
from derive.notation.constants import KNOWN
from derive.notation.expression import ONE, Expr
from derive.notation.index import Index
from derive.notation.layout import Array, Misfit, aligned
from derive.notation.product import multiply
from derive.notation.walk import free_letters, substitute
from derive.operators.form import Reduction

Value: TypeAlias = Callable[[Scope, Node], Array]
Condition: TypeAlias = Callable[[Scope, Node], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Reader:
    """How the parts of one call are read.

    keeps: whether the one axis that the call runs along stays (softmax).  padding: whether outside reads count.
    """

    scope: Scope
    node: Node
    value: Value
    condition: Condition
    keeps: bool = False
    padding: bool = True

    @property
    def name(self) -> str:
        return self.scope.word(self.node)

    def reduction(self, leading: Sequence[Node], body: Node) -> Reduction:
        """The letters, the body over what is left of its axes, and the weight of each position."""
        named = [part for part in leading if part.kind != "condition"]
        conditions = [part for part in leading if part.kind == "condition"]
        indices = self._named(named, body, conditions)
        opened = self._opened(conditions, indices, body)
        inner = self.scope.within({**indices, **opened})
        array, weight = self._weighed(inner, body, conditions)
        found = self._resolved(indices, opened, named, array, weight, body)
        if conditions and not found.letters:
            raise Fault(
                self.node,
                f"`{self.scope.text(self.node)}` runs over no index: every one in its condition is bound around it",
                f"use a letter of its own: {self.name}(j <= i, x[j])",
            )
        return found if self.padding else self._without_padding(found)

    def _named(self, named: Sequence[Node], body: Node, conditions: Sequence[Node]) -> dict[str, Bound]:
        bound: dict[str, Bound] = {}
        for part in named:
            name = self._index_name(part)
            outer = self.scope.letters.get(name)
            if name in bound or (outer is not None and not self.keeps):
                raise Fault(part, f"the index `{name}` is bound already", "choose another letter")
            bound[name] = outer or self._bound(part, name, body, conditions)
        if self.keeps and len(named) > 1:
            raise Fault(self.node, f"`{self.name}` runs along one index", f"write {self.name}(k, S)")
        return bound

    def _index_name(self, part: Node) -> str:
        if part.kind != "name":
            raise Fault(
                part,
                f"`{self.scope.text(part)}` is no index",
                "name the indices first, then what is summed: sum(i, x[i])",
            )
        return self.scope.word(part)

    def _bound(self, part: Node, name: str, body: Node, conditions: Sequence[Node]) -> Bound:
        """A letter that is bound here; the body, then the conditions say how far it runs."""
        reads = Node("reads", (body, *conditions), body.first, body.last)
        met = bound_letter(self.scope, part, name, reads)
        if met is None:
            raise Fault(
                part,
                f"the range of the index `{name}` cannot be inferred",
                f"it stands alone in no [ ] of `{self.scope.text(body)}`; write `indices: {{{name}: N}}`",
            )
        return met

    def _opened(self, conditions: Sequence[Node], known: dict[str, Bound], body: Node) -> dict[str, Bound]:
        """The letters of conditions that nothing binds."""
        found: dict[str, Bound] = {}
        for part in conditions:
            for name_node in self._free_names(part, frozenset(known)):
                name = self.scope.word(name_node)
                if name not in found:
                    found[name] = self._bound(name_node, name, body, conditions)
        return found

    def _free_names(self, node: Node, bound: frozenset[str]) -> Iterator[Node]:
        scope = self.scope
        if node.kind == "call":
            inner = bound.union(bound_names(scope, node))
            for part in node.parts[1:]:
                yield from self._free_names(part, inner)
        elif node.kind == "name":
            name = scope.word(node)
            taken = name in bound or name in scope.letters or name in scope.context.sizes or name in KNOWN
            if not taken and scope.tensor(name) is None:
                yield node
        elif node.kind != "attribute":
            for part in node.parts:
                yield from self._free_names(part, bound)

    def _weighed(self, inner: Scope, body: Node, conditions: Sequence[Node]) -> tuple[Array, Expr]:
        """The body and the product of the conditions, over the same rows and columns."""
        arrays = [self.value(inner, body), *(self.condition(inner, part)[0] for part in conditions)]
        try:
            leader, exprs = aligned(*arrays)
        except Misfit as misfit:
            first, second = misfit.pair
            nodes = (body, *conditions)
            what = f"`{self.scope.text(nodes[first])}` is {arrays[first]}, `{self.scope.text(nodes[second])}` is not"
            raise Fault(nodes[second], what, "a condition is a scalar or has the shape of the value") from None
        return Array(exprs[0], leader.rows, leader.columns), multiply(*exprs[1:]) if conditions else ONE

    def _resolved(
        self,
        indices: dict[str, Bound],
        opened: dict[str, Bound],
        named: Sequence[Node],
        body: Array,
        weight: Expr,
        inside_: Node,
    ) -> Reduction:
        """Each index as the letter that the body reads, or as the axis of the body that runs like it."""
        if self.keeps and not indices:
            return Reduction(self._only_axis(body, inside_), body, weight)
        if not indices and not opened:
            return Reduction(body.letters, Array(body.expr), weight)
        taken: list[Index] = []
        nodes = {self.scope.word(part): part for part in named}
        left = body
        for name, met in {**indices, **opened}.items():
            goes = name in indices or not self.keeps
            axis = self._axis(name, met, left, nodes.get(name, self.node), name in self.scope.letters)
            if axis is not met.index:
                weight = substitute(weight, {met.index: axis.slot})
            if goes:
                taken.append(axis)
                left = left if self.keeps else _less(left, axis)
        return Reduction(tuple(taken), left, weight)

    def _only_axis(self, body: Array, inside_: Node) -> tuple[Index, ...]:
        if len(body.letters) == 1:
            return body.letters
        raise Fault(
            self.node,
            f"`{self.name}` of {body}: over which axis?" if body.letters else f"`{self.name}` of a scalar",
            f"name its index: {self.name}(k, {self.scope.text(inside_)})" if body.letters else "it takes a vector",
        )

    def _axis(self, name: str, met: Bound, body: Array, part: Node, outer: bool) -> Index:
        reads = met.index in free_letters(body.expr)
        if outer:
            if not reads:
                text = self.scope.text(self.node)
                raise Fault(self.node, f"`{text}` does not depend on the index `{name}`", "index the argument by it")
            return met.index
        if reads and not self.keeps:
            return met.index
        fitting = [axis for axis in body.letters if axis.range == met.index.range]
        if len(fitting) > 1:
            raise Fault(
                part,
                f"both axes of {body} could be `{name}`",
                f"index the entries: {self.name}({name}, A[.., {name}])",
            )
        if fitting:
            return fitting[0]
        if body.letters or self.keeps:
            raise Fault(part, f"no axis of {body} runs like `{name}`", "name an index of it", met.place)
        return met.index

    def _without_padding(self, given: Reduction) -> Reduction:
        """Positions where the body reads outside an axis are left out."""
        weight = multiply(given.weight, inside(given.body.expr, given.letters))
        if weight.number == 0:
            raise Fault(self.node, f"`{self.scope.text(self.node)}` has no position that counts", "mend its condition")
        return replace(given, weight=weight)


def _less(body: Array, axis: Index) -> Array:
    """Without an axis, which is reduced over."""
    return Array(body.expr, *(x if x is not axis else None for x in (body.rows, body.columns)))


def split(scope: Scope, parts: tuple[Node, ...], values: int) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The leading indices and conditions, and the values after them, of which there are at most so many."""
    if values == 1:
        return parts[:-1], parts[-1:]
    count = 0
    while count < len(parts) - 1 and _leads(scope, parts[count]):
        count += 1
    return parts[:count], parts[count:]


def _leads(scope: Scope, part: Node) -> bool:
    if part.kind != "name":
        return part.kind == "condition"
    name = scope.word(part)
    known = scope.tensor(name) is not None or name in scope.context.sizes or name in scope.letters or name in KNOWN
    return not known
