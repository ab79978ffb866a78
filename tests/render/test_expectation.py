"""Expectations over a sample axis: 𝔼_s[…] in scalars and in vectors, in LaTeX and text; read and judged by check."""

from __future__ import annotations

import pytest

import derive

SIZES = {"S": "samples", "N": "latent variables", "M": "data"}
EQUATIONS = "z[s] = mu + sigma * eps[s]\nE = expectation(s, 1/2*norm(W @ z[s] - x)**2)"


def network(**given: object) -> derive.Network:
    shapes = {"inputs": {"eps": ["S", "N"], "x": ["M"]}, "parameters": {"mu": ["N"], "sigma": ["N"], "W": ["M", "N"]}}
    return derive.Network(sizes=SIZES, **shapes, equations=EQUATIONS, cost="E", **given)


@pytest.fixture(scope="module")
def labelled() -> derive.Derivation:
    return network(labels={"s": "S"}).derive()


def test_a_mean_over_samples_is_an_expectation(labelled: derive.Derivation) -> None:
    lines = [line.strip() for line in labelled.text(width=200).splitlines()]
    assert "E = 𝔼_s[½ ‖W z⁽ˢ⁾ − x‖²]" in lines
    assert "W̄ = 𝔼_s[(W z⁽ˢ⁾ − x) z⁽ˢ⁾ᵀ]" in lines
    assert "z̄⁽ˢ⁾ = (1/S) Wᵀ (W z⁽ˢ⁾ − x)" in lines
    assert r"\mathbb{E}_s\left[ \frac{1}{2} \|\mathbf{W} \mathbf{z}^{(s)} - \mathbf{x}\|^2 \right]" in labelled.latex()


def test_a_mean_that_is_none_stays_a_sum() -> None:
    equations = EQUATIONS.replace("expectation", "mean")
    shapes = {"inputs": {"eps": ["S", "N"], "x": ["M"]}, "parameters": {"mu": ["N"], "sigma": ["N"], "W": ["M", "N"]}}
    text = derive.Network(sizes=SIZES, **shapes, equations=equations, cost="E", labels={"s": "S"}).derive().text()
    assert "𝔼" not in text


def test_samples_that_are_no_label_stand_in_matrices() -> None:
    text = network(indices={"s": "S"}).derive().text(width=200)
    assert "E = 𝔼_s[½ Σ_{j=1}^M (Σ_{i=1}^N w_ji z_si − x_j)²]" in text and "E = ‖W Zᵀ − x 1ᵀ‖²/(2 S)" in text


@pytest.mark.parametrize("suffix", [".tex", ".txt"])
def test_own_lines_are_right(labelled: derive.Derivation, suffix: str) -> None:
    text = labelled.latex() if suffix == ".tex" else labelled.text(width=200)
    report = labelled.check(text, suffix)
    assert {line.verdict for line in report.lines} <= {"right", "given"}


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\bar{\mathbf W} = \mathbb{E}_s[(\mathbf W \mathbf z^{(s)} - \mathbf x) \mathbf z^{(s)T}]", "right"),
        (r"\bar{\mathbf W} = \mathbb{E}_{s}\left[(\mathbf W \mathbf z^{(s)}) \mathbf z^{(s)T}\right]", "wrong"),
        (r"\bar{\mathbf W} = S \, \mathbb{E}_s[(\mathbf W \mathbf z^{(s)} - \mathbf x) \mathbf z^{(s)T}]", "wrong"),
        (r"\bar{\mathbf \mu} = S \, \mathbb{E}_s[\bar{\mathbf z}^{(s)}]", "right"),
    ],
)
def test_lines_of_others(labelled: derive.Derivation, line: str, verdict: str) -> None:
    (claim,) = labelled.check(f"${line}$").lines
    assert claim.verdict == verdict
