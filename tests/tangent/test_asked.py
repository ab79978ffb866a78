"""What is asked for beside the bars: of which cost it is, options that go together, matrices without an inverse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from tests.tangent.test_tangents import load

SINGULAR = """version: 1
sizes: {K: a}
inputs: {x: [K]}
equations: |
  E = x.T @ inv(x @ x.T) @ x
cost: E
"""
SECOND = """version: 1
sizes: {N: units}
inputs: {x: [N]}
parameters: {w: [N]}
equations: |
  y = tanh(w * x)
  E1 = sum(y)
  E2 = 1/2*norm(y)**2
cost: [E1, E2]
"""


def test_a_hessian_says_of_which_cost_it_is(tmp_path: Path) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text(SECOND)
    shown = derive.load(path).derive(hessian=["w"], hvp=["w"]).text()
    assert "Hessian of E1" in shown and "Product with the Hessian of E1" in shown


def test_what_is_of_second_order_is_of_the_cost_that_is_named(tmp_path: Path) -> None:
    """E₂'s own Hessian, and both ways to its product with a direction."""
    path = tmp_path / "costs.yaml"
    path.write_text(SECOND)
    network = derive.load(path)
    derived = network.derive(hessian=["w"], hvp=["w"], gauss_newton={"w": "y"}, of="E2", over="reverse")
    shown = derived.text(width=200)
    assert "Hessian of E2" in shown and "Gauss–Newton of E2" in shown
    assert "∂²E₂/∂w∂wᵀ = G − 2 diag(ỹ ∘ (x ∘ x) ∘ y ∘ (1 − y ∘ y))" in shown
    assert "R = w̃ᵀ ẇ" in shown and "ŵ = ŷ ∘ (1 − y ∘ y) ∘ x" in shown
    assert "w̃̇ = " in network.derive(hvp=["w"], of="E2", over="forward").text(width=200)
    path.write_text(SECOND + "of: E2\nhessian: [w]\n")
    assert "Hessian of E2" in derive.load(path).derive().text()


def test_a_cost_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text(SECOND + "hessian: [w]\n")
    with pytest.raises(derive.DeriveError, match="`y` is no cost\n  the costs are E1 and E2"):
        derive.load(path).derive(of="y")
    with pytest.raises(derive.DeriveError, match="of E2 none is asked for"):
        derive.Network(sizes={"N": "n"}, inputs={"x": ["N"]}, equations="E2 = sum(x)", cost="E2").derive(of="E2")
    path.write_text(SECOND + "hessian: [w]\nof: E3\n")
    with pytest.raises(derive.DeriveError, match=r"costs.yaml:11:5: `E3` is no cost"):
        derive.load(path)


@pytest.mark.parametrize(("problem", "name"), [("ridge_stationary", "lam"), ("hypergradient", "lam")])
def test_a_second_backward_pass_through_a_condition_is_the_change_of_the_bars(problem: str, name: str) -> None:
    """By differences of the printed NumPy of the first bars."""
    network = load(problem)
    found = network.reverse_over_reverse(name, "direction").derive(check=False)
    codes: list[dict[str, Any]] = [{}, {}]
    for derived, code in zip((found, network.derive(check=False)), codes, strict=True):
        exec(derived.numpy(), code)
    sizes, random = {"N": 5, "D": 3, "M": 4}, np.random.default_rng(0)
    declared = [t for t in found.data.network.tensors.values() if t.role in ("input", "parameter")]
    at = {t.name: 0.3 + random.normal(size=[sizes[next(a.hi.atoms())] for a in t.axes]) for t in declared}
    at["lam"] = np.array(1.3)

    def bar(code: dict[str, Any], arrays: dict[str, Any]) -> Any:
        return code["backward"](code["forward"](**arrays))[name]

    own = {n: array for n, array in at.items() if n != "direction"}
    step = 1e-5 * at["direction"]
    above, below = (bar(codes[1], {**own, name: own[name] + move}) for move in (step, -step))
    exact = bar(codes[0], at)
    assert np.max(np.abs(exact - (above - below) / 2e-5)) <= 1e-7 * np.max(np.abs(exact))


def test_over_without_a_product_with_the_hessian(tmp_path: Path) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text(SECOND)
    with pytest.raises(derive.DeriveError, match="none is asked for"):
        derive.load(path).derive(over="forward")


def test_a_matrix_that_never_has_an_inverse_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "singular.yaml"
    path.write_text(SINGULAR)
    with pytest.raises(derive.CheckFailed, match=r"singular.yaml:5:3: the matrix that is inverted") as caught:
        derive.load(path).derive()
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("problem", "of", "name", "line"),
    [
        ("deep_equilibrium", "z", "x", "∂z/∂xᵀ = (I − diag(1 − z ∘ z) W)⁻¹ diag(1 − z ∘ z) U"),
        ("deep_equilibrium", "a", "b", "∂a/∂bᵀ = W (I − diag(1 − z ∘ z) W)⁻¹ diag(1 − z ∘ z) + I"),
        ("ridge_stationary", "w", "t", "∂w/∂tᵀ = (Xᵀ X + λ I)⁻¹ Xᵀ"),
        ("hypergradient", "p", "t", "∂p/∂tᵀ = diag(p ∘ (1 − p)) X (λ I + Xᵀ diag(p ∘ (1 − p)) X)⁻¹ Xᵀ"),
    ],
)
def test_a_jacobian_through_a_condition_is_the_change_of_what_it_defines(
    problem: str, of: str, name: str, line: str
) -> None:
    derived = load(problem).derive(jacobian={of: name}, check=False)
    assert line in derived.text(width=200)
    code: dict[str, Any] = {}
    exec(derived.numpy(), code)
    sizes, random = {"N": 5, "D": 3, "M": 4, "K": 2}, np.random.default_rng(0)
    declared = [t for t in derived.data.network.tensors.values() if t.role in ("input", "parameter")]
    at = {t.name: 0.5 * random.normal(size=[sizes[next(a.hi.atoms())] for a in t.axes]) for t in declared}
    at |= {"lam": np.array(1.3)} if "lam" in at else {}
    values = code["forward"](**at)
    move = 1e-5 * random.normal(size=at[name].shape)
    above, below = (code["forward"](**{**at, name: at[name] + sign * move})[of] for sign in (1, -1))
    change = code[f"jacobian_{of}_{name}"](values)[name] @ move
    assert np.max(np.abs(change - (above - below) / 2)) <= 1e-7 * np.max(np.abs(change))


def test_a_hessian_through_a_condition_holds() -> None:
    assert load("ridge_stationary").derive(hessian=["lam"], gauss_newton=["lam:w"], check=False).selfcheck().ok
