"""The tangent of what a condition defines: ∂F/∂y ẏ = −∂F/∂x ẋ, solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from derive.backward.indicators import written_out
from derive.declare.network import Network
from derive.derivation import Line, Step
from derive.graph import Graph
from derive.notation.affine import affine, system
from derive.notation.equation import Equation
from derive.notation.expression import ONE, Entry, Expr, Factor, Tensor, dot, of
from derive.notation.matrix import MatrixEquation
from derive.notation.product import add, negative
from derive.notation.rewrite import rewrite
from derive.notation.walk import apart, factors
from derive.vectorise import vectorised
from derive.vectorise.sides import with_sides


def with_solved(lines: Sequence[Line], network: Network) -> tuple[Line, ...]:
    """The lines, those of what a condition defines with the equation that they solve, and solved."""
    around = {dot(t): frozenset(map(dot, met)) for t, met in Graph(network).around.items() if t.multiplier}
    known = {line.tensor: line for line in lines}
    return tuple(_solved(line, around[line.tensor], known) if line.tensor in around else line for line in lines)


def _solved(line: Line, inside: frozenset[Tensor], known: Mapping[Tensor, Line]) -> Line:
    inner = {t: known[t] for t in inside if t in known and t != line.tensor}

    def change(factor: Factor) -> Expr | None:
        own = inner.get(factor.tensor) if isinstance(factor, Entry) else None
        if own is None:
            return None
        assert isinstance(factor, Entry)
        return written_out(own.left, apart(own.scalar.right), factor)

    right = line.scalar.right
    for _ in range(len(inner)):
        if any(isinstance(f, Entry) and f.tensor in inner for f in factors(right)):
            right = rewrite(right, change)
    if any(isinstance(f, Entry) and f.tensor in inner for f in factors(right)):
        return line
    return with_solution(line, vectorised, right)


def with_solution(line: Line, form: Callable[[Equation], MatrixEquation | None], right: Expr | None = None) -> Line:
    """A line whose right side reads its left side, solved for it where it is linear; as it is where it is not.

    right: the right side with all that is solved together with it put in.
    """
    found = affine(add(of(line.left), negative(line.scalar.right if right is None else right)), line.tensor)
    met = system(found, line.scalar.letters) if found is not None else None
    if met is None or (met.row is None and met.matrix == ONE):
        return line
    steps = (*line.steps, Step("solved", met.solution()))
    return with_sides(replace(line, steps=steps), met).with_vector(form)
