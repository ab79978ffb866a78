"""Networks put together by hand from the types, for tests that must not rest on the reader of problem files."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.declare.network import Network, SizeDeclaration
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Power, Tensor, Term
from derive.notation.index import Index, Range

N, K = Range.to("N"), Range.to("K")


def one(*factors: Factor, bound: tuple[Index, ...] = (), coefficient: int | Fraction = 1) -> Expr:
    return Expr((Term(coefficient, bound, factors),))


def total(*exprs: Expr) -> Expr:
    return Expr(tuple(term for expr in exprs for term in expr.terms))


def at(tensor: Tensor, *letters: Index) -> Entry:
    return Entry(tensor, tuple(x.slot for x in letters))


def call(name: str, *args: Expr) -> Expr:
    return one(Apply(name, tuple(Lambda((), a) for a in args)))


def network(tensors: Iterable[Tensor], equations: Iterable[Equation], cost: str | None) -> Network:
    known, found = tuple(tensors), tuple(equations)
    sizes = {name: SizeDeclaration() for name in ("N", "K")}
    parameters = tuple(t.name for t in known if t.role in ("input", "parameter"))
    order = tuple(range(len(found)))
    return Network("by hand", sizes, {t.name: t for t in known}, found, order, cost=cost, want=parameters)


def residual(activation: str = "tanh") -> Network:
    """z = W₁x + b₁, h = φ(z), R = rᵀh, y = x + W₂h + b₂, S = ½‖y − s‖², E = R + S."""
    x, r, s = (Tensor(name, (axis,), "input") for name, axis in (("x", N), ("r", K), ("s", N)))
    w1, b1 = Tensor("W1", (K, N), "parameter"), Tensor("b1", (K,), "parameter")
    w2, b2 = Tensor("W2", (N, K), "parameter"), Tensor("b2", (N,), "parameter")
    z, h, y = Tensor("z", (K,)), Tensor("h", (K,)), Tensor("y", (N,))
    cost_r, cost_s, cost = Tensor("R"), Tensor("S"), Tensor("E")

    def letters() -> tuple[Index, Index]:
        return Index("i", N), Index("j", K)

    equations = []
    i, j = letters()
    equations.append(Equation(at(z, j), total(one(at(w1, j, i), at(x, i), bound=(i,)), one(at(b1, j)))))
    i, j = letters()
    equations.append(Equation(at(h, j), call(activation, one(at(z, j)))))
    i, j = letters()
    equations.append(Equation(at(cost_r), one(at(r, j), at(h, j), bound=(j,))))
    i, j = letters()
    mixed = one(at(w2, i, j), at(h, j), bound=(j,))
    equations.append(Equation(at(y, i), total(one(at(x, i)), mixed, one(at(b2, i)))))
    i, j = letters()
    error = total(one(at(y, i)), one(at(s, i), coefficient=-1))
    equations.append(Equation(at(cost_s), one(Power(error, 2), bound=(i,), coefficient=Fraction(1, 2))))
    equations.append(Equation(at(cost), total(one(at(cost_r)), one(at(cost_s)))))
    return network([x, r, s, w1, b1, w2, b2, z, h, cost_r, y, cost_s, cost], equations, "E")


def shifted() -> Network:
    """E = Σᵢ tanh(xᵢ₊₁): the smallest network in which a range may not be dropped."""
    x, cost, i = Tensor("x", (N,), "input"), Tensor("E"), Index("i", N)
    value = one(*call("tanh", one(Entry(x, (i.slot + 1,)))).terms[0].factors, bound=(i,))
    return network([x, cost], [Equation(at(cost), value)], "E")


def shifted_rows() -> Network:
    """yᵢ = tanh(xᵢ₊₁), E = Σᵢ yᵢ²: here ȳ, which is 0 outside its axis, keeps the range."""
    x, y, cost = Tensor("x", (N,), "input"), Tensor("y", (N,)), Tensor("E")
    i, k = Index("i", N), Index("i", N)
    squares = one(Power(one(at(y, k)), 2), bound=(k,))
    equations = [Equation(at(y, i), call("tanh", one(Entry(x, (i.slot + 1,))))), Equation(at(cost), squares)]
    return network([x, y, cost], equations, "E")


def logarithm_of_minus_a_square() -> Network:
    """E = Σᵢ log(−xᵢ²), which has a value nowhere."""
    x, cost, i = Tensor("x", (N,), "input"), Tensor("E"), Index("i", N)
    inner = one(Power(one(at(x, i)), 2), coefficient=-1)
    value = one(*call("log", inner).terms[0].factors, bound=(i,))
    return network([x, cost], [Equation(at(cost), value)], "E")
