"""What users get are ordinary SymPy equations: written out at small sizes, each bar is SymPy's own derivative."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.matrices.expressions.matexpr import MatrixElement

from derive.backward import outputs
from derive.declare.load import load, parse_problem
from derive.derivation import Derivation, Line
from derive.notation.division import number_of, written_out
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, bar
from derive.pipeline import derive_network
from derive.render.to_sympy import Scope, limits, scalar_eq, size_symbol, symbol_name, tensor_symbol
from derive.render.to_sympy_matrix import matrix_eq
from tests.facts import satisfying
from tests.problem_files import NETWORKS

PROBLEMS = NETWORKS
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
        names = [name for name, size in network.sizes.items() if size.formula is None]
        small = any(t.labels or len(t.axes) > 2 for t in network.tensors.values())
        numbers = [network.sizes[name].number or (2 - n % 2 if small else n) for n, name in enumerate(names, 1)]
        known = dict(zip(names, numbers, strict=True))
        formulas = {name: size.formula for name, size in network.sizes.items() if size.formula is not None}
        known.update((name, number_of(written_out(formula), known) or 0) for name, formula in formulas.items())
        self.sizes: Values = {size_symbol(name): sympy.Integer(n) for name, n in known.items()}
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
        written = scalar_eq(equation, self.found.cost)
        symbols = [sympy.Symbol(x.name, integer=True) for x in equation.letters]
        ranges = [range(lo, hi + 1) for lo, hi in (self.ends(x.range) for x in equation.letters)]
        for at in itertools.product(*ranges):
            here = {**self.sizes, **dict(zip(symbols, at, strict=True))}
            yield written.lhs.subs(here), self.settled(written.rhs.subs(here))

    def settled(self, value: Any) -> Any:
        return value.doit().xreplace(self.classes).doit()

    def put_all_in(self) -> None:
        """Every entry that an equation or a line defines, in terms of inputs, parameters and upstream signals."""
        lines = [line.scalar for line in self.found.backward if line.steps[-1].rule != "upstream"]
        rights = dict(entry for e in (*self.found.network.equations, *lines) for entry in self.entries(e))
        for entry in rights:
            self.put_in(entry, rights)

    def put_in(self, entry: Any, rights: Mapping[Any, Any]) -> None:
        """An entry after those that it reads; in a recurrence those are of other positions."""
        if entry not in self.values:
            right = rights[entry]
            read = [atom for atom in right.atoms(sympy.Indexed, sympy.Symbol) if atom in rights]
            for atom in sorted(read, key=str):
                self.put_in(atom, rights)
            self.values[entry] = right.subs({atom: self.values[atom] for atom in read})

    def cost(self) -> Any:
        """The explicit cost; where there is none, Σ upstream · output."""
        total = sympy.Integer(0)
        for tensor in outputs(self.found.network):
            for at in self.positions(tensor):
                weight = 1 if self.found.network.cost else entry_of(bar(tensor, self.found.cost), at)
                total += weight * self.values[entry_of(tensor, at)]
        return total

    def given(self) -> dict[str, float]:
        """Numbers that satisfy the network's facts, by the names of the entries."""
        network = self.found.network
        stated = dict.fromkeys(t for fact in network.facts for t in fact.tensors if t.role != "hidden")
        sizes = {str(name): int(number) for name, number in self.sizes.items()}
        random_ = np.random.default_rng(0)
        shapes = {t.name: tuple(hi - lo + 1 for lo, hi in map(self.ends, t.axes)) for t in stated}
        arrays = satisfying(network, {name: random_.uniform(0.3, 0.9, shape) for name, shape in shapes.items()}, sizes)
        places = ((t, at, arrays[t.name][tuple(np.array(at, int) - 1)]) for t in stated for at in self.positions(t))
        return {str(entry_of(t, at)): float(number) for t, at, number in places}


def slope(cost: Any, entry: Any) -> Any:
    """SymPy's own derivative, by a symbol: in SymPy 1.14 g(x[1], u[1]*x[1]).diff(x[1]) is ambiguous."""
    place = sympy.Symbol("place")
    return cost.xreplace({entry: place}).diff(place).subs(place, entry)


def entry_of(tensor: Tensor, at: tuple[int, ...], cost: str | None = None) -> Any:
    symbol = tensor_symbol(tensor, cost)
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


def agree(left: Any, right: Any, seed: int = 0, given: Mapping[str, float] | None = None) -> bool:
    """Whether two expressions have the same value at a random point, to many digits; given: numbers of facts, which
    are exact to fewer."""
    left, right = concrete(sympy.sympify(left)), concrete(sympy.sympify(right))
    atoms = left.atoms(sympy.Indexed, sympy.Symbol) | right.atoms(sympy.Indexed, sympy.Symbol)
    names = sorted({str(atom) for atom in atoms})
    draw = random.Random(seed)
    numbers = {name: sympy.Rational(draw.randint(20, 90), 97) for name in names}
    numbers.update((name, sympy.Float(number, DIGITS)) for name, number in (given or {}).items())
    digits = 12 if given else DIGITS

    def at_point(expr: Any) -> Any:
        # Indexed first: an IndexedBase's own symbol is among the symbols.
        indexed = {a: numbers[str(a)] for a in expr.atoms(sympy.Indexed)}
        plain = expr.xreplace(indexed)
        return plain.xreplace({a: numbers[str(a)] for a in plain.atoms(sympy.Symbol)}).evalf(DIGITS)

    a, b = at_point(left), at_point(right)
    assert a.is_number and b.is_number, (a, b)
    return bool(abs(a - b) <= sympy.Float(10) ** (5 - digits) * (1 + abs(a)))


IMPLICIT = ("deep_equilibrium", "ridge_stationary", "hypergradient")
SHORT = [path for path in PROBLEMS if path.stem not in ("transformer_block", "vae", *IMPLICIT)]
"""Written out down to its inputs, a transformer block or a VAE takes minutes, and what a condition defines has no such
form; their bars are compared with PyTorch's."""


@pytest.mark.parametrize("path", SHORT, ids=lambda path: path.stem)
def test_bars_are_sympy_s_own_derivatives_of_the_explicit_cost(path: Path) -> None:
    found = derivation(path)
    explicit = Explicit(found)
    explicit.put_all_in()
    cost = explicit.cost()
    given = explicit.given()
    checked = 0
    for line in found.backward:
        tensor = found.network.tensors[line.tensor.name]
        if tensor.role in ("input", "parameter") and len(line.tensor.cost) == 1:
            for at in explicit.positions(tensor):
                own = explicit.values[entry_of(line.tensor, at, found.cost)]
                assert agree(own, slope(cost, entry_of(tensor, at)), given=given), (symbol_name(line.tensor), at)
                checked += 1
    assert checked


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_vector_lines_written_out_are_the_scalar_lines(path: Path) -> None:
    found = derivation(path)
    explicit = Explicit(found)
    for line in (*found.forward, *found.backward):
        if line.vector is not None and line.steps[-1].rule != "upstream":
            scalars = dict(explicit.entries(line.scalar))
            vectors = dict(_written_out(line, explicit))
            assert set(vectors) == set(scalars)
            for entry, scalar in scalars.items():
                assert agree(scalar, vectors[entry]), (entry, scalar, vectors[entry])


def _written_out(line: Line, explicit: Explicit) -> Iterator[tuple[Any, Any]]:
    """(entry, its right side) of the vector line, for each position of its labels."""
    assert line.vector is not None
    written = matrix_eq(line.vector, explicit.found.cost)
    letters = list(dict.fromkeys(x for n in line.tensor.labels for x in line.left.slots[n].letters()))
    symbols = [sympy.Symbol(x.name, integer=True) for x in letters]
    ranges = [range(lo, hi + 1) for lo, hi in (explicit.ends(x.range) for x in letters)]
    for at in itertools.product(*ranges):
        here = {**explicit.sizes, **dict(zip(symbols, at, strict=True))}
        yield from zip(*(_entries(side, here, explicit) for side in written.args), strict=True)


def _entries(side: Any, here: Values, explicit: Explicit) -> Iterator[Any]:
    """The entries of one side at numbers."""
    value = side.subs(here).doit()
    value = value.replace(sympy.Trace, lambda inner: inner.as_explicit().trace())
    cost = explicit.found.cost
    known = {symbol_name(t, cost): t for t in _tensors(explicit.found)}
    for entry in value.as_explicit() if getattr(value, "is_Matrix", False) else [value]:
        plain = explicit.settled(entry)
        elements = {e: _indexed(e, known, cost) for e in plain.atoms(MatrixElement)}
        yield explicit.settled(plain.xreplace(elements))


def _tensors(found: Derivation) -> list[Tensor]:
    lines = (*found.forward, *found.backward)
    return [*found.network.tensors.values(), *(line.tensor for line in lines if line.tensor.cost)]


def _indexed(element: Any, known: Mapping[str, Tensor], cost: str) -> Any:
    """x[0, 0] of a `MatrixSymbol` as x[1] of an `IndexedBase`."""
    tensor = known[element.parent.name]
    at = (element.i, element.j) if len(tensor.axes) == 2 else (element.j if tensor.row else element.i,)
    places = zip(at, tensor.axes, strict=True)
    return entry_of(tensor, tuple(int(k) + int(axis.lo.constant) for k, axis in places), cost)


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
