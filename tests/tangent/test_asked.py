"""What is asked for beside the bars: of which cost it is, options that go together, matrices without an inverse."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive

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
