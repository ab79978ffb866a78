"""Lines as the terminal prints them, with a plain 1 for ones and a slash for ∂E/∂x."""

from __future__ import annotations

import pytest

import derive

NETWORK = derive.Network(
    sizes={"N": "samples"},
    indices={"i": "N"},
    inputs={"s": ["N"], "t": ["N"], "a": []},
    equations="l[i] = (s[i] - t[i])**2\nE = mean(i, l[i]) + a*sum(i, s[i]**2)",
    cost="E",
    want=["s"],
)


@pytest.fixture(scope="module")
def derivation() -> derive.Derivation:
    return NETWORK.derive(check=False)


@pytest.mark.parametrize(
    "verdict, line",
    [
        ("right", "s̄_i = l̄_i ∂l_i/∂s_i + Ē ∂E/∂s_i = 2 l̄_i (s_i − t_i) + 2 a s_i"),
        ("right", "l̄ = 1/N"),
        ("wrong", "s̄_i = l̄_i ∂l_i/∂s_i − Ē ∂E/∂s_i"),
        ("wrong", "s̄_i = l̄_i ∂l_i/∂s_i + 2 Ē ∂E/∂s_i"),
        ("wrong", "l̄ = 2/N"),
        ("wrong", "s̄ = a"),
    ],
)
def test_a_line_of_the_terminal(derivation: derive.Derivation, verdict: str, line: str) -> None:
    assert {claim.verdict for claim in derivation.check(line, ".txt").lines} == {verdict}
