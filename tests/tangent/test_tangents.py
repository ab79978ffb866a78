"""Tangents, products with Hessians and Hessians: their lines, and numbers that find a wrong one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.derivation import Derivation, Line, Step
from derive.notation.expression import Tensor, bar, dot
from derive.notation.expression import derivative as derivative_of
from derive.notation.product import scale
from derive.selfcheck import selfcheck
from derive.vectorise import vectorised
from tests.problem_files import FOLDER, NETWORKS

RECURRENT = ("rnn", "rnn_last", "lstm", "gru", "deep_mlp")
SLOW = ("transformer_block", "max_pool", "symmetry", "vae")
"""Of these the Hessians take too long for a test."""
HESSIANS = [path for path in NETWORKS if path.stem not in (*RECURRENT, *SLOW)]


def load(name: str) -> derive.Network:
    return derive.load(FOLDER / f"{name}.yaml")


def movable(network: derive.Network) -> dict[str, list[str]]:
    """Inputs and parameters of real numbers, by their role."""
    tensors = [t for t in network.declared.tensors.values() if t.among is None]
    return {role: [t.name for t in tensors if t.role == role] for role in ("input", "parameter")}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_operators() -> None:
    w = Tensor("w")
    assert not w.is_bar and not w.is_dot
    assert bar(w, "E").is_bar and not bar(w, "E").is_dot
    assert dot(bar(w, "E")).is_dot and not dot(bar(w, "E")).is_bar
    assert not derivative_of(bar(w, "E"), w).is_bar and not derivative_of(w, w).is_dot


def test_forward_mode() -> None:
    text = lines(load("residual").derive(forward=["x"]).text(width=200))
    for line in (
        "ż_j = Σ_{i=1}^N ∂z_j/∂x_i ẋ_i = Σ_{i=1}^N w⁽¹⁾_ji ẋ_i",
        "ḣ = σ′(z) ∘ ż",
        "ẏ = ẋ + W⁽²⁾ ḣ",
    ):
        assert line in text
    assert text.index("Forward pass") < text.index("Forward mode") < text.index("Backward pass")


def test_jacobians_of_outputs() -> None:
    derived = load("residual_block").derive(forward=["x"])
    text = lines(derived.text(width=200))
    assert "∂h/∂xᵀ = diag(φ′(z)) W + I" in text
    assert "∂y/∂xᵀ = diag(φ′(r)) (V diag(φ′(z)) W + V) + diag(φ′(z)) W + I" in text
    (jacobian,) = derived.data.tangents[0].jacobians
    for n, line in enumerate(jacobian.lines):
        wrong = replace(jacobian, lines=(*jacobian.lines[:n], changed(line), *jacobian.lines[n + 1 :]))
        tangents = replace(derived.data.tangents[0], jacobians=(wrong,))
        assert not selfcheck(replace(derived.data, tangents=(tangents,))).ok, line.tensor
    assert not load("rnn").derive(forward=["x"], check=False).data.tangents[0].jacobians


def test_two_directions_at_once() -> None:
    text = lines(load("hessian_tanh").derive(forward=["W", "x"]).text(width=200))
    assert "ż = Ẇ x + W ẋ" in text


@pytest.mark.parametrize(
    ("name", "entry", "whole"),
    [
        (
            "logistic_hessian",
            "∂²E/∂w_d∂w_i = Σ_{n=1}^N (∂z̄_n/∂w_i) x_nd = Σ_{n=1}^N p_n (1 − p_n) x_ni x_nd",
            "∂²E/∂w∂wᵀ = Xᵀ diag(p ∘ (1 − p)) X",
        ),
        ("softmax_hessian", "∂²L/∂z_k∂z_i = ∂p_k/∂z_i = p_k (δ_ki − p_i)", "∂²L/∂z∂zᵀ = diag(p) − p pᵀ"),
    ],
)
def test_hessians(name: str, entry: str, whole: str) -> None:
    text = lines(load(name).derive().text(width=200))
    assert entry in text and whole in text


def test_a_hessian_in_a_matrix_has_an_index_form() -> None:
    derived = load("hessian_tanh").derive(hessian=["V"])
    assert derived.data.hessians[-1].lines[-1].vector is None
    assert "∂²E/∂v_kj∂v_lm = (∂ȳ_k/∂v_lm) h_j = δ_kl h_m h_j" in lines(derived.text(width=200))


def test_product_with_the_hessian() -> None:
    text = lines(load("hessian_tanh").derive().text(width=200))
    for line in ("h̄̇ = Vᵀ ȳ̇", "z̄̇ = h̄̇ ∘ (1 − h ∘ h) − 2 h̄ ∘ h ∘ ḣ", "W̄̇ = z̄̇ xᵀ"):
        assert line in text


def test_what_does_not_change_is_zero() -> None:
    network = derive.Network(
        sizes={"N": "inputs"}, inputs={"x": ["N"]}, parameters={"w": ["N"]}, equations="E = w.T @ x", cost="E"
    )
    text = lines(network.derive(hvp=["w"], hessian=["w"]).text())
    assert "w̄̇_i = 0" in text and "∂²E/∂w_i∂w_j = 0" in text


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_tangents_hold_in_every_problem(path: Path) -> None:
    network = derive.load(path)
    found = movable(network)
    every = [*found["input"], *found["parameter"]]
    report = network.derive(forward=every, hvp=every, check=False).selfcheck()
    assert report.ok, report.failures


@pytest.mark.parametrize("path", HESSIANS, ids=lambda path: path.stem)
def test_hessians_hold_in_every_problem(path: Path) -> None:
    network = derive.load(path)
    found = movable(network)
    report = network.derive(hessian=[*found["input"], *found["parameter"]], check=False).selfcheck()
    assert report.ok, report.failures


def changed(line: Line, times: int = 2) -> Line:
    """The line with its result twice as large."""
    right = scale(times, line.steps[-1].right)
    return replace(line, steps=(Step("substituted", right),)).with_vector(vectorised)


def test_a_wrong_tangent_is_found() -> None:
    data = load("hessian_tanh").derive(check=False).data
    for n, tangents in enumerate(data.tangents):
        for part in ("forward", "backward"):
            for m, line in enumerate(getattr(tangents, part)):
                wrong = list(getattr(tangents, part))
                wrong[m] = changed(line)
                several = list(data.tangents)
                several[n] = replace(tangents, **{part: tuple(wrong)})
                assert not selfcheck(replace(data, tangents=tuple(several))).ok, line.tensor


@pytest.mark.parametrize("name", ["logistic_hessian", "softmax_hessian", "hessian_tanh"])
def test_a_wrong_hessian_is_found(name: str) -> None:
    data: Derivation = load(name).derive(check=False).data
    (hessian,) = data.hessians
    for n, line in enumerate(hessian.lines):
        wrong = (*hessian.lines[:n], changed(line), *hessian.lines[n + 1 :])
        assert not selfcheck(replace(data, hessians=(replace(hessian, lines=wrong),))).ok, line.tensor


@pytest.mark.parametrize("name", RECURRENT)
def test_hessians_through_a_recurrence_are_refused(name: str) -> None:
    network = load(name)
    with pytest.raises(derive.DeriveError, match=r"recurrence|each case"):
        network.derive(hessian=movable(network)["parameter"][:1], check=False)


@pytest.mark.parametrize("kind", ["forward", "hvp", "hessian"])
@pytest.mark.parametrize(("name", "said"), [("h", "is computed"), ("q", "no quantity"), ("t", "class")])
def test_what_cannot_move(kind: str, name: str, said: str) -> None:
    text = "h = tanh(x)\np = softmax(h)\nE = cross_entropy(p, t)"
    given = {"sizes": {"N": "inputs"}, "inputs": {"x": ["N"]}, "classes": {"t": "N"}, "equations": text, "cost": "E"}
    with pytest.raises(derive.DeriveError, match=said):
        derive.Network(**given).derive(**{kind: [name]})
    with pytest.raises(derive.DeriveError, match=said):
        derive.Network(**given, **{kind: [name]})


def test_json_and_sympy() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from derive.render.json import json_schema

    derived = load("hessian_tanh").derive()
    data = derived.to_dict()
    jsonschema.validate(json.loads(json.dumps(data)), json_schema())
    assert [t["moved"] for t in data["tangents"]] == [["x"], ["W"]]
    assert data["tangents"][1]["backward"][-1]["change"] == "dot"
    assert data["hessians"][0]["lines"][-1]["change"] == "b"
    assert str(derived.tangents("x")["z"].vector) == "Eq(zdot, W*xdot)"
    assert str(derived.tangents("W")["W_bar"].vector.lhs) == "Wbardot"
    assert str(derived.hessian("b").scalar.lhs) == "bbar_in_b[j, l]"


def test_numpy_code() -> None:
    scope: dict[str, object] = {}
    exec(load("hessian_tanh").derive().numpy(), scope)
    random = np.random.default_rng(0)
    sizes = {"x": (3,), "t": (2,), "W": (4, 3), "b": (4,), "V": (2, 4)}
    at = {name: random.normal(size=shape) for name, shape in sizes.items()}
    forward, backward = scope["forward"], scope["backward"]
    x, W, step = random.normal(size=3), random.normal(size=(4, 3)), 1e-5
    values = forward(**at)
    up, down = (forward(**{**at, "x": at["x"] + s * x}) for s in (step, -step))
    assert np.allclose(scope["tangents"](values, x)["y"], (up["y"] - down["y"]) / (2 * step), atol=1e-8)
    up, down = (backward(forward(**{**at, "W": at["W"] + s * W})) for s in (step, -step))
    assert np.allclose(scope["hessian_product"](values, W)["W"], (up["W"] - down["W"]) / (2 * step), atol=1e-8)
    move = random.normal(size=4)
    up, down = (backward(forward(**{**at, "b": at["b"] + s * move})) for s in (step, -step))
    assert np.allclose(scope["hessian_b"](values)["b"] @ move, (up["b"] - down["b"]) / (2 * step), atol=1e-8)
