"""Answers as a keyboard types them: names of bars in letters, powers as code has them, our own lines in plain ASCII."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from tests.problem_files import NETWORKS

NETWORK = derive.Network(
    sizes={"N": "input units", "K": "hidden units"},
    inputs={"x": ["N"], "t": ["K"]},
    parameters={"W1": ["K", "N"], "V": ["K", "K"]},
    equations="z = W1 @ x\nh = tanh(z)\ny = V @ h\nE = norm(y - t)**2/2",
    cost="E",
    want=["x", "W1", "V"],
)
LINES = {
    "ybar = y - t": "right",
    "hbar = V.T @ ybar": "right",
    "h_bar = V.T @ y_bar": "right",
    "zbar = hbar .* (1 - h**2)": "right",
    "zbar_k = hbar_k (1 - h_k**2)": "right",
    "Vbar = ybar h^T": "right",
    "V_bar = ybar h^T": "right",
    "W1_bar = zbar x^T": "right",
    "wbar1_ki = zbar_k x_i": "right",
    "dw1_ki = dz_k x_i": "right",
    "xbar_i = sum_{k=1}^K zbar_k w1_ki": "right",
    "hbar = V @ ybar": "wrong",
    "zbar = hbar .* (1 + h**2)": "wrong",
    "zbar = hbar ./ (1 - h**2)": "wrong",
    "Vbar = h ybar^T": "wrong",
    "W1_bar = x zbar^T": "wrong",
    "xbar_i = sum_{k=1}^K zbar_k w1_ik": "wrong",
}
ASCII = ("attention", "batch_norm", "layer_norm", "lstm", "mlp", "residual", "staged", "transformer_block", "vae")


@pytest.fixture(scope="module")
def derivation() -> derive.Derivation:
    return NETWORK.derive(check=False)


@pytest.mark.parametrize("line", LINES)
def test_a_typed_line(derivation: derive.Derivation, line: str) -> None:
    assert {claim.verdict for claim in derivation.check(line, ".txt").lines} == {LINES[line]}


def test_one_line_of_latex_makes_no_other_one_latex(derivation: derive.Derivation) -> None:
    lines = derivation.check("ybar = y - t\nhbar = V^T ybar\n\\bar x = \\frac{", ".txt").lines
    assert [claim.verdict for claim in lines] == ["right", "right", "unreadable"]


@pytest.mark.parametrize("path", [path for path in NETWORKS if path.stem in ASCII], ids=lambda path: path.stem)
def test_our_lines_in_ascii_are_right(path: Path) -> None:
    derivation = derive.load(path).derive(check=False)
    lines = derivation.check(derivation.text(width=100, ascii=True), ".txt").lines
    assert len(lines) > 7
    assert not [(claim.tex, claim.verdict) for claim in lines if claim.verdict not in ("right", "given")]
