"""Conditions in problem files: how they are written, and what is said of those that are none."""

from __future__ import annotations

from time import perf_counter

import pytest

import derive
from derive.declare.build import build_network
from derive.declare.load import parse_problem
from derive.declare.network import Network
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.selfcheck import selfcheck

HEAD = """version: 1
sizes: {N: inputs, K: units}
inputs: {x: [N], t: [K]}
parameters: {W: [K, K], U: [K, N]}
"""
COST = "\nequations: |\n  E = norm(y - t)**2\ncost: E\n"
OF_W = "\nequations: |\n  J = norm(U.T @ w - x)**2 + norm(w)**2\n  E = sum(w)\ncost: E\n"

MESSAGES = {
    "implicit: {y: y == tanh(W @ y) == t}" + COST: ("5:32", "a condition is one equation"),
    "implicit: {y: y <= tanh(W @ y)}" + COST: ("5:17", "a condition is one equation"),
    "implicit: {y: y == }" + COST: ("5:15", "a side of this condition is missing"),
    "implicit: {2y: y == 1}" + COST: ("5:12", "`2y` is no quantity"),
    "implicit: {y: y == tanh(W @ y + q)}" + COST: ("5:33", "`q` has neither a declaration nor an equation"),
    "hidden: {y: [K]}\nimplicit: {y: W @ y == x}" + COST: ("6:12", "`y` is declared as a column of K"),
    "hidden: {y: [K]}\nimplicit: {y: W @ y == U @ y}" + COST: ("6:24", "@ does not join them"),
    "hidden: {y: [K]}\nimplicit: {y: U @ x == t}" + COST: ("6:24", "the condition of `y` does not read `y`"),
    "implicit: {t: t == W @ t}" + COST.replace("y", "t"): ("5:15", "`t` is declared, and has an equation too"),
    "implicit: [y]" + COST: ("5:11", "`implicit` is a list"),
    "stationary: J in w" + OF_W.replace("U.T @ w", "w"): (
        "5:13",
        "`w` is not known: [] and [N] and [K, N] would all do",
    ),
    "hidden: {w: [K]}\nstationary: J of w" + OF_W: ("6:13", "this is no condition"),
    "hidden: {w: [K]}\nstationary: {w: Q}" + OF_W: ("6:17", "`Q` is no quantity"),
    "stationary: {t: J}" + OF_W.replace("w", "t"): ("5:17", "`t` is declared, and a condition would define it"),
    "hidden: {w: [K]}\nstationary: {w: x}" + OF_W: ("6:17", "the cost `x` is declared, not computed"),
    "hidden: {w: [K]}\nstationary: [J in w, E in w]" + OF_W: ("6:22", "`w` has a condition already"),
    "hidden: {w: [K]}\nstationary: {J: w}" + OF_W: ("6:17", "this asks for a J that makes w stationary"),
    "hidden: {w: [K]}\nstationary: w in J" + OF_W: ("6:13", "the other way round: `stationary: J in w`"),
    "hidden: {y: [K]}\nimplicit: {y: y == y}" + COST: ("6:20", "holds whatever `y` is"),
    "hidden: {y: [K]}\nimplicit: {y: U @ x + y == y + t}" + COST: ("6:28", "it does not determine `y`"),
    "hidden: {w: [K]}\nstationary: 3" + OF_W: ("6:13", "`stationary` is `3`"),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    place, said = MESSAGES[text]
    with pytest.raises(DeriveError) as caught:
        parse_problem(HEAD + text, "p.yaml")
    assert f"p.yaml:{place}: " in str(caught.value) and said in str(caught.value), caught.value


@pytest.mark.parametrize("cost", ("sum(w)", "norm(x)**2 + sum(w)"))
def test_a_slope_that_does_not_read_its_quantity(cost: str) -> None:
    text = HEAD + f"hidden: {{w: [K]}}\nstationary: {{w: J}}\nequations: |\n  J = {cost}\n  E = norm(w)**2\ncost: E\n"
    with pytest.raises(DeriveError, match=r"p\.yaml:6:17: ∂J/∂w does not read `w`: J is stationary nowhere"):
        derive_network(parse_problem(text, "p.yaml"))


ALWAYS_SINGULAR = {
    "outer product": ({"b": ["N"], "t": ["N"]}, {"implicit": {"w": "b @ b.T @ w == t"}}, "E = sum(w)", 1),
    "not linear": ({"b": ["N"], "t": ["N"]}, {"implicit": {"w": "b*tanh(b.T @ w) == t"}}, "E = sum(w)", 1),
    "wide": ({"X": ["M", "N"], "t": ["M"]}, {"stationary": "J in w"}, "J = norm(X @ w - t)**2\nE = sum(w)", 2),
    "inverse": ({"b": ["N"], "t": ["N"]}, {}, "w = inv(outer(b, b)) @ t\nE = sum(w)", 1),
    "named": ({"X": ["M", "N"], "t": ["N"]}, {}, "A = X.T @ X\nw = solve(A, t)\nE = sum(w)", 2),
}


@pytest.mark.parametrize("case", ALWAYS_SINGULAR)
def test_a_matrix_without_an_inverse_is_told_at_once(case: str) -> None:
    inputs, condition, equations, rank = ALWAYS_SINGULAR[case]
    hidden = {"w": ["N"]} if condition else {}
    network = derive.Network(
        sizes={"M": 2, "N": 4}, inputs=inputs, hidden=hidden, equations=equations, cost="E",
        **condition,
    )  # fmt: skip
    began = perf_counter()
    with pytest.raises(derive.CheckFailed, match=f"has no inverse at any of .* its rank is {rank}, of 4 rows"):
        network.derive()
    assert perf_counter() - began < 5


def test_a_rank_that_rests_on_sizes_is_not_called_deficient() -> None:
    """XᵀX + YᵀY with N columns has an inverse where both together have as many rows."""
    shapes = {"X": ["K", "N"], "Y": ["M", "N"], "t": ["N"]}
    equations = "A = X.T @ X + Y.T @ Y\nw = solve(A, t)\nE = sum(w)"
    derive.Network(sizes={"K": "", "M": "", "N": ""}, inputs=shapes, equations=equations, cost="E").derive()


WAYS = (
    "y == tanh(0.3*W @ y + U @ x)",
    "y = tanh(0.3*W @ y + U @ x)",
    "tanh(0.3*W @ y + U @ x) == y",
    "y - tanh(0.3*W @ y + U @ x) == 0",
    "y - tanh(0.3*W @ y + U @ x)",
    "0 == tanh(0.3*W @ y + U @ x) - y",
)


def network(**more: object) -> Network:
    known = {"inputs": {"x": ["N"]}, "parameters": {"W": ["K", "K"], "U": ["K", "N"]}, "hidden": {"y": ["K"]}}
    return build_network(sizes={"N": "", "K": ""}, **known, equations="E = norm(y)**2", cost="E", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_write_a_fixed_point(way: str) -> None:
    derivation = derive_network(network(implicit={"y": way}), ("W", "U", "x"))
    assert selfcheck(derivation).ok
    (line,) = [line for line in derivation.backward if line.tensor.name == "lamda"]
    assert line.steps[-1].rule == "solved" and line.vector is not None and line.sides is not None


@pytest.mark.parametrize("given", ("J in w", ["J in w"], {"w": "J"}))
def test_ways_to_write_an_optimality_condition(given: object) -> None:
    found = build_network(
        sizes={"N": "", "K": ""},
        inputs={"x": ["N"], "U": ["K", "N"]},
        hidden={"w": ["K"]},
        equations="J = norm(U.T @ w - x)**2 + norm(w)**2\nE = sum(w)",
        stationary=given,  # type: ignore[arg-type]
        cost="E",
    )
    derivation = derive_network(found, ("x", "U"))
    assert derivation.network.implicit["w"].cost == "J" and selfcheck(derivation).ok


def test_the_shape_of_what_makes_a_cost_stationary_is_found_where_one_alone_does() -> None:
    known = parse_problem(HEAD + "stationary: J in w" + OF_W)
    stated = parse_problem(HEAD + "hidden: {w: [K]}\nstationary: J in w" + OF_W)
    assert known.tensors["w"] == stated.tensors["w"] and selfcheck(derive_network(known, ("x", "U"))).ok


def test_a_number_that_all_terms_have_is_divided_out() -> None:
    text = HEAD + "hidden: {w: [K]}\nstationary: J in w" + OF_W
    derivation = derive_network(parse_problem(text), ("x", "U"))
    sides = derivation.network.implicit["w"].sides
    assert {term.coefficient for side in sides for term in side.terms} == {1} and selfcheck(derivation).ok


def test_no_error_signal_goes_through_what_makes_the_cost_itself_stationary() -> None:
    text = HEAD + "hidden: {w: [K]}\nstationary: J in w" + OF_W.replace("cost: E", "cost: J")
    derivation = derive_network(parse_problem(text), ("x", "U"))
    assert selfcheck(derivation).ok and "lamda" not in {line.tensor.name for line in derivation.backward}


STEPS = """version: 1
sizes: {K: units, T: steps}
labels: {t: T}
inputs: {y0: [K]}
parameters: {W: [K, K]}
constants: {h: []}
hidden: {y: ["0..T", K]}
implicit: {"y[t]": "y[t] == y[t-1] + h*tanh(W @ y[t]) for t = 1..T"}
equations: |
  y[0] = y0
  E = norm(y[T])**2
cost: E
want: [W, y0]
"""


def test_each_step_a_condition_of_its_own() -> None:
    assert selfcheck(derive_network(parse_problem(STEPS))).ok
