"""What a writer left out of a sum: the other terms of the problem's own sum that begins so, as in ReLU(h₃ w₂ + …)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from derive.check.forms import Quantity
from derive.check.values import Unknown, Value, scalar
from derive.notation.expression import Expr
from derive.notation.walk import entries, factors, free_letters, parts
from derive.referee.evaluate import evaluate
from derive.syntax.tree import Name, Node, children

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator


def rest_of(ev: Evaluator, shown: Sequence[Node]) -> Value:
    """The sum of the terms that are left out. Raises Unknown if no sum of the problem has the terms that are shown."""
    names = [_names(ev, node) for node in shown]
    for equation in ev.setting.forward:
        for expr in _inside(equation.right):
            left = _without(expr, names) if not free_letters(expr) else None
            if left is not None and left.terms:
                return scalar(evaluate(left, (), ev.setting.world))
    raise Unknown("something is left out (…)")


def _names(ev: Evaluator, node: Node) -> frozenset[str]:
    """The quantities that a formula names."""
    found, waiting = set(), [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(children(one))
        if isinstance(one, Name):
            found |= {m.tensor.name for m in ev.symbols.meanings(one)[:1] if isinstance(m, Quantity)}
    return frozenset(found)


def _inside(expr: Expr) -> Iterator[Expr]:
    yield expr
    for factor in factors(expr):
        yield from parts(factor)


def _without(expr: Expr, shown: Sequence[frozenset[str]]) -> Expr | None:
    """The terms that are not shown; None if one that is shown is not among them."""
    left = list(expr.terms)
    for names in shown:
        met = [t for t in left if frozenset(e.tensor.name for e in entries(Expr((t,)))) == names]
        if not met:
            return None
        left.remove(met[0])
    return Expr(tuple(left))
