"""Ones and the identity in one sum, where neither says how large it is: I − 1 1ᵀ/N, I − 1 qᵀ."""

from __future__ import annotations

import pytest

import derive

CENTRED = derive.Network(
    sizes={"N": "samples", "D": "features"},
    inputs={"X": ["N", "D"], "t": ["N"]},
    parameters={"w": ["D"]},
    equations="y = X @ w\nm = mean(n, y[n])\nz[n] = y[n] - m\nq = softmax(z)\nE = 1/2*norm(z - t)**2",
    cost="E",
    want=["w", "y"],
)

JAC = r"\frac{\partial \mathbf q}{\partial \mathbf z^T} = "
RIGHT = (
    r"\bar{\mathbf y} = (\mathbf I - \frac{1}{N} \mathbf 1 \mathbf 1^T) \bar{\mathbf z}",
    r"\bar{\mathbf y}^T = \bar{\mathbf z}^T (\mathbf I - \frac{1}{N} \mathbf 1 \mathbf 1^T)",
    r"\bar{\mathbf w} = \mathbf X^T (\mathbf I - \frac{1}{N} \mathbf 1_N \mathbf 1_N^T) \bar{\mathbf z}",
    r"\bar{\mathbf y} = 2 (\frac12 \mathbf I - \frac{1}{2N} \mathbf 1 \mathbf 1^T)^T \bar{\mathbf z}",
    r"\frac{\partial \mathbf z}{\partial \mathbf y^T} = \mathbf I - \frac{1}{N} \mathbf 1 \mathbf 1^T",
    JAC + r"\operatorname{diag}(\mathbf q) (\mathbf I - \mathbf 1 \mathbf q^T)",
    JAC + r"(\mathbf I - \mathbf q \mathbf 1^T) \operatorname{diag}(\mathbf q)",
)
WRONG = (
    r"\bar{\mathbf y} = (\mathbf I + \frac{1}{N} \mathbf 1 \mathbf 1^T) \bar{\mathbf z}",
    r"\bar{\mathbf w} = \mathbf X^T (\mathbf I - \mathbf 1 \mathbf 1^T) \bar{\mathbf z}",
    r"\frac{\partial \mathbf z}{\partial \mathbf y^T} = \mathbf 1 \mathbf 1^T - \mathbf I",
    JAC + r"\operatorname{diag}(\mathbf q) (\mathbf I - \mathbf q \mathbf 1^T)",
)


@pytest.fixture(scope="module")
def derivation() -> derive.Derivation:
    return CENTRED.derive(check=False)


@pytest.mark.parametrize("verdict, line", [*(("right", r) for r in RIGHT), *(("wrong", w) for w in WRONG)])
def test_ones_beside_the_identity(derivation: derive.Derivation, verdict: str, line: str) -> None:
    report = derivation.check(f"$${line}$$", ".md")
    assert [claim.verdict for claim in report.lines] == [verdict]


OPEN_RIGHT = (
    r"\bar{\mathbf y} = (\mathbf I - \mathbf P)(\mathbf I - \mathbf P) \bar{\mathbf z}"
    r" \quad \text{with} \quad \mathbf P = \frac{1}{N} \mathbf 1 \mathbf 1^T",
    r"(I - \frac1N 1 1^T)(I - \frac1N 1 1^T) = I - \frac1N 1 1^T",
    r"\mathbf 1^T (\mathbf I - \frac1N \mathbf 1 \mathbf 1^T) = 0",
    r"(I - 1 q^T) 1 = 0",
    r"1^T (\operatorname{diag}(q) - q q^T) = 0^T",
    r"(\mathbf I + \mathbf 1 \mathbf 1^T)^{-1} y = y - \frac{N m}{N + 1} \mathbf 1",
    r"(I + 1 1^T)(I - \frac{1}{N + 1} 1 1^T) = I",
    r"1^T X 1 = \sum_{n,d} X_{nd}",
    r"\bar y = (I - \mathbf 1 (\mathbf 1^T \mathbf 1)^{-1} \mathbf 1^T) \bar z",
    r"\operatorname{diag}(q)^2 = \operatorname{diag}(q \circ q)",
    r"\operatorname{diag}(q)^{-1/2} q = \sqrt{q}",
)
OPEN_WRONG = (
    r"\bar y = (I - 1 1^T)(I - 1 1^T) \bar z",
    r"(I - \frac1N 1 1^T)(I - \frac1N 1 1^T) = I - \frac2N 1 1^T",
    r"\mathbf 1^T (\mathbf I - \mathbf 1 \mathbf 1^T) = 0",
    r"(I - q 1^T) 1 = 0",
    r"(I + 1 1^T)^{-1} = I - \frac1N 1 1^T",
    r"(I + 1 1^T)(I - \frac1N 1 1^T) = I",
    r"1^T X 1 = m",
    r"\operatorname{diag}(q)^2 = \operatorname{diag}(q)",
    r"\operatorname{diag}(q)^{-1/2} q = q",
)


@pytest.mark.parametrize("verdict, line", [*(("right", r) for r in OPEN_RIGHT), *(("wrong", w) for w in OPEN_WRONG)])
def test_sizes_that_nothing_says(derivation: derive.Derivation, verdict: str, line: str) -> None:
    """Also a plain 1 beside a matrix, or before a row, is the vector of ones."""
    assert derivation.check(f"$${line}$$", ".md").lines[0].verdict == verdict
