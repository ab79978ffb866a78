"""One quantity and all of its equations: where each gives it, the axes that follow, and whether they cover these."""

from __future__ import annotations

from collections.abc import Sequence

from derive.declare.cover import hull, miscount
from derive.declare.formula import Node, Statement
from derive.declare.left import Lead, leads
from derive.declare.scope import Context, Fault, Scope, walk
from derive.declare.statement import equation, label_places
from derive.notation.equation import Equation
from derive.notation.expression import Tensor
from derive.notation.index import Range


class Quantity:
    """The statements of one name. What their left sides say is worked out once, when it is first needed."""

    def __init__(self, name: str, statements: tuple[Statement, ...]) -> None:
        self.name, self.statements = name, statements
        self._leads: list[tuple[Lead, ...]] | None = None
        self._axes: tuple[Range, ...] = ()

    def equation(self, scope: Scope, known: Tensor | None) -> Equation:
        """The index form of one of the statements; raises Fault."""
        every = self.leads(scope.context)
        own = every[next(n for n, s in enumerate(self.statements) if s is scope.statement)]
        return equation(scope, own, known, self._axes, len(every) == 1)

    def tensor(self, context: Context, layout: tuple[Range, ...], row: bool) -> Tensor:
        """The quantity, with these axes after the leading ones."""
        own = self.leads(context)
        scope = Scope(context, self.statements[0])
        axes = (*self._axes, *layout)
        places = sorted({n for met in own for n in label_places(scope, met, axes)})
        return Tensor(self.name, axes, "hidden", row=row, labels=tuple(places))

    def leads(self, context: Context) -> list[tuple[Lead, ...]]:
        """The slots of each left side; raises Fault."""
        if self._leads is None:
            found = [leads(Scope(context, s), context.shapes.get(self.name)) for s in self.statements]
            self._axes = self._joined(context, found)
            self._leads = found
        return self._leads

    def _joined(self, context: Context, found: Sequence[tuple[Lead, ...]]) -> tuple[Range, ...]:
        """The axes that the leading slots of all left sides run over."""
        for statement, met in zip(self.statements, found, strict=True):
            if len(met) != len(found[0]):
                what = f"`{self.name}` has {len(met)} positions on the left here, {len(found[0])} elsewhere"
                raise Fault(statement.root.parts[0], what, "give as many each time")
        stated = context.shapes.get(self.name)
        if stated is not None:
            return stated.axes[: len(found[0])]
        axes = hull([tuple(lead.runs for lead in met) for met in found])
        if isinstance(axes, str):
            raise Fault(self.statements[0].root.parts[0], axes, f"state the axes: `hidden: {{{self.name}: [...]}}`")
        return axes

    def statement_of(self, node: Node, default: Statement | None = None) -> Statement:
        """The statement that a node is part of."""
        for statement in self.statements:
            if any(part is node for part in walk(statement.root)):
                return statement
        return default or self.statements[0]

    def cover(self, context: Context) -> None:
        """Raises Fault where a position is given twice or not at all."""
        found = self.leads(context)
        if len(found) < 2:
            return
        bad = miscount([tuple(lead.runs for lead in met) for met in found], self._axes)
        if bad is None:
            return
        position, count, sizes, last = bad
        at = ", ".join(map(str, position))
        where = f" where {', '.join(f'{name} = {n}' for name, n in sizes.items())}" if sizes else ""
        node = self.statements[last].root.parts[0]
        if count:
            raise Fault(node, f"`{self.name}[{at}]` is given {_times(count)}{where}", "let the ranges be disjoint")
        raise Fault(node, f"`{self.name}[{at}]` is given by no equation{where}", "let the ranges cover all positions")


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
