"""The printed code is run: what backward gives is compared with differences of what forward gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.declare.load import load, parse_problem
from derive.derivation import Derivation
from derive.notation.division import number_of
from derive.pipeline import derive_network
from derive.render.numpy import numpy_code
from tests.facts import satisfying
from tests.problem_files import NETWORKS
from tests.render import labelled, networks

SIZES = {"N": 4, "K": 3, "D": 5, "C": 6, "n": 4}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sigma": np.tanh,
    "sigma_prime": lambda z: 1 - np.tanh(z) ** 2,
    "phi": lambda a, b: np.sin(a) * b,
    "phi_1": lambda a, b: np.cos(a) * b,
    "phi_2": lambda a, b: np.sin(a),
    "f": lambda x: np.sum(np.sin(x)) ** 2,
    "f_slope": lambda x: 2 * np.sum(np.sin(x)) * np.cos(x),
    "g": lambda i, w: np.sin(i * w),
    "g_prime": lambda i, w: i * np.cos(i * w),
}
ALL = [networks.residual, networks.gated_softmax, networks.softmax_batch, networks.chain_rule, networks.convolution,
       networks.mixed, networks.loops, networks.every_function]  # fmt: skip


def run(derivation: Derivation) -> dict[str, Any]:
    module: dict[str, Any] = {}
    exec(compile(numpy_code(derivation), "<printed>", "exec"), module)
    return module


def call(function: Callable[..., Any], *args: Any, sizes: Mapping[str, int] = SIZES) -> Any:
    """The function with those keyword arguments that it asks for."""
    code = function.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return function(*args, **{name: FUNCTIONS.get(name, sizes.get(name)) for name in names})


def inputs(derivation: Derivation, sizes: Mapping[str, int] = SIZES) -> dict[str, Any]:
    random = np.random.default_rng(1)
    found: dict[str, Any] = {}
    for tensor in derivation.network.tensors.values():
        shape = tuple(number_of(axis.size, sizes) for axis in tensor.axes)
        if tensor.role == "class" and tensor.among is not None:
            found[tensor.name] = random.integers(1, (number_of(tensor.among.hi, sizes) or 0) + 1, shape)
        elif tensor.role != "hidden":
            found[tensor.name] = random.uniform(0.3, 0.9, shape)
    return satisfying(derivation.network, found, sizes)


def disagreements(derivation: Derivation, sizes: Mapping[str, int] = SIZES) -> Iterator[str]:
    """Where what backward gives is not the slope of what forward gives, along a random direction of each quantity."""
    module, given = run(derivation), inputs(derivation, sizes)
    values = call(module["forward"], *given.values(), sizes=sizes)
    random = np.random.default_rng(2)
    seeds = {line.tensor.name: random.normal(size=np.shape(values[line.tensor.name]))
             for line in derivation.backward if line.steps[-1].rule == "upstream"}  # fmt: skip

    def cost(moved: Mapping[str, Any]) -> Any:
        found = call(module["forward"], *moved.values(), sizes=sizes)
        return sum(np.sum(seed * found[name]) for name, seed in seeds.items()) if seeds else found[derivation.cost]

    bars = call(module["backward"], values, *seeds.values(), sizes=sizes)
    assert set(bars) == set(derivation.wanted)
    for name in (name for name in derivation.wanted if name in given):
        direction = random.normal(size=np.shape(given[name]))
        assert np.shape(bars[name]) == np.shape(given[name]), name
        ends = [cost({**given, name: given[name] + step * direction}) for step in (1e-5, -1e-5)]
        slope = (ends[0] - ends[1]) / 2e-5
        if np.sum(bars[name] * direction) != pytest.approx(slope, rel=1e-6, abs=1e-8):
            yield name


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_backward_agrees_with_differences_of_forward(make: Callable[[], Derivation]) -> None:
    assert not list(disagreements(make()))


LABELLED = [labelled.rnn_backward, partial(labelled.rnn_backward, True), labelled.heads, labelled.layers]
PROBLEMS = [path for path in NETWORKS if set(load(path).functions) <= {"sigma"}]


@pytest.mark.parametrize("make", LABELLED)
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_labels(make: Callable[[], Derivation], steps: int) -> None:
    assert not list(disagreements(make(), {**SIZES, "T": steps, "H": 2}))


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("shift", [0, 1])
def test_problems(path: Path, shift: int) -> None:
    """At sizes that are all unequal; windows stay smaller than what they run over, strides are 1 or 2."""
    derivation = derive_network(load(path))
    names = [name for name, size in derivation.network.sizes.items() if size.formula is None]
    drawn = {name: 2 + (n + shift) % 5 for n, name in enumerate(names)}
    fixed = {name: size.number for name, size in derivation.network.sizes.items() if size.number is not None}
    windows = {"K": 3, "S": 2, "P": 1, "H": 9, "W": 7, "N": 7} if "conv" in path.stem or "pool" in path.stem else {}
    assert not list(disagreements(derivation, {**drawn, **fixed, **windows}))


def test_a_recurrence_is_a_loop() -> None:
    code = numpy_code(labelled.rnn_backward())
    assert "for t in range(1, T + 1):\n        z[t - 1] = " in code
    assert "for t in reversed(range(1, T + 1)):\n        h_bar[t] = " in code
    assert "Wh_bar = sum((np.outer(z_bar[t - 1], h[t - 1]) for t in range(1, T + 1)), np.zeros((K, K)))" in code


TWO_WAYS = """
version: 1
sizes: {L: layers, T: steps, K: units}
labels: {l: L, t: T}
inputs: {x: [T, K]}
parameters: {W: [L, K, K], U: [L, K, K]}
equations: |
  h[0, t] = x[t]
  h[l, t] = tanh(W[l] @ h[l-1, t] + U[l] @ h[l, t-1]) for l = 1..L
  E = sum(t, sum(h[L, t]**2))
cost: E
want: [W, U, x]
"""
BACK = """
version: 1
sizes: {N: positions}
inputs: {x: [N]}
parameters: {w: []}
indices: {i: N}
hidden: {s: [N]}
equations: |
  s[i] = tanh(w*s[i-2] + x[i])
  E = sum(i, s[i]**2)
cost: E
want: [w, x]
"""


@pytest.mark.parametrize("source", [TWO_WAYS, BACK], ids=["layers and steps", "an axis that is no label"])
def test_recurrences(source: str) -> None:
    derivation = derive_network(parse_problem(source))
    assert "each round" not in numpy_code(derivation)
    assert not list(disagreements(derivation, {"L": 3, "T": 4, "K": 2, "N": 6}))


def test_code_is_the_same_every_time() -> None:
    assert numpy_code(networks.softmax_batch()) == numpy_code(networks.softmax_batch())


def test_names_of_python_are_no_names_of_quantities() -> None:
    code = numpy_code(networks.softmax_batch())
    assert "lambda_ = np.asarray(lambda_" in code and '"lambda": lambda_' in code


def test_an_upstream_error_signal_is_an_argument() -> None:
    code = numpy_code(networks.upstream())
    assert "def backward(values, y_bar, *, phi_prime):" in code


def test_factors_of_a_matrix_are_worked_out_once_before_the_loops() -> None:
    network = derive.Network(sizes={"N": "rows"}, inputs={"A": ["N", "N"]}, equations="Q = polar(A)")
    code = network.derive(["A"], check=False).numpy()
    assert code.count(" = svd_u(A)\n    for i in range(1, N + 1):") == 1
    assert code.count("svd_u(A)") == code.count("svd_v(A)") == 1 and code.count("eigvecsh(np.array(") == 1
