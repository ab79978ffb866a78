"""What users get are ordinary SymPy equations: written out at small sizes, each bar is SymPy's own derivative."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy
from sympy.matrices.expressions.matexpr import MatrixElement

from derive.backward import outputs
from derive.declare.load import load, parse_problem
from derive.derivation import Derivation, Line
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, bar
from derive.pipeline import derive_network
from derive.render.to_sympy import Scope, limits, scalar_eq, size_symbol, symbol_name, tensor_symbol
from derive.render.to_sympy_matrix import matrix_eq

PROBLEMS = sorted((Path(__file__).parents[1] / "problems").glob("*.yaml"), key=lambda path: path.name)
DIGITS = 30

Values = dict[Any, Any]


@cache
def derivation(path: Path) -> Derivation:
    network = load(path)
    wanted = tuple(t.name for t in network.tensors.values() if t.role in ("input", "parameter"))
    return derive_network(network, tuple(dict.fromkeys([*network.want, *wanted])))


class Explicit:
    """A derivation at small unequal sizes, entry by entry, hidden entries and bars written out down to the inputs."""

    def __init__(self, found: Derivation) -> None:
        self.found = found
        network = found.network
        names = list(network.sizes)
        numbers = [network.sizes[name].number or n for n, name in enumerate(names, 1)]
        self.sizes: Values = {size_symbol(name): sympy.Integer(n) for name, n in zip(names, numbers, strict=True)}
        self.classes: Values = {}
        for tensor in network.tensors.values():
            if tensor.among is not None:
                lo, hi = self.ends(tensor.among)
                entries = zip(self.positions(tensor), itertools.cycle(range(lo, hi + 1)), strict=False)
                self.classes.update({entry_of(tensor, at): sympy.Integer(k) for at, k in entries})
        self.values: Values = {}

    def ends(self, axis: Any) -> tuple[int, int]:
        lo, hi = (int(end.subs(self.sizes)) for end in limits(axis, Scope()))
        return lo, hi

    def positions(self, tensor: Tensor) -> Iterator[tuple[int, ...]]:
        ranges = [range(lo, hi + 1) for lo, hi in map(self.ends, tensor.axes)]
        return itertools.product(*ranges)

    def entries(self, equation: Equation) -> Iterator[tuple[Any, Any]]:
        """(entry, its right side) for every position of the equation, nothing put in yet."""
        written = scalar_eq(equation)
        symbols = [sympy.Symbol(x.name, integer=True) for x in equation.letters]
        ranges = [range(lo, hi + 1) for lo, hi in (self.ends(x.range) for x in equation.letters)]
        for at in itertools.product(*ranges):
            here = {**self.sizes, **dict(zip(symbols, at, strict=True))}
            yield written.lhs.subs(here), self.settled(written.rhs.subs(here))

    def settled(self, value: Any) -> Any:
        return value.doit().xreplace(self.classes).doit()

    def put_in(self, equation: Equation) -> None:
        """The equation's entries, what is known put in."""
        found = {left: right.subs(self.values) for left, right in self.entries(equation)}
        self.values.update(found)

    def put_all_in(self) -> None:
        for n in self.found.network.order:
            self.put_in(self.found.network.equations[n])
        for line in self.found.backward:
            if line.steps[-1].rule != "upstream":
                self.put_in(line.scalar)

    def cost(self) -> Any:
        """The explicit cost; where there is none, Σ upstream · output."""
        total = sympy.Integer(0)
        for tensor in outputs(self.found.network):
            for at in self.positions(tensor):
                weight = 1 if self.found.network.cost else entry_of(bar(tensor, self.found.cost), at)
                total += weight * self.values[entry_of(tensor, at)]
        return total


def slope(cost: Any, entry: Any) -> Any:
    """SymPy's own derivative, by a symbol: in SymPy 1.14 g(x[1], u[1]*x[1]).diff(x[1]) is ambiguous."""
    place = sympy.Symbol("place")
    return cost.xreplace({entry: place}).diff(place).subs(place, entry)


def entry_of(tensor: Tensor, at: tuple[int, ...]) -> Any:
    symbol = tensor_symbol(tensor)
    return symbol[at] if at else symbol


def concrete(expr: Any) -> Any:
    """Abstract functions replaced by smooth ones, so that numbers can be put in; only after all differentiation."""
    names = sorted({f.func.__name__ for f in expr.atoms(sympy.core.function.AppliedUndef)})
    for n, name in enumerate(names, 1):
        expr = expr.replace(
            lambda e, name=name: isinstance(e, sympy.core.function.AppliedUndef) and e.func.__name__ == name,
            lambda e, n=n: sympy.sin(sum((k + n) * a for k, a in enumerate(e.args, 1)) / 3) + e.args[-1] ** 2 / 5,
        ).doit()
    return expr.doit()


def agree(left: Any, right: Any, seed: int = 0) -> bool:
    """Whether two expressions have the same value at a random point, to many digits."""
    left, right = concrete(sympy.sympify(left)), concrete(sympy.sympify(right))
    atoms = left.atoms(sympy.Indexed, sympy.Symbol) | right.atoms(sympy.Indexed, sympy.Symbol)
    names = sorted({str(atom) for atom in atoms})
    draw = random.Random(seed)
    numbers = {name: sympy.Rational(draw.randint(20, 90), 97) for name in names}

    def at_point(expr: Any) -> Any:
        # Indexed first: an IndexedBase's own symbol is among the symbols.
        indexed = {a: numbers[str(a)] for a in expr.atoms(sympy.Indexed)}
        plain = expr.xreplace(indexed)
        return plain.xreplace({a: numbers[str(a)] for a in plain.atoms(sympy.Symbol)}).evalf(DIGITS)

    a, b = at_point(left), at_point(right)
    assert a.is_number and b.is_number, (a, b)
    return bool(abs(a - b) <= sympy.Float(10) ** (5 - DIGITS) * (1 + abs(a)))


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_bars_are_sympy_s_own_derivatives_of_the_explicit_cost(path: Path) -> None:
    found = derivation(path)
    explicit = Explicit(found)
    explicit.put_all_in()
    cost = explicit.cost()
    checked = 0
    for line in found.backward:
        tensor = found.network.tensors[line.tensor.name]
        if tensor.role in ("input", "parameter"):
            for at in explicit.positions(tensor):
                own = explicit.values[entry_of(line.tensor, at)]
                assert agree(own, slope(cost, entry_of(tensor, at))), (symbol_name(line.tensor), at)
                checked += 1
    assert checked


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_vector_lines_written_out_are_the_scalar_lines(path: Path) -> None:
    found = derivation(path)
    explicit = Explicit(found)
    for line in (*found.forward, *found.backward):
        if line.vector is not None:
            pairs = zip(explicit.entries(line.scalar), _written_out(line, explicit), strict=True)
            for (entry, scalar), vector in pairs:
                assert agree(scalar, vector), (entry, scalar, vector)


def _written_out(line: Line, explicit: Explicit) -> Iterator[Any]:
    """The entries of the vector line's right side, in the order of the scalar line's positions."""
    assert line.vector is not None
    right = matrix_eq(line.vector).rhs.subs(explicit.sizes).doit()
    right = right.replace(sympy.Trace, lambda inner: inner.as_explicit().trace())
    value = right.as_explicit() if getattr(right, "is_Matrix", False) else sympy.ImmutableMatrix([[right]])
    known = {t.name + "bar" * len(t.cost): t for t in _tensors(explicit.found)}
    for entry in value:
        plain = explicit.settled(entry)
        elements = {e: _indexed(e, known) for e in plain.atoms(MatrixElement)}
        yield explicit.settled(plain.xreplace(elements))


def _tensors(found: Derivation) -> list[Tensor]:
    return [*found.network.tensors.values(), *(line.tensor for line in found.backward)]


def _indexed(element: Any, known: Mapping[str, Tensor]) -> Any:
    """x[0, 0] of a `MatrixSymbol` as x[1] of an `IndexedBase`."""
    tensor = known[element.parent.name]
    at = (element.i, element.j) if len(tensor.axes) == 2 else (element.j if tensor.row else element.i,)
    return entry_of(tensor, tuple(int(k) + int(axis.lo.constant) for k, axis in zip(at, tensor.axes, strict=True)))


FUNCTIONS = """
version: 1
sizes: {N: units, T: steps}
inputs: {x: [N], u: [N], a: []}
classes: {c: N}
functions: {sigma: abstract, g: abstract}
equations: |
"""

SAMPLES = {
    "piecewise": "E = sum(i, where(x[i] > a, x[i]**2, relu(u[i])))",
    "kinks": "E = sum(max(x, u)) + sum(abs(x)) + sum(elu(u)) + sum(leaky_relu(x * u))",
    "smooth": "E = sum(gelu(x)) + sum(silu(u)) + sum(softplus(x)) + sum(erf(u)) + sum(log2(x + 2))",
    "gamma": "E = sum(lgamma(x + 1)) + sum(tan(u)) + sum(sin(x) * cos(u))",
    "two arguments": "E = sum(g(x, u * x)) + a * sum(sigma(x)**3)",
    "softmax": "E = logsumexp(x) + log_softmax(u)[c] + dot(softmax(x), u)",
    "shifted": "E = sum(i, tanh(x[i+1]) * u[i])",
    "powers": "E = sum(i, x[i]**u[i]) + norm(x, 3) + 1 / norm(u)",
}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_functions(name: str) -> None:
    network = parse_problem(FUNCTIONS + f"  {SAMPLES[name]}\ncost: E\n")
    found = derive_network(network, ("x", "u"))
    explicit = Explicit(found)
    explicit.sizes = {size: sympy.Integer(3) for size in explicit.sizes}
    explicit.put_all_in()
    cost = explicit.cost()
    for tensor in (network.tensors["x"], network.tensors["u"]):
        for at in explicit.positions(tensor):
            own = explicit.values[entry_of(bar(tensor, "E"), at)]
            assert agree(own, slope(cost, entry_of(tensor, at))), (tensor.name, at)


def test_names_never_reach_a_parser() -> None:
    tensor = Tensor("__import__", ())
    assert tensor_symbol(tensor).name == "__import__"
