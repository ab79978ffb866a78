"""The bars of what a condition defines, F(y, x) = 0: the adjoint equation.

    ∂F/∂y dy + ∂F/∂x dx = 0        dE = ȳᵀ dy = −ȳᵀ (∂F/∂y)⁻¹ ∂F/∂x dx
    (∂F/∂y)ᵀ λ = ȳ                 x̄ = −(∂F/∂x)ᵀ λ

ȳ is what reaches y from outside its condition. λ takes the place of a bar in the equation y = y − F(y, x), whose
contributions to the bars of all that it reads, y among them, are worked out as those of any other: λ = ȳ + λ − (∂F/∂y)ᵀ λ.
What is solved together with y (z of y = σ(z), z = W y + x) is put in. Sources: Bai, Kolter & Koltun 2019, theorem 1;
Griewank & Walther 2008, section 15.1.
"""

from __future__ import annotations

from derive.backward.contributions import contributions
from derive.backward.indicators import written_out
from derive.derivation import Line, Step
from derive.graph import Graph
from derive.notation.affine import System, affine, system
from derive.notation.expression import Entry, Expr, Factor, Tensor, of, upstream
from derive.notation.index import Index
from derive.notation.product import add, negative
from derive.notation.rewrite import rewrite
from derive.notation.walk import factors, substitute
from derive.vectorise.sides import with_sides

def adjoint(line: Line, tensor: Tensor, graph: Graph, cost: str) -> Line:
    """The line of λ from that of the sum of all contributions to y, y's own condition's among them.

    line: λ_k = ȳ_k + Σ_i λ_i ∂f_i/∂y_k, its steps as those of a bar.
    """
    letters = line.scalar.letters
    inside = _put_in(line.steps[-1].right, tensor, graph, cost)
    above = line.tensor
    found = affine(add(of(line.left), negative(inside)), above)
    assert found is not None, "a bar is linear in those above it"
    met = system(found, letters)
    return solved(line, met) if met is not None else line


def solved(line: Line, met: System) -> Line:
    """The line with the equation that it solves, and solved."""
    steps = (*line.steps, Step("solved", met.solution(turned=not met.is_symmetric)))
    return with_sides(Line(line.left, steps, place=line.place), met)


def _put_in(expr: Expr, tensor: Tensor, graph: Graph, cost: str) -> Expr:
    """The bars of what is solved together with y, and that no condition defines, written out."""
    inner = {upstream(t, cost): t for t in graph.around[tensor] if not t.multiplier}
    sums: dict[Tensor, Expr] = {}

    def change(factor: Factor) -> Expr | None:
        if not isinstance(factor, Entry) or factor.tensor not in inner:
            return None
        own = inner[factor.tensor]
        letters = tuple(Index(f"{n}", axis) for n, axis in enumerate(own.axes))
        whole = _sum(own, letters, graph, cost)
        return written_out(Entry(factor.tensor, tuple(x.slot for x in letters)), whole, factor)

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
