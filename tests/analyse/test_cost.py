"""Cost and memory against numbers that count what is done to them, and against every order of a product."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from itertools import product as every
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from derive.analyse import Asked
from derive.analyse.cost import answer
from derive.analyse.cost.answered import Compared
from derive.analyse.cost.measure import Measured, measured
from derive.analyse.cost.orders import best_orders, multiplications, orders_of
from derive.analyse.cost.parts import Part, leaf, product
from derive.analyse.cost.passes import Passes, passes
from derive.analyse.cost.polynomials import at, factored, limit, text
from derive.analyse.cost.shown import ComparedCost, PassesCost
from derive.declare.build import build_network
from derive.declare.load import load
from derive.errors import DeriveError
from derive.notation.index import Slot, position
from derive.pipeline import derive_network
from derive.render.latex import latex
from derive.render.terminal import terminal

ROOT = Path(__file__).parents[2]
SHAPES = {"v": ["n"], "y": ["n"], "y1": ["n"], "y2": ["m"]}
REVERSE, FORWARD = "v @ (v.T @ (y1 @ y2.T))", "((v @ v.T) @ y1) @ y2.T"
ORDERS_OF_Z = {"reverse": REVERSE, "forward": FORWARD}


class Number:
    """A number that counts what is done to it."""

    done: ClassVar[Counter[str]] = Counter()

    def __init__(self, value: float) -> None:
        self.value = value

    def __add__(self, other: Any) -> Number:
        Number.done["additions"] += 1
        return Number(self.value + _value(other))

    def __sub__(self, other: Any) -> Number:
        Number.done["additions"] += 1
        return Number(self.value - _value(other))

    def __mul__(self, other: Any) -> Number:
        Number.done["multiplications"] += 1
        return Number(self.value * _value(other))

    def __truediv__(self, other: Any) -> Number:
        Number.done["multiplications"] += 1
        return Number(self.value / _value(other))

    def of_function(self) -> Number:
        Number.done["evaluations"] += 1
        return Number(np.tanh(self.value))

    __radd__, __rmul__ = __add__, __mul__


def _value(other: Any) -> float:
    return float(other.value) if isinstance(other, Number) else float(other)


def counting(*shape: int) -> Any:
    return np.array([Number(1.5) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)


def applied(array: Any) -> Any:
    return np.array([x.of_function() for x in array.ravel()], dtype=object).reshape(array.shape)


def asked(settings: dict[str, Any]) -> Compared:
    found = answer(Asked(), {"shapes": SHAPES, **settings})
    assert isinstance(found, ComparedCost)
    return found.compared


def costs(order: Measured) -> tuple[str, str]:
    return text(order.multiplications), text(order.memory)


def chain_of(sizes: list[str]) -> list[Part]:
    return [leaf(f"A{n}", position(a), position(b)) for n, (a, b) in enumerate(pairwise(sizes))]


def all_orders(factors: list[Part]) -> Iterator[Part]:
    if len(factors) == 1:
        yield factors[0]
    for cut in range(1, len(factors)):
        for left, right in every(all_orders(factors[:cut]), all_orders(factors[cut:])):
            made = product(left, right)
            assert made is not None
            yield made


def worked_out(part: Part, arrays: dict[str, Any], kept: list[int]) -> Any:
    """The product by NumPy, of numbers that count; kept: how many numbers each result has."""
    if part.op == "leaf":
        return arrays[part.name].T if part.turned else arrays[part.name]
    left, right = (worked_out(argument, arrays, kept) for argument in part.args)
    found = left @ right
    kept.append(found.size)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_orders_take_what_numbers_count(seed: int) -> None:
    chosen = random.Random(seed)
    sizes = [chosen.choice("abc") for _ in range(chosen.randint(3, 5))]
    numbers = dict(zip("abc", chosen.sample(range(2, 7), 3), strict=True))
    factors = chain_of(sizes)
    arrays = {f.name: counting(int(at(f.rows, numbers)), int(at(f.columns, numbers))) for f in factors}
    for order in all_orders(factors):
        Number.done, kept = Counter(), []
        worked_out(order, arrays, kept)
        found = measured("P", {"P": order})
        assert at(found.multiplications, numbers) == Number.done["multiplications"]
        assert at(found.additions, numbers) == Number.done["additions"]
        assert at(found.memory, numbers) == sum(a.size for a in arrays.values()) + sum(kept)


@pytest.mark.parametrize("sizes", ["abca", "abcd", "a1bca", "ab1ab", "abcab", "abab1"])
def test_no_order_beats_the_best_ones(sizes: str) -> None:
    factors = [leaf(f"A{n}", _size(a), _size(b)) for n, (a, b) in enumerate(pairwise(sizes))]
    orders = list(all_orders(factors))
    assert len(orders) == orders_of(len(factors))
    best = best_orders("P", orders[0])
    assert best is not None
    for numbers in every(range(1, 6), repeat=4):
        at_sizes = dict(zip("abcd", numbers, strict=True))
        least = min(at(multiplications(order), at_sizes) for order in orders)
        assert min(at(order.multiplications, at_sizes) for order in best.orders) == least


def _size(letter: str) -> Slot:
    return position(1) if letter == "1" else position(letter)


def test_a_product_of_a_hessian_and_a_vector() -> None:
    orders = {"reverse": ["M = v.T @ y", "z = v @ M"], "forward": ["H = v @ v.T", "z = H @ y"]}
    found = asked({"of": "z = v @ v.T @ y", "orders": orders})
    assert [costs(order) for order in found.orders] == [("2*n", "3*n + 1"), ("2*n**2", "n**2 + 3*n")]


def test_a_product_of_a_hessian_and_a_matrix() -> None:
    found = asked({"of": "Z = v @ v.T @ y1 @ y2.T", "orders": ORDERS_OF_Z})
    reverse, forward = found.orders
    for m, n in every(range(1, 12), repeat=2):
        sizes = {"m": m, "n": n}
        assert at(reverse.multiplications, sizes) == 3 * m * n
        assert at(reverse.memory, sizes) == 2 * (m + n + m * n)
        assert at(forward.multiplications, sizes) == n * (2 * n + m)
        assert at(forward.memory, sizes) == n**2 + 3 * n + m + m * n
        for difference in found.differences:
            apart = n * (2 * m - 2 * n) if difference.quantity == "multiplications" else (n + 1) * (m - n)
            assert at(difference.slot, sizes) == apart
            assert (apart < 0) == (m < n)
    assert {(text(f), p) for d in found.differences for f, p in d.product.undecided} == {("m - n", 1)}
    assert found.best is not None
    assert "m*n + 2*n" in [text(order.multiplications) for order in found.best.orders]


def test_which_order_wins_is_said() -> None:
    found = answer(Asked(), {"shapes": SHAPES, "of": "Z = v @ v.T @ y1 @ y2.T", "orders": ORDERS_OF_Z})
    shown = terminal(found.document(), 200)
    assert "2n(m − n); reverse takes less where m < n, forward where m > n" in shown
    assert "(n + 1)(m − n); reverse takes less where m < n" in shown
    assert "(v (vᵀ y₁)) y₂ᵀ" in shown


def test_a_claim_about_another_expression_is_found() -> None:
    claim = {"says": "2*v @ v.T", "multiplications": "2*n**2", "memory": "n**2 + n"}
    says, times, memory = asked({"of": "H = v @ v.T", "claims": [claim]}).claims
    assert not says.right and says.reason == "it is 2 times what is asked"
    assert not times.right and times.counts is not None and text(times.counts[1]) == "n**2"
    assert times.reason == "it is the count of the expression that was written"
    assert memory.right


def test_the_file_of_document_004() -> None:
    network = load(ROOT / "problems" / "hessian_vector.yaml")
    results = [answer(Asked("", "", network, question), question.settings) for question in network.questions]
    right = [
        [claim.right for claim in result.compared.claims] for result in results if isinstance(result, ComparedCost)
    ]
    assert right == [[False, False, True], [True] * 4, [True] * 4]
    z = results[1]
    assert isinstance(z, ComparedCost) and z.compared.numbers["z"] == [6, 12, 18]
    assert z.compared.numbers["H"] == [[1, 2, 3], [2, 4, 6], [3, 6, 9]] and z.compared.numbers["M"] == 6


@pytest.mark.parametrize("seed", range(20))
def test_factors_multiply_to_the_polynomial(seed: int) -> None:
    chosen = random.Random(seed)
    m, n = position("m"), position("n")
    whole = Slot((), chosen.choice([-3, -1, 1, 2]))
    for _ in range(3):
        whole = whole * chosen.choice([m, n, m - n, n + 1, m * n - 2, n - m + 1])
    found = factored(whole)
    for sizes in ({"m": a, "n": b} for a, b in every(range(1, 5), repeat=2)):
        value = found.number
        for factor, power in found.factors:
            value *= at(factor, sizes) ** power
        assert value == at(whole, sizes)


@pytest.mark.parametrize("seed", range(5))
def test_limits_are_what_large_sizes_come_to(seed: int) -> None:
    chosen = random.Random(seed)
    m, n = position("m"), position("n")
    top, bottom = (m * m * chosen.randint(1, 4) + m * n * chosen.randint(1, 4) + n * chosen.randint(1, 9) for _ in "ab")
    found = limit(top, bottom)
    assert found is not None and found.low is not None and found.high is not None
    for a, b in ((10**9, 10**9), (10**9, 5 * 10**9), (7 * 10**9, 10**9)):
        ratio = float(at(top, {"m": a, "n": b}) / at(bottom, {"m": a, "n": b}))
        assert float(found.low) - 1e-6 <= ratio <= float(found.high) + 1e-6
    assert abs(float(at(top, {}, 10**9) / at(bottom, {}, 10**9)) - float(found.equal)) < 1e-6


def counted(found: Passes, numbers: dict[str, int]) -> list[dict[str, int]]:
    names = ("multiplications", "additions", "evaluations")
    return [{name: int(at(getattr(ops, name), numbers)) for name in names} for ops in found.sums]


def taken() -> dict[str, int]:
    done, Number.done = dict(Number.done), Counter()
    return {name: done.get(name, 0) for name in ("multiplications", "additions", "evaluations")}


def test_both_passes_of_a_network_take_what_numbers_count() -> None:
    """Document 000's network, its lines worked out entry by entry in NumPy as they are printed."""
    sizes = {"N": 3, "K": 5}
    found = passes(derive_network(load(ROOT / "problems" / "residual.yaml")))
    w1, w2, x, r, s, b1, b2 = (counting(*k) for k in ((5, 3), (3, 5), (3,), (5,), (3,), (5,), (3,)))
    Number.done = Counter()
    h = applied(z := w1 @ x + b1)
    cost_of_h = r @ h
    y = x + w2 @ h + b2
    apart = y - s
    squares = apart * apart
    total = squares[0]
    for square in squares[1:]:
        total = total + square
    _ = cost_of_h + 0.5 * total
    forward = taken()
    y_bar = y - s
    h_bar = r + w2.T @ y_bar
    z_bar = h_bar * applied(z)
    _ = w1.T @ z_bar + y_bar
    assert counted(found, sizes) == [forward, taken()]


def _sum(numbers: Iterable[Any]) -> Any:
    first, *rest = numbers
    for number in rest:
        first = first + number
    return first


ENTRIES: dict[str, Callable[[Any, Any], Any]] = {
    "y[i] = x[i]/sum(j, x[j])": lambda x, u: (total := _sum(x)) and [a / total for a in x],
    "y[i] = x[i]**3": lambda x, u: [a * a * a for a in x],
    "y[i] = 3*x[i]*u[i]": lambda x, u: [a * b * 3 for a, b in zip(x, u, strict=True)],
    "y[i] = 1/x[i]": lambda x, u: [Number(1) / a for a in x],
    "y[i] = 2/x[i]": lambda x, u: [Number(2) / a for a in x],
    "y = sum(i, 1/x[i])": lambda x, u: _sum(Number(1) / a for a in x),
    "y = 1/2*sum(i, (x[i] - u[i])**2)": lambda x, u: _sum((d := a - b) * d for a, b in zip(x, u, strict=True)) * 0.5,
    "y[i] = tanh(x[i] + u[i]) - x[i]": lambda x, u: [(a + b).of_function() - a for a, b in zip(x, u, strict=True)],
    "y[i] = x[i]*sum(j, tanh(u[j]))": lambda x, u: (t := _sum(b.of_function() for b in u)) and [a * t for a in x],
}
"""Equations, and how a careful person works them out."""


@pytest.mark.parametrize("equation", ENTRIES)
def test_equations_take_what_numbers_count(equation: str) -> None:
    network = build_network(
        sizes={"n": "entries"}, indices={"i": "n", "j": "n"}, inputs={"x": ["n"], "u": ["n"]}, equations=equation
    )
    found = passes(derive_network(network, ["x" if "x" in equation else "u"])).sums[0]
    x, u = counting(5), counting(5)
    Number.done = Counter()
    ENTRIES[equation](x, u)
    names = ("multiplications", "additions", "evaluations")
    assert {name: int(at(getattr(found, name), {"n": 5})) for name in names} == taken()


LOOPS = {
    "y[i] = sum(j, A[i,j]*x[j])": "ij,j->i",
    "y[i] = sum(j, sum(k, A[i,j]*B[j,k]*x[k]))": "ij,jk,k->i",
    "y[i] = sum(j, A[i,j]*x[j]*u[i])": "ij,j,i->i",
    "y[i] = sum(j, sum(k, A[i,j]*x[j]*B[j,k]))": "ij,j,jk->i",
    "y[i] = u[i]*u[i]*sum(k, x[k])": "i,i,k->i",
}


@pytest.mark.parametrize("equation", LOOPS)
def test_products_take_no_more_than_the_best_order_of_loops(equation: str) -> None:
    """Each order of two at a time, by loops over numbers, and the least of them."""
    numbers = {"n": 3, "m": 4, "p": 5}
    network = build_network(
        sizes={"n": "rows", "m": "columns", "p": "depth"},
        indices={"i": "n", "j": "m", "k": "p" if "B" in equation else "m"},
        inputs={
            "A": ["n", "m"],
            "B": ["m", "p"],
            "u": ["n"],
            "x": ["p" if "x[k]" in equation and "B" in equation else "m"],
        },
        equations=equation,
        want=["u"] if "u" in equation else ["x"],
    )
    found = passes(derive_network(network)).forward[0].operations
    inputs, output = LOOPS[equation].split("->")
    size = {"i": 3, "j": 4, "k": 5 if "B" in equation else 4}
    least = min(_by_loops([frozenset(t) for t in inputs.split(",")], frozenset(output), size))
    assert int(at(found.multiplications, numbers)) == least


def _by_loops(terms: list[frozenset[str]], out: frozenset[str], size: dict[str, int]) -> Iterator[int]:
    """The multiplications of every order in which operands are summed alone and joined two at a time."""
    others = [frozenset().union(out, *(t for m, t in enumerate(terms) if m != n)) for n in range(len(terms))]
    left = [term & other for term, other in zip(terms, others, strict=True)]
    if len(left) == 1:
        yield 0
    for a in range(len(left)):
        for b in range(a + 1, len(left)):
            joined = left[a] | left[b]
            positions = sum(1 for _ in every(*(range(size[x]) for x in joined)))
            rest = [joined, *(t for n, t in enumerate(left) if n not in (a, b))]
            yield from (positions + more for more in _by_loops(rest, out, size))


@pytest.mark.parametrize("name", ["mlp", "attention", "lstm", "embedding", "conv2d", "transformer_block"])
def test_every_problem_has_a_cost(name: str) -> None:
    network = load(ROOT / "problems" / f"{name}.yaml")
    found = answer(Asked(network.title, name, network), {})
    assert isinstance(found, PassesCost)
    told = found.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["forward"]["lines"] and told["backward"]["lines"]
    assert "together" in terminal(found.document()) and latex(found.document())


def test_a_layer_s_backward_pass_takes_twice_its_forward_pass() -> None:
    """W̄ = z̄ xᵀ and x̄ = Wᵀ z̄ take as much as W x each."""
    network = build_network(
        sizes={"N": "in", "K": "out"},
        inputs={"x": ["N"]},
        parameters={"W": ["K", "N"]},
        equations="z = W @ x",
        want=["W", "x"],
    )
    found = passes(derive_network(network)).ratio
    assert found is not None and found.value == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"of": "z = v @ y"}, "the shapes do not fit: n × 1 beside n × 1"),
        ({"of": "z = v.T @ w"}, "`w` is no array"),
        ({"of": "z = v.T @"}, "the formula ends too early"),
        ({"of": "z = tanh(v)"}, "is no array"),
        ({"of": 3}, "no list of equations"),
        ({"of": "z = v.T @ y", "orders": {"a": "v.T @ y1"}}, "multiplies other things"),
        ({"of": "z = v.T @ y", "orders": "a"}, "`orders` is no mapping"),
        ({"of": "z = v.T @ y", "claims": [{"time": 3}]}, "is no claim"),
        ({"of": "z = v.T @ y", "claims": [{"memory": "n**99"}]}, "the power `99`"),
        ({"of": "z = v.T @ y", "claims": [{"memory": "q"}]}, "`q` is no size"),
        ({"of": "z = v.T @ y", "claims": [{"order": "sideways", "memory": "n"}]}, "`sideways` is no order"),
        ({"for": "z"}, "`for` is no setting"),
        ({"orders": {}}, "`of` is missing"),
    ],
)
def test_slips_are_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(DeriveError, match=_plain(said)):
        answer(Asked(), {"shapes": SHAPES, **settings})


def _plain(words: str) -> str:
    import re

    return re.escape(words)
