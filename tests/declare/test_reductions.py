"""Reductions, conditions and masks: what each means, against NumPy; its bars, by differences; what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import derive
from derive.errors import DeriveError
from derive.notation.layout import spelled
from derive.render.numpy import numpy_code

SIZES = {"N": 4, "T": 4, "K": 3, "M": 2}
INPUTS = {"x": ["T"], "a": ["N"], "b": ["M"], "A": ["N", "M"], "S": ["T", "T"], "m": ["T"], "Q": ["N", "T"]}
STEP = 1e-3
LOWER = np.tril(np.ones((4, 4), bool))


def network(equations: str, **more: Any) -> derive.Network:
    common: dict[str, Any] = {"sizes": {n: n for n in SIZES}, "inputs": INPUTS, **more}
    letters = {"i": "N", "n": "N", "t": "T", "j": "T", "k": "M", "r": "K"}
    return derive.Network(indices=letters, equations=equations, **common)


def numbers() -> dict[str, Any]:
    random = np.random.default_rng(6)
    return {name: random.normal(size=[SIZES[axis] for axis in axes]) for name, axes in INPUTS.items()}


def weights(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(9).normal(size=shape)


def softmax(x: Any, held: Any = True) -> Any:
    e = np.where(held, np.exp(x), 0)
    return e / e.sum(-1, keepdims=True)


def rows(function: Callable[[Any], Any], held: Any = LOWER) -> Callable[[Any], Any]:
    """A function of those entries of a vector that each row of a mask leaves."""
    return lambda x: np.array([function(x[row]) for row in held])


def windows(function: Callable[[Any], Any], start: int = -1, length: int = 3) -> Callable[[Any], Any]:
    """A function of three neighbours, those outside left out."""
    return lambda x: np.array([function(x[max(0, p + start) : max(0, p + start + length)]) for p in range(len(x))])


def logsumexp(x: Any) -> Any:
    return np.log(np.sum(np.exp(x)))


MEANINGS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "y[i] = sum(n != i, a[n])": lambda g: g["a"].sum() - g["a"],
    "y[t] = sum(j <= t, x[j])": lambda g: np.cumsum(g["x"]),
    "y = sum(t, j, t != j, S[t, j])": lambda g: (g["S"] * (1 - np.eye(4))).sum(),
    "y = sum(t < j, S[t, j])": lambda g: np.triu(g["S"], 1).sum(),
    "y = sum(x > 0, x)": lambda g: g["x"][g["x"] > 0].sum(),
    "y = sum(t >= 2, t <= 3, x[t])": lambda g: g["x"][1:3].sum(),
    "y[t] = mean(j <= t, x[j])": lambda g: rows(np.mean)(g["x"]),
    "y[t] = max(j <= t, x[j])": lambda g: np.maximum.accumulate(g["x"]),
    "y[t] = min(j > t, x[j] + 0*t)  for t = 1..T-1": lambda g: np.array([g["x"][t:].min() for t in (1, 2, 3)]),
    "y[t] = prod(j != t, x[j])": lambda g: rows(np.prod, ~np.eye(4, dtype=bool))(g["x"]),
    "y[t] = var(j <= t, x[j])": lambda g: rows(np.var)(g["x"]),
    "y[t] = logsumexp(j <= t, x[j])": lambda g: rows(logsumexp)(g["x"]),
    "y[t, j] = softmax(j, j <= t, S[t, j])": lambda g: softmax(g["S"], LOWER),
    "y[t, j] = [j <= t]*log_softmax(j, j <= t, S[t, j])": lambda g: np.where(
        LOWER, g["S"] - np.log(np.where(LOWER, np.exp(g["S"]), 0).sum(-1, keepdims=True)), 0
    ),
    "y = softmax(t, m[t] > 0, x)": lambda g: softmax(g["x"], g["m"] > 0),
    "y = softmax(k, k != 1, A)": lambda g: softmax(g["A"], np.array([False, True])),
    "y = softmax(t, i <= t, Q)": lambda g: softmax(g["Q"], LOWER.T),
    "y[t] = sum(j, [j <= t]*S[t, j]*x[j])": lambda g: np.tril(g["S"]) @ g["x"],
    "y = max(A)": lambda g: g["A"].max(),
    "y = max(k, A)": lambda g: g["A"].max(1),
    "y = min(i, A)": lambda g: g["A"].min(0),
    "y = max(i, A @ b)": lambda g: (g["A"] @ g["b"]).max(),
    "y = max(0, x) + max(x, m) + max(x[1], 2)": lambda g: (
        np.maximum(g["x"], 0) + np.maximum(g["x"], g["m"]) + np.maximum(g["x"][0], 2)
    ),
    "y = prod(A)": lambda g: g["A"].prod(),
    "y = var(A)": lambda g: g["A"].var(),
    "y = std(i, A)": lambda g: g["A"].std(0),
    "y = sample_std(k, A)": lambda g: g["A"].std(1, ddof=1),
    "y = sample_var(x)": lambda g: g["x"].var(ddof=1),
    "y = norm(k, A)": lambda g: np.sqrt((g["A"] ** 2).sum(1)),
    "y = norm(i, A, 4)": lambda g: (g["A"] ** 4).sum(0) ** 0.25,
    "y = norm(t > 1, x[t])": lambda g: np.sqrt((g["x"][1:] ** 2).sum()),
    "y = cumsum(x)": lambda g: np.cumsum(g["x"]),
    "y = cumsum(i, A)": lambda g: np.cumsum(g["A"], 0),
    "y[t] = max(r, x[t + r - 2])": lambda g: windows(np.max)(g["x"]),
    "y[t] = mean(r, x[t + r - 2])": lambda g: windows(np.mean)(g["x"]),
    "y[t] = min(r, tanh(x[t + r - 2]))": lambda g: windows(np.min)(np.tanh(g["x"])),
    "y[t] = logsumexp(r, x[t + r - 2])": lambda g: windows(logsumexp)(g["x"]),
    "y[t] = prod(r, x[t + r - 2])": lambda g: windows(np.prod)(g["x"]),
    "y[t] = var(r, x[t + r - 2] + m[t])": lambda g: windows(np.var)(g["x"]),
    "y[t] = sum(r, x[t + r - 2])": lambda g: windows(np.sum)(g["x"]),
    "y = max(concatenate(a, b))": lambda g: np.max(np.concatenate([g["a"], g["b"]])),
    "y = var(concatenate(a, b))": lambda g: np.var(np.concatenate([g["a"], g["b"]])),
    "c = argmax(x)\ny = m[c]": lambda g: g["m"][g["x"].argmax()],
    "c = argmin(k, A)\ny[i] = A[i, c[i]]": lambda g: g["A"].min(1),
    "c = argmax(t, m > 0, x)\ny = x[c] * e(c)": lambda g: (
        (k := np.argmax(np.where(g["m"] > 0, g["x"], -np.inf))) * 0 + g["x"][k] * np.eye(4)[k]
    ),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_meaning_and_bars(text: str) -> None:
    """The self-check passes; the printed code gives the plain formula's values and its differences."""
    given, meaning = numbers(), MEANINGS[text]
    wanted = np.asarray(meaning(given))
    y = network(text).declared.tensors["y"]
    shape = y.axes
    assert len(shape) == wanted.ndim
    parameters = {"w": [*[1] * y.row, *(spelled(axis.size) for axis in shape)]}
    found = network(f"{text}\nE = {'w*y' if not shape else 'sum(w*y)'}", parameters=parameters, cost="E")
    read = [name for name in INPUTS if any(name in part for part in _words(text))]
    module: dict[str, Any] = {}
    exec(compile(numpy_code(found.derive(read).data), "<printed>", "exec"), module)
    weight = weights(wanted.shape)
    values = _run(module["forward"], {**given, "w": weight})
    assert values["y"] == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    bars = _run(module["backward"], {"values": values})
    for name in read:
        assert np.asarray(bars[name]) == pytest.approx(_differences(meaning, given, name, weight), rel=1e-6, abs=1e-7)


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


def _run(function: Any, given: dict[str, Any]) -> Any:
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return function(**{name: given[name] if name in given else SIZES[name] for name in names})


def _differences(meaning: Callable[[dict[str, Any]], Any], given: dict[str, Any], name: str, weight: Any) -> Any:
    slopes = np.zeros(np.shape(given[name]))
    for place in np.ndindex(slopes.shape):
        ends = []
        for steps in (1, -1, 2, -2):
            moved = np.array(given[name])
            moved[place] += steps * STEP
            ends.append(np.sum(weight * meaning({**given, name: moved})))
        slopes[place] = (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * STEP)
    return slopes


@pytest.mark.parametrize(("functions", "share"), [({}, [0.5, 0, 0.5, 0]), ({"max": "first"}, [1, 0, 0, 0])])
@pytest.mark.parametrize("text", ["y = max(x)", "z = -m\ny = max(x + 0*m)"])
def test_ties(functions: dict[str, str], share: list[float], text: str) -> None:
    """Equal shares, as in PyTorch's amax; or the first, as the file says."""
    found = network(f"{text}\nE = 3*y", functions=functions, cost="E").derive(["x"])
    module: dict[str, Any] = {}
    exec(compile(numpy_code(found.data), "<printed>", "exec"), module)
    given = {**numbers(), "x": np.array([2.0, 1.0, 2.0, -1.0])}
    bars = _run(module["backward"], {"values": _run(module["forward"], given)})
    assert np.asarray(bars["x"]).tolist() == [3 * part for part in share]
    said = "the first gets all" if functions else "equal share"
    assert any(said in note for note in found.to_dict()["notes"])


@pytest.mark.parametrize("functions", [{}, {"max": "first"}])
def test_ties_of_two(functions: dict[str, str]) -> None:
    found = network("E = max(x[1], m[1])", functions=functions, cost="E").derive(["x", "m"])
    module: dict[str, Any] = {}
    exec(compile(numpy_code(found.data), "<printed>", "exec"), module)
    bars = _run(
        module["backward"], {"values": _run(module["forward"], {**numbers(), "x": np.ones(4), "m": np.ones(4)})}
    )
    assert [bars["x"][0], bars["m"][0]] == ([1, 0] if functions else [0.5, 0.5])


def test_a_product_has_a_slope_where_an_entry_is_0() -> None:
    found = network("E = prod(x)", cost="E").derive(["x"])
    module: dict[str, Any] = {}
    exec(compile(numpy_code(found.data), "<printed>", "exec"), module)
    values = _run(module["forward"], {**numbers(), "x": np.array([2.0, 0.0, 3.0, 5.0])})
    assert _run(module["backward"], {"values": values})["x"].tolist() == [0, 30, 0, 0]


def test_numbers_in_the_file_agree_at_ties() -> None:
    found = derive.Network(
        sizes={"N": 3}, inputs={"x": ["N"]}, equations="E = max(x)", cost="E", values={"x": [0.1, 0.1, 0.1]}
    ).derive(["x"])
    assert found.data.values[("x", ("E",))] == pytest.approx([1 / 3] * 3)


PRINTED = {
    "y[t] = sum(j <= t, S[t, j])": r"\sum_{j=1}^T s_{tj} [j \le t]",
    "y[t] = max(j <= t, x[j])": r"\max_{j \le t} x_j",
    "y[i] = max(k, A[i, k])": r"\max_k A_{ik}",
    "y[t] = prod(j != t, x[j])": r"\prod_{j \ne t} x_j",
    "y[t, j] = softmax(j, j <= t, S[t, j])": r"\operatorname{softmax}_{l \le t}(\mathbf{s}_t)_j",
    "y[t] = max(r, x[t + r - 2])": r"\max_{1 \le t + r - 2 \le T} x_{t + r - 2}",
    "y = var(x)": r"\operatorname{var}(\mathbf{x})",
    "y = sample_var(x)": r"\operatorname{var}_{n - 1}(\mathbf{x})",
}


@pytest.mark.parametrize("text", PRINTED)
def test_printed(text: str) -> None:
    found = network(f"{text}\nE = sum(y)", cost="E").derive([next(name for name in "xSA" if name in _words(text))])
    assert PRINTED[text] in found.to_dict()["forward"][0]["scalar"]["latex"]


REFUSED = {
    "y[i] = sum(n <= i, b)": ("no axis of", ""),
    "y[t] = sum(t <= 2, x[t])": ("runs over no index", "a letter of its own"),
    "y = softmax(j, j <= t, S)": ("both axes", "index the entries"),
    "y = softmax(S)": ("over which axis", "softmax(k, S)"),
    "y = max(x[1])": ("max of a scalar", "vector"),
    "y = max(i, x[1])": ("the same everywhere", "max(i, x[i])"),
    "y = 2*argmax(x)": ("is a position", "name it"),
    "y = argmax(A)": ("runs over 2 axes", "name one index"),
    "y = sum(zz > 1, x[1])": ("the range of the index `zz`", ""),
    "y = max(t > 9*T, x[t])": ("no position that counts", ""),
    "y = cumsum(A)": ("over which axis", "cumsum(k, A)"),
    "y = sum(A > 0, x)": ("is not", "the shape of the value"),
    "y[t] = log(x[t + 1])": ("outside its axis", ""),
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(DeriveError) as caught:
        network(text)
    what, mend = REFUSED[text]
    assert what in str(caught.value) and mend in str(caught.value), str(caught.value)


def test_first_is_for_max_and_min() -> None:
    with pytest.raises(DeriveError, match="max and min"):
        network("y = relu(x)", functions={"relu": "first"})
