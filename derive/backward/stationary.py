"""Quantities that make a cost stationary: ∂E/∂w = 0 as a condition like any other.

The condition is the closed form of w̄ under E, derived as that of any bar; where it is linear in w, its terms with w
stand on the left: XᵀX w = Xᵀ t for E = ½‖Xw − t‖². It says where E is stationary, not that it is smallest there.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from derive.backward import backward
from derive.backward.indicators import written_out
from derive.declare.implicit import RESIDUALS, joined
from derive.declare.loops import ordered
from derive.declare.network import Condition, Network
from derive.errors import DeriveError, Problem
from derive.graph import Graph
from derive.notation.affine import affine
from derive.notation.common import positive_first
from derive.notation.equation import Equation
from derive.notation.expression import ZERO, Entry, Expr, Factor, Tensor, bar, whole
from derive.notation.index import Index
from derive.notation.product import negative, scale
from derive.notation.rewrite import rewrite
from derive.notation.walk import apart, entries, factors, substitute


def with_conditions(network: Network) -> Network:
    """The network with the conditions of what makes its costs stationary. Raises DeriveError."""
    for name, cost in network.stationary.items():
        network = _with(network, _condition(network, name, cost))
    return replace(network, stationary=MappingProxyType({}))


def _condition(network: Network, name: str, cost: str) -> Condition:
    """∂E/∂w = 0."""
    tensor = network.tensors[name]
    inner = replace(network, cost=cost, costs=(), stationary=MappingProxyType({}), facts=())
    lines = backward(inner, Graph(inner), [name], cost)
    wanted = next((line for line in lines if line.tensor == bar(tensor, cost)), None)
    if cost not in network.tensors or wanted is None or wanted.steps[-1].rule in ("unreached", "seed"):
        what = f"`{cost}` does not depend on `{name}`: it is stationary wherever it is"
        raise DeriveError(Problem(network.asked.get(name), what, f"name a cost that reads {name}"))
    letters = tuple(Index(x.name, x.range) for x in wanted.scalar.letters)
    left = Entry(tensor, tuple(x.slot for x in letters))
    bars = {line.tensor: line.scalar for line in lines}
    above = [e for e in network.equations if tensor in _below(network, e.left.tensor) and e.left.tensor != tensor]
    sides = _sides(_written(wanted.steps[-1].right, {**bars, **{e.left.tensor: e for e in above}}), tensor)
    if sides[1] == ZERO:  # not linear: the quantities that w is in keep their names
        sides = positive_first(_written(wanted.steps[-1].right, bars)), ZERO
    if not _reads(network, sides, tensor):
        what = f"∂{cost}/∂{name} does not read `{name}`: {cost} is stationary nowhere, or everywhere"
        raise DeriveError(Problem(network.asked.get(name), what, f"name a cost that has a minimum in {name}"))
    called = next(n for n in (*RESIDUALS, f"F_{name}") if not _taken(network, n))
    own = dict(zip(wanted.scalar.letters, (x.slot for x in letters), strict=True))
    first, second = (Equation(left, apart(substitute(side, own)), network.asked.get(name)) for side in sides)
    return Condition(first, second, residual=called, cost=cost)


def _reads(network: Network, sides: tuple[Expr, Expr], tensor: Tensor) -> bool:
    """Whether a condition reads what it is to define, itself or through what it reads."""
    read = tuple(dict.fromkeys(e.tensor for side in sides for e in entries(side)))
    return tensor in Graph(network).below(read)


def _taken(network: Network, name: str) -> bool:
    known = {*network.tensors, *network.sizes, *network.functions, *(c.residual for c in network.implicit.values())}
    return bool(known.intersection((name, name.lower())))


def _below(network: Network, tensor: Tensor) -> set[Tensor]:
    return Graph(network).below((tensor,))


def _written(expr: Expr, known: dict[Tensor, Equation]) -> Expr:
    """The expression with the bars, and the quantities that w is in, written out."""

    def change(factor: Factor) -> Expr | None:
        own = known.get(factor.tensor) if isinstance(factor, Entry) else None
        if own is None:
            return None
        assert isinstance(factor, Entry)
        return written_out(own.left, apart(own.right), factor)

    while any(isinstance(f, Entry) and f.tensor in known for f in factors(expr)):
        expr = rewrite(expr, change)
    return expr


def _sides(whole: Expr, tensor: Tensor) -> tuple[Expr, Expr]:
    """What is linear in w on the left, the rest on the right; where it is not linear, whole = 0."""
    met = affine(whole, tensor)
    if met is None or not met.linear.terms:
        return positive_first(whole), ZERO
    left, right = met.linear, negative(met.rest)
    if left.terms[0].coefficient < 0:
        left, right = negative(left), negative(right)
    return _without_common(left, right)


def _without_common(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Both sides without the number that all their terms have: XᵀX w = Xᵀt for 2 XᵀX w = 2 Xᵀt."""
    numbers = {abs(Fraction(term.coefficient)) for side in (left, right) for term in side.terms}
    if len(numbers) != 1 or numbers == {1}:
        return left, right
    by = whole(1 / numbers.pop())
    return scale(by, left), scale(by, right)


def _with(network: Network, condition: Condition) -> Network:
    """The network with the condition below its cost."""
    tensor = condition.right.left.tensor
    equation, _ = joined(condition.right, condition.left)
    place = 1 + max(n for n, e in enumerate(network.equations) if e.left.tensor.name == condition.cost)
    equations = (*network.equations[:place], equation, *network.equations[place:])
    implicit = {**network.implicit, tensor.name: condition}
    order = ordered(equations, frozenset(implicit))
    if order.cycles:
        names = " → ".join(equations[n].left.tensor.name for n in order.cycles[0])
        at = network.asked.get(tensor.name)
        raise DeriveError(Problem(at, f"a cycle: {names}", "let the cost stand apart from what reads its minimum"))
    return replace(
        network,
        equations=equations,
        order=order.order,
        delayed=order.delayed,
        backwards=order.backwards,
        implicit=MappingProxyType(implicit),
    )
