"""The bars of what a condition defines, F(y, x) = 0: the adjoint equation.

    ∂F/∂y dy + ∂F/∂x dx = 0        dE = ȳᵀ dy = −ȳᵀ (∂F/∂y)⁻¹ ∂F/∂x dx
    (∂F/∂y)ᵀ λ = ȳ                 x̄ = −(∂F/∂x)ᵀ λ

ȳ is what reaches y from outside its condition. λ takes the place of a bar in the equation y = y − F(y, x), whose
contributions to the bars of all that it reads are worked out as those of any other: λ = ȳ + λ − (∂F/∂y)ᵀ λ. What is
solved together with y (z of y = σ(z), z = W y + x) is put in.
Sources: Bai, Kolter & Koltun 2019, theorem 1; Griewank & Walther 2008, section 15.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.backward.contributions import contributions
from derive.backward.indicators import written_out
from derive.declare.network import Condition, Network
from derive.derivation import Line, Step
from derive.graph import Graph
from derive.notation.affine import System, affine, system
from derive.notation.bounds import surely_inside
from derive.notation.equation import Equation
from derive.notation.expression import ONE, Entry, Expr, Factor, Partial, Tensor, of, upstream
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.product import add, bracket, multiply, negative, summed
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart, factors, substitute
from derive.vectorise.sides import with_known, with_sides

if TYPE_CHECKING:
    from derive.operators.known import Known


def adjoint(line: Line, tensor: Tensor, graph: Graph, cost: str, residual: Tensor) -> Line:
    """The line of λ from that of the sum of all contributions to y, y's own condition's among them.

    line: λ_k = ȳ_k + Σ_i λ_i ∂f_i/∂y_k, its steps as those of a bar.
    """
    letters = line.scalar.letters
    inside = _put_in(line.steps[-1].right, tensor, graph, cost)
    above = line.tensor
    whole, facts = add(of(line.left), negative(inside)), tuple[Fact, ...]()
    if graph.known is not None:
        used = graph.known.used(whole, letters)
        whole, facts = used.expr, used.facts
    found = affine(whole, above)
    assert found is not None, "a bar is linear in those above it"
    met = system(found, letters)
    if met is None or (met.row is None and met.matrix == ONE):
        return line
    if graph.known is not None:
        met, more = with_known(met, graph.known)
        facts = tuple(dict.fromkeys((*facts, *more)))
    found_line = solved(line, met, facts, graph.known)
    if graph.around[tensor] != {tensor} or found_line.sides is None:
        return found_line
    return replace(found_line, sides=replace(found_line.sides, chain=_with_slopes(met, tensor, residual)))


def _with_slopes(met: System, tensor: Tensor, residual: Tensor) -> Expr:
    """Σ_i λ_i ∂F_i/∂y_k."""
    other = dict(zip(met.own, met.own, strict=True))
    if met.row is not None and met.column is not None:
        other[met.row] = met.column
    own, read = (tuple(x.slot for x in letters) for letters in (met.own, other.values()))
    slope = multiply(of(Entry(met.unknown, read)), of(Partial(Entry(residual, read), Entry(tensor, own))))
    return summed(() if met.column is None else (met.column,), slope)


def residual(condition: Condition, network: Network) -> Equation:
    """F = left − right with all that is solved together with y, and that no condition defines, put in."""
    equation = condition.equation
    around = Graph(network).around[condition.right.left.tensor]
    inner = [e for e in network.equations if e.left.tensor in around and not e.left.tensor.multiplier]
    once = {e.left.tensor: e for e in inner if sum(o.left.tensor == e.left.tensor for o in inner) == 1}

    def change(factor: Factor) -> Expr | None:
        own = once.get(factor.tensor) if isinstance(factor, Entry) else None
        if own is None:
            return None
        assert isinstance(factor, Entry)
        return written_out(own.left, apart(own.right), factor)

    right = equation.right
    while any(isinstance(f, Entry) and f.tensor in once for f in factors(right)):
        right = rewrite(right, change)
    return Equation(equation.left, right)


def of_residuals(chain: Expr, residuals: Mapping[Tensor, Tensor]) -> Expr:
    """∂y/∂x as −∂F/∂x, and ∂y/∂y as I − ∂F/∂y: what the equation y = y − F(y, x) gives."""

    def change(factor: Factor) -> Expr | None:
        residual = residuals.get(factor.of.tensor) if isinstance(factor, Partial) else None
        if residual is None:
            return None
        assert isinstance(factor, Partial)
        if not all(surely_inside(s, axis) for s, axis in zip(factor.of.slots, residual.axes, strict=True)):
            return None  # y[0] = y0 is an equation like any other
        slope = negative(of(Partial(Entry(residual, factor.of.slots), factor.wrt)))
        if factor.of.tensor != factor.wrt.tensor:
            return slope
        pairs = zip(factor.of.slots, factor.wrt.slots, strict=True)
        return add(multiply(*(bracket("=", a, b) for a, b in pairs)), slope)

    return rewrite(chain, change)


def solved(line: Line, met: System, facts: tuple[Fact, ...] = (), known: Known | None = None) -> Line:
    """The line with the equation that it solves, and solved; facts: those that the equation rests on."""
    solution, after = met.solution(turned=not met.is_straight), facts
    used = known.used(solution, line.scalar.letters) if known is not None else None
    if used is not None and length(used.expr) < length(solution):  # A⁻¹ = Aᵀ
        solution, after = used.expr, tuple(dict.fromkeys((*facts, *used.facts)))
    steps = (*line.steps, Step("solved", solution, after))
    found = with_sides(Line(line.left, steps, place=line.place), met)
    return replace(found, sides=replace(found.sides, facts=facts)) if facts and found.sides else found


def _put_in(expr: Expr, tensor: Tensor, graph: Graph, cost: str) -> Expr:
    """The bars of what is solved together with y, and that no condition defines, written out."""
    inner = {upstream(t, cost): t for t in graph.around[tensor] if not t.multiplier}

    def change(factor: Factor) -> Expr | None:
        if not isinstance(factor, Entry) or factor.tensor not in inner:
            return None
        own = inner[factor.tensor]
        letters = tuple(Index(f"{n}", axis) for n, axis in enumerate(own.axes))
        whole = _sum(own, letters, graph, cost)
        return written_out(Entry(factor.tensor, tuple(x.slot for x in letters)), apart(whole), factor)

    while any(isinstance(f, Entry) and f.tensor in inner for f in factors(expr)):
        expr = rewrite(expr, change)
    return expr


def _sum(tensor: Tensor, letters: tuple[Index, ...], graph: Graph, cost: str) -> Expr:
    """The sum of the contributions to a bar at these letters."""
    met = [
        substitute(c.right, dict(zip(c.letters, (x.slot for x in letters), strict=True)))
        for written in graph.readers.get(tensor, ())
        if written.equation.left.tensor in graph.reached
        for c in contributions(written.equation, cost)
        if c.tensor == tensor
    ]
    return add(*met)
