"""Sizes as formulas, quotients that come out whole or are rounded down, ranges as axes, labels, and their messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derive.api import Derivation
from derive.declare.build import build_network
from derive.declare.load import parse_problem
from derive.declare.network import Network
from derive.errors import DeriveError
from derive.notation.division import divided
from derive.notation.index import Range, Slot, position
from derive.notation.layout import spelled
from derive.notation.sizes import Defined
from derive.pipeline import derive_network
from derive.referee.sample import Names, generator
from derive.referee.sizes import NoSizes, draw_sizes
from derive.referee.world import World

N, K, S = (position(name) for name in "NKS")
STRIDE = "y[i] = sum(r, w[r]*x[S*(i-1) + r])"


def strided(**more: Any) -> Network:
    """A convolution with a stride, its length as the arguments say."""
    given = {"sizes": {"N": "positions", "K": "taps", "S": "stride"}, "equations": [STRIDE], **more}
    return build_network(inputs={"x": ["N"], **given.pop("inputs", {})}, parameters={"w": ["K"]}, **given)


def length(network: Network) -> Slot:
    return network.tensors["y"].axes[0].hi


def test_a_quotient_as_an_axis_a_range_and_a_size() -> None:
    exact, floor = divided(N - K, S) + 1, divided(N - K, S, floor=True) + 1
    assert length(strided(hidden={"y": ["(N - K)/S + 1"]})) == exact
    assert length(strided(indices={"i": "floor((N - K)/S) + 1"})) == floor
    assert length(strided(indices={"i": "floor((N - K)/S + 1)"})) == floor
    assert length(strided(equations=[STRIDE + "  for i = 1..(N - K)/S + 1"])) == exact


def test_a_name_for_a_formula() -> None:
    sizes = {"M": "(N - K)/S + 1", "N": "positions", "K": "taps", "S": "stride"}
    for more in ({"hidden": {"y": ["M"]}}, {"hidden": {"y": ["(N - K)/S + 1"]}}, {"indices": {"i": "(N - K + S)/S"}}):
        network = strided(sizes=sizes, **more)
        (atom,) = length(network).atoms()
        assert isinstance(atom, Defined) and atom == "M" and atom.formula == divided(N - K, S) + 1
        assert network.sizes["M"].formula == atom.formula and network.sizes["M"].words == ""
    twice = strided(sizes={**sizes, "L": "(N - K)/S + 2"}, hidden={"y": ["L - 1"]}, equations=[STRIDE])
    assert {str(atom) for atom in length(twice).atoms()} in ({"M"}, {"L"})


WORDS = [
    "input units",
    "K-means clusters",
    "time-steps",
    "units (N of them)",
    "N samples, K of them",
    "a - b",
    "-",
]


@pytest.mark.parametrize("words", WORDS)
def test_words_are_words(words: str) -> None:
    network = build_network(sizes={"N": "n", "K": "k", "M": words}, inputs={"x": ["M"]}, equations="y = x")
    assert network.sizes["M"].words == words and network.sizes["M"].formula is None


FORMULAS = {"2*N": "2*N", "N - K": "N - K", "floor(N/2)": "floor(N/2)", "(N-1)*K": "K*N - K", "3 - 1": "", "N*2/2": "N"}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_formulas(text: str) -> None:
    network = build_network(sizes={"N": "n", "K": "k", "M": text}, inputs={"x": ["M"]}, equations="y = x")
    formula = network.sizes["M"].formula
    assert (spelled(formula) if formula is not None else "") == FORMULAS[text]


REFUSED = {
    "not whole": (
        "sizes: {N: 10, K: 3, S: 2}\nhidden: {y: ['(N - K)/S + 1']}",
        "3:15: `(N - K)/S` is not whole: (10 - 3)/2 = 3.5",
        "write floor((N - K)/S), or change the numbers",
    ),
    "not whole by values": (
        "sizes: {N: a, K: b, S: 2, M: (N - K)/S + 1}\nhidden: {y: [M]}\nvalues: {N: 7, w: [1, 2]}",
        "2:30: `(N - K)/S` is not whole: (7 - 2)/2 = 2.5",
        "write floor((N - K)/S), or change the numbers",
    ),
    "never ends": (
        "sizes: {N: 10, K: 3, S: 3}\nindices: {i: (N - K)/S + 1}",
        "3:14: `(N - K)/S` is not whole: (10 - 3)/3 = 2.33…",
        "write floor((N - K)/S), or change the numbers",
    ),
    "never whole": (
        "sizes: {N: a, K: b, S: c}\nindices: {i: (2*N + 1)/2}",
        "3:14: `(2*N + 1)/2` is never whole: 1/2 = 0.5",
        "write floor((2*N + 1)/2)",
    ),
    "numbers": (
        "sizes: {N: a, K: b, S: c}\nindices: {i: (10 - 3)/2}",
        "3:14: `(10 - 3)/2` is never whole: 7/2 = 3.5",
        "write floor((10 - 3)/2)",
    ),
    "not positive": (
        "sizes: {N: 3, K: 7, S: 2, M: (N - K)/S + 1}\nhidden: {y: [M]}",
        "2:30: the size `M` is (N - K)/S + 1 = -1",
        "sizes are positive",
    ),
    "an empty axis": (
        "sizes: {N: 3, K: 7, S: 2}\nhidden: {y: [(N - K)/S + 1]}",
        "3:10: the axis (N - K)/S + 1 of `y` comes out as -1",
        "sizes are positive",
    ),
    "another number": (
        "sizes: {N: 7, K: 3, S: 2, M: (N - K)/S + 1}\ninputs: {x: [N], v: [M]}\nvalues: {v: [1, 2]}\nhidden: {y: [M]}",
        "4:13: the size `M` is (N - K)/S + 1 = 3, and 2 here",
        "change one of the two",
    ),
    "itself": (
        "sizes: {N: a, K: b, S: c, M: L + 1, L: M - 1}",
        "the size `M` is made of itself: M → L → M",
        "give one of them in words, or as a number",
    ),
    "a slip": ("sizes: {N: a, K: b, S: c, M: (N - k)/S + 1}", "2:35: unknown size `k`", "did you mean K?"),
    "an open bracket": ("sizes: {N: a, K: b, S: c, M: (N - K/S + 1}", "2:30: this `(` is never closed", "close it"),
    "by nothing": (
        "sizes: {N: a, K: b, S: c}\nindices: {i: N/(K - S)}",
        "3:14: `N/(K - S)` divides by what may be 0 or less",
        "divide by a size, or by 2, 3, …",
    ),
    "an index": (
        "sizes: {N: a, K: b, S: c}\nindices: {i: N}\nequations: ['y[i] = x[i/2]']",
        "4:23: `i/2` divides an index",
        "only sizes are divided: (N - K)/S; a stride stands before the index: x[S*i]",
    ),
    "downwards": ("sizes: {N: a, K: b, S: c}\nhidden: {y: [3..2]}", "3:14: a size of 0", "sizes are positive"),
    "an unknown end": ("sizes: {N: a, K: b, S: c}\nhidden: {y: [0..n]}", "3:17: unknown size `n`", "did you mean N?"),
    "an unknown label": (
        "sizes: {N: a, K: b, S: c}\nlabels: {t: T}",
        "3:13: unknown size `T`",
        "the sizes are N, K and S",
    ),
    "an unknown function": (
        "sizes: {N: a, K: b, S: c}\nindices: {i: ceil(N/2)}",
        "3:14: `ceil(N/2)` is no size",
        "a size is a name under `sizes`, a whole number, or both with + - * /, such as 2*N + 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    text, what, mend = REFUSED[name]
    text = f"version: 1\n{text}\n"
    text += "" if "inputs" in text else "inputs: {x: [N]}\n"
    text += "parameters: {w: [K]}\n"
    text += "" if "equations" in text else f"equations: ['{STRIDE}']\n"
    with pytest.raises(DeriveError) as error:
        parse_problem(text, "p.yaml")
    assert what in str(error.value) and mend in str(error.value)


def test_numbers_that_fit() -> None:
    sizes = {"N": 9, "K": 3, "S": 2, "M": "(N - K)/S + 1"}
    network = strided(sizes=sizes, inputs={"v": ["M"]}, values={"v": [1, 2, 3, 4]}, hidden={"y": ["M"]})
    assert network.sizes["M"].number == 4


def test_sizes_that_are_drawn_make_quotients_whole() -> None:
    sizes = {"N": "n", "K": "k", "S": "s", "M": "(N - K)/S + 1", "L": "(M - K)/S + 1"}
    equations = [STRIDE, "z[i] = sum(r, w[r]*y[S*(i-1) + r])  for i = 1..L"]
    network = strided(sizes=sizes, hidden={"y": ["M"]}, equations=equations)
    names = Names()
    for tensor in network.tensors.values():
        names.tensor(tensor)
    for seed in range(20):
        drawn = draw_sizes(names, {}, generator(seed))
        assert drawn["N"] - drawn["K"] == drawn["S"] * (drawn["M"] - 1)
        assert drawn["M"] - drawn["K"] == drawn["S"] * (drawn["L"] - 1) and drawn["L"] >= 1
        assert World(drawn).shape(network.tensors["z"]) == (drawn["L"],)
    assert draw_sizes(names, {"S": 3, "K": 2, "M": 99}, generator(0))["S"] == 3


def test_no_sizes() -> None:
    names = Names()
    names.range(Range.to(divided(N * 2 + K * 2 - 1, position(4)) + 1))
    with pytest.raises(NoSizes, match=r"no small sizes make .*/4 whole and leave every range"):
        draw_sizes(names, {}, generator(0))


SIZED = {"N": "n", "K": "k", "S": "s"}
FILES: dict[str, dict[str, Any]] = {
    "stride": {"sizes": SIZED, "hidden": {"y": ["(N - K)/S + 1"]}, "equations": STRIDE},
    "floor": {"sizes": SIZED, "indices": {"i": "floor((N - K)/S) + 1"}, "equations": STRIDE},
    "named": {"sizes": {**SIZED, "M": "(N - K)/S + 1"}, "hidden": {"y": ["M"]}, "equations": STRIDE},
    "stride 1": {
        "sizes": {"N": "n", "K": "k"},
        "hidden": {"y": ["N - K + 1"]},
        "equations": "y[i] = sum(r, w[r]*x[i+r-1])",
    },
    "padding": {
        "sizes": {"N": "n", "K": "k", "P": "p", "M": "N + 2*P - K + 1"},
        "equations": "y[i] = sum(r, w[r]*x[i + r - 1 - P])  for i = 1..M",
    },
    "flipped": {
        "sizes": {"N": "n", "K": "k", "M": "N + K - 1"},
        "equations": "y[i] = sum(r, w[r]*x[i - r + 1])  for i = 1..M",
    },
    "dilation": {
        "sizes": {"N": "n", "K": "k", "D": "d", "M": "N - D*(K - 1)"},
        "equations": "y[i] = sum(r, w[r]*x[i + D*(r-1)])  for i = 1..M",
    },
    "transposed": {
        "sizes": {**SIZED, "M": "S*(N - 1) + K"},
        "equations": "y[p] = sum(i, w[p - S*(i-1)]*x[i])  for p = 1..M",
    },
    "reversed": {"sizes": {"N": "n", "K": "k"}, "equations": "y[i] = w[1]*tanh(x[N+1-i])  for i = 1..N"},
    "half": {
        "sizes": {"N": "n", "K": "k", "M": "floor(N/2)"},
        "equations": "y[i] = w[1]*x[2*i]*x[2*i-1]  for i = 1..M",
    },
}
LINES = {
    "stride": "x̄_i = Σ_{k=1}^{(N−K)/S+1} ȳ_k w_{i−S(k−1)}",
    "floor": "w̄_k = Σ_{i=1}^{⌊(N−K)/S⌋+1} ȳ_i x_{S(i−1)+k}",
    "named": "x̄_i = Σ_{k=1}^M ȳ_k w_{i−S(k−1)}",
    "stride 1": "x̄_i = Σ_{r=1}^K ȳ_{i−r+1} w_r",
    "padding": "x̄_i = Σ_{r=1}^K ȳ_{i−r+P+1} w_r",
    "flipped": "x̄_i = Σ_{r=1}^K ȳ_{i+r−1} w_r",
    "dilation": "x̄_i = Σ_{r=1}^K ȳ_{i−D(r−1)} w_r",
    "transposed": "w̄_j = Σ_{i=1}^N ȳ_{j+S(i−1)} x_i",
    "reversed": "x̄_i = ȳ_{N−i+1} w₁ (1 − tanh(x_i)²)",
    "half": "Sizes: N n; K k; M = ⌊N/2⌋.",
}


def derivation(name: str) -> Derivation:
    given = {**FILES[name]}
    equations = [given.pop("equations"), "E = sum(i, tanh(y[i]))"]
    network = build_network(
        inputs={"x": ["N"]}, parameters={"w": ["K"]}, cost="E", want=["x", "w"], equations=equations, **given
    )
    return Derivation(derive_network(network, network.want))


@pytest.mark.parametrize("name", FILES)
def test_reads_by_affine_positions(name: str) -> None:
    """The self-check holds, and the lines are those that people write."""
    found = derivation(name)
    assert found.selfcheck().ok
    text = " ".join(str(found).split())
    assert LINES[name] in text


def convolved(x: np.ndarray, w: np.ndarray, stride: int) -> np.ndarray:
    return np.correlate(x, w, "valid")[::stride]


@pytest.mark.parametrize("name", ["stride", "floor", "named"])
def test_printed_code_of_a_stride(name: str) -> None:
    """The printed NumPy code against NumPy's own correlation, also where the stride leaves positions over."""
    code: dict[str, Any] = {}
    exec(derivation(name).numpy(), code)
    random = np.random.default_rng(0)
    given = {"x": random.normal(size=10 if name == "floor" else 9), "w": random.normal(size=3)}
    values = code["forward"](**given, S=2)
    assert np.allclose(values["y"], convolved(**given, stride=2))
    bars = code["backward"](values, S=2)
    for key, array in given.items():
        step = 1e-6 * random.normal(size=array.shape)
        ends = [np.tanh(convolved(**{**given, key: array + s * step}, stride=2)).sum() for s in (1, -1)]
        assert np.isclose((ends[0] - ends[1]) / 2, (bars[key] * step).sum(), rtol=1e-5)


def test_sympy_knows_quotients() -> None:
    import sympy

    size = sympy.Symbol("N", integer=True, positive=True)
    right = derivation("floor")["y"].forward.scalar.rhs
    assert right.subs({size: 10}).free_symbols
    total = derivation("floor")["E"].forward.scalar.rhs
    assert total.has(sympy.floor)
    exact = derivation("stride")["E"].forward.scalar.rhs
    assert not exact.has(sympy.floor) and exact.limits[0][2].subs({size: 9}).free_symbols == {
        sympy.Symbol(name, integer=True, positive=True) for name in "KS"
    }


def test_ranges_and_labels() -> None:
    network = build_network(
        sizes={"T": "steps", "N": "units"},
        labels={"t": "T"},
        inputs={"x": ["T", "N"], "s": ["0..T", "N"], "r": ["2..T"], "q": ["N"]},
        equations="y = q",
    )
    tensors = network.tensors
    assert tensors["s"].axes[0] == Range(position(0), position("T"))
    assert [tensors[name].labels for name in "xsrq"] == [(0,), (0,), (0,), ()]
    assert network.labels == {"t": "superscript"} and tensors["s"].layout == (Range.to("N"),)
    below = build_network(
        sizes={"T": "t"}, labels={"t": {"to": "T", "as": "subscript"}}, inputs={"x": ["T"]}, equations="y = x"
    )
    assert below.labels == {"t": "subscript"}


def test_a_size_that_is_another_size_is_that_size() -> None:
    network = build_network(
        sizes={"N": "units", "K": "N", "M": "K", "B": "B"},
        inputs={"x": ["N"], "u": ["B"]},
        parameters={"W": ["M", "K"]},
        equations="y = W @ x + x",
    )
    assert network.tensors["W"].axes == network.tensors["x"].axes * 2
    assert network.sizes["B"].words == "B"
    with pytest.raises(DeriveError, match="made of itself"):
        build_network(sizes={"K": "M", "M": "K"}, inputs={"x": ["K"]}, equations="y = x")
