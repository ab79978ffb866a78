"""grad(D, x) and stop_gradient: what is refused, what the check would find, what the documents say."""

from __future__ import annotations

from typing import Any

import pytest

import derive
from derive.errors import DeriveError
from derive.notation import differential

DECLARED: dict[str, Any] = {
    "sizes": {"N": "inputs", "K": "hidden units"},
    "inputs": {"x": ["N"], "A": ["N", "N", "N"]},
    "parameters": {"W": ["K", "N"]},
    "constants": {"c": ["K"]},
    "classes": {"t": "K"},
}
ABOVE = "h = tanh(W @ x)\nD = sum(c * h)\n"


def network(equations: str, cost: Any = "P") -> derive.Network:
    return derive.Network(**DECLARED, equations=ABOVE + equations, cost=cost)


@pytest.mark.parametrize(
    ("equation", "what"),
    [
        ("P = norm(grad(h, x))", "grad of `h`"),
        ("P = norm(grad(x, h))", "grad of `x`"),
        ("P = norm(grad(D, c))", "grad with respect to `c`, a constant"),
        ("P = norm(grad(D, t))", "grad with respect to `t`, a class"),
        ("P = sum(grad(D, A))", "of 3 axes"),
        ("P = norm(grad(D, 2*x))", "`2*x` is no quantity's name"),
        ("P = norm(grad(Q, x))", "`Q` has neither a declaration nor an equation"),
        ("P = norm(grad(P, x))", "`P` reads itself"),
        ("P = norm(grad(D))", "`grad` has 1 argument"),
    ],
)
def test_what_grad_refuses(equation: str, what: str) -> None:
    with pytest.raises(DeriveError, match=what.replace("(", r"\(").replace("*", r"\*")):
        network(equation)


def test_lines_of_the_inner_cost_stand_in_the_forward_pass() -> None:
    found = network("P = norm(grad(D, x))**2").derive()
    names = [(line.tensor.name, line.tensor.cost) for line in found.data.forward]
    assert names == [("h", ()), ("D", ()), ("h", ("D",)), ("x", ("D",)), ("P", ())]
    assert "x̃ stands for ∂D/∂x, and so for every quantity on the way:" in str(found)
    bars = {line["name"]: line["bars"] for line in found.to_dict()["forward"]}
    assert bars["x"] == ["D"]


def test_the_slope_of_what_is_not_read_is_0() -> None:
    found = derive.Network(**DECLARED, equations="D = sum(c**2)\nP = norm(grad(D, x) + x)**2", cost="P").derive(["x"])
    assert "x̃_i = 0" in str(found)


def test_several_costs_have_a_pass_each() -> None:
    found = network("E1 = sum(h**2)\nE2 = sum(h)", ["E1", "E2"]).derive(["x"])
    assert [line.tensor.cost for line in found.data.backward if line.tensor.name == "x"] == [("E1",), ("E2",)]
    text = str(found)
    assert text.index("Write x̄ for ∂E₁/∂x") < text.index("Write x̃ for ∂E₂/∂x")
    assert found.to_dict()["costs"] == ["E1", "E2"]
    assert found["x", "E2"].line.tensor.cost == ("E2",)


@pytest.mark.parametrize("cost", [["D", "h"], ["D", "Z"]])
def test_every_cost_is_a_scalar_with_an_equation(cost: list[str]) -> None:
    with pytest.raises(DeriveError, match=r"the cost must be a scalar|`Z`"):
        network("E1 = sum(h**2)", cost)


HELD = "P = sum(h * stop_gradient(h**2)) + sum(detach(W @ x))"


def test_nothing_passes_what_is_held() -> None:
    text = str(network(HELD).derive())
    assert "h̄ = sg(h ∘ h)" in text
    assert "sg(x) is x, and no error signal goes through it" in text


def test_the_check_finds_a_signal_through_what_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    found = network(HELD)
    monkeypatch.setattr(differential, "HELD", frozenset())
    with monkeypatch.context() as patch:
        patch.setattr("derive.operators.slopes.TABLE", _through())
        with pytest.raises(derive.CheckFailed):
            found.derive()


def _through() -> Any:
    from dataclasses import replace
    from types import MappingProxyType

    from derive.notation.expression import ONE
    from derive.operators import TABLE

    row = replace(TABLE["stop_gradient"], slopes=(lambda f, x: ONE,))
    return MappingProxyType({**TABLE, "stop_gradient": row})


def test_an_expectation_is_the_mean_over_its_samples() -> None:
    declared: dict[str, Any] = {
        "sizes": {"N": "units", "S": "samples"},
        "indices": {"s": "S", "i": "N"},
        "inputs": {"eps": ["S", "N"]},
        "parameters": {"mu": ["N"], "r": ["N"]},
    }
    z = "Z[s, i] = mu[i] + exp(r[i]) * eps[s, i]\n"
    ours = derive.Network(**declared, equations=z + "E = expectation(s, sum(i, tanh(Z[s, i])))", cost="E").derive()
    mean = derive.Network(**declared, equations=z + "E = mean(s, sum(i, tanh(Z[s, i])))", cost="E").derive()
    assert ours.numpy().split("import")[1] == mean.numpy().split("import")[1]
    assert any(note.startswith("An expectation is the mean") for note in ours.to_dict()["notes"])
