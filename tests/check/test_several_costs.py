"""The Hessian of one of several costs: H of the one that is asked for, ∂²E₂ of the one that is named."""

from __future__ import annotations

import pytest

import derive

LOGISTIC = r"X^T \operatorname{diag}(p \circ (1 - p)) X"
NETWORK = derive.Network(
    sizes={"N": "samples", "D": "features"},
    inputs={"X": ["N", "D"], "t": ["N"]},
    parameters={"w": ["D"]},
    equations="y = X @ w\np = sigmoid(y)\nE1 = 1/2*norm(y - t)**2\nE2 = sum(log(1 + exp(y)))",
    cost=["E1", "E2"],
    want=["w"],
    hessian=["w"],
)


@pytest.mark.parametrize("of, right, wrong", [("E1", "X^T X", LOGISTIC), ("E2", LOGISTIC, "X^T X")])
def test_the_hessian_of_the_cost_asked_for(of: str, right: str, wrong: str) -> None:
    derivation = NETWORK.derive(check=False, of=of)
    found = [derivation.check(f"$$H = {side}$$", ".md").lines[0].verdict for side in (right, wrong)]
    assert found == ["right", "wrong"]
    named = rf"$$\frac{{\partial^2 E_2}}{{\partial w \partial w^T}} = {LOGISTIC}$$"
    assert derivation.check(named, ".md").lines[0].verdict == "right"
    assert derivation.check(named.replace("E_2", "E_1"), ".md").lines[0].verdict == "wrong"
