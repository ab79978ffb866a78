"""The printed code is run: what backward gives is compared with differences of what forward gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.derivation import Derivation
from derive.render.numpy import numpy_code
from tests.render import networks

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


def call(function: Callable[..., Any], *args: Any) -> Any:
    """The function with those keyword arguments that it asks for."""
    code = function.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return function(*args, **{name: FUNCTIONS.get(name, SIZES.get(name)) for name in names})


def inputs(derivation: Derivation) -> dict[str, Any]:
    random = np.random.default_rng(1)
    found: dict[str, Any] = {}
    for tensor in derivation.network.tensors.values():
        shape = tuple(SIZES[str(axis.size.atom)] for axis in tensor.axes)
        if tensor.role == "class" and tensor.among is not None:
            found[tensor.name] = random.integers(1, SIZES[str(tensor.among.size.atom)] + 1, shape)
        elif tensor.role != "hidden":
            found[tensor.name] = random.uniform(0.3, 0.9, shape)
    return found


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_backward_agrees_with_differences_of_forward(make: Callable[[], Derivation]) -> None:
    derivation = make()
    module, given = run(derivation), inputs(derivation)
    values = call(module["forward"], *given.values())
    bars = call(module["backward"], values)
    assert set(bars) == set(derivation.wanted)
    random = np.random.default_rng(2)
    for name in (name for name in derivation.wanted if name in given):
        direction = random.normal(size=np.shape(given[name]))
        assert np.shape(bars[name]) == np.shape(given[name])
        ends = [
            call(module["forward"], *{**given, name: given[name] + step * direction}.values()) for step in (1e-5, -1e-5)
        ]
        slope = (ends[0][derivation.cost] - ends[1][derivation.cost]) / 2e-5
        assert np.sum(bars[name] * direction) == pytest.approx(slope, rel=1e-6, abs=1e-8), name


def test_code_is_the_same_every_time() -> None:
    assert numpy_code(networks.softmax_batch()) == numpy_code(networks.softmax_batch())


def test_names_of_python_are_no_names_of_quantities() -> None:
    code = numpy_code(networks.softmax_batch())
    assert "lambda_ = np.asarray(lambda_" in code and '"lambda": lambda_' in code


def test_an_upstream_error_signal_is_an_argument() -> None:
    code = numpy_code(networks.upstream())
    assert "def backward(values, y_bar, *, phi_prime):" in code
