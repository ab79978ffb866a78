"""Functions of square matrices: Giles's lines and the Cookbook's, what is refused, what hand derivations may write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import derive
from derive.errors import DeriveError
from tests.random_networks import ALGEBRA, STEPS, check, networks

PROBLEMS = Path(__file__).parents[1] / "problems"
SQUARE = {"A": ["N", "N"], "B": ["N", "N"]}


def derived(equation: str, inputs: dict[str, Any], **others: Any) -> derive.Derivation:
    network = derive.Network(sizes={"N": "rows", "M": "columns"}, inputs=inputs, equations=equation, **others)
    return network.derive(list(inputs))


LINES = (
    ("C = inv(A)", {"A": ["N", "N"]}, ("Ā = −Cᵀ C̄ Cᵀ",)),
    ("x = solve(A, b)", {"A": ["N", "N"], "b": ["N"]}, ("b̄ = A⁻ᵀ x̄", "Ā = −b̄ xᵀ")),
    ("X = solve(A, B)", {"A": ["N", "N"], "B": ["N", "M"]}, ("B̄ = A⁻ᵀ X̄", "Ā = −B̄ Xᵀ")),
    ("Y = B @ inv(A)", {"A": ["N", "N"], "B": ["M", "N"]}, ("B̄ = Ȳ A⁻ᵀ", "Ā = −Yᵀ B̄")),
    ("x = solve(A.T, b)", {"A": ["N", "N"], "b": ["N"]}, ("b̄ = A⁻¹ x̄", "Ā = −x b̄ᵀ")),
    ("x = solve(A + B, b)", {**SQUARE, "b": ["N"]}, ("b̄ = (A + B)⁻ᵀ x̄", "B̄ = −b̄ xᵀ")),
    ("d = det(A)", {"A": ["N", "N"]}, ("Ā = d̄ d A⁻ᵀ",)),
    ("s = logdet(A)", {"A": ["N", "N"]}, ("s = log det A", "Ā = s̄ A⁻ᵀ")),
    ("s = logdet(A @ B)", SQUARE, ("Ā = s̄ (A B)⁻ᵀ Bᵀ", "B̄ = s̄ Aᵀ (A B)⁻ᵀ")),
    ("s = trace(inv(A))", {"A": ["N", "N"]}, ("Ā = −s̄ A⁻ᵀ A⁻ᵀ",)),
    ("x = inv(inv(A))", {"A": ["N", "N"]}, ("X = A",)),
    ("s = X @ inv(X.T @ X) @ X.T", {"X": ["M", "N"]}, ("S = X (Xᵀ X)⁻¹ Xᵀ",)),
)


@pytest.mark.parametrize(("equation", "inputs", "lines"), LINES, ids=lambda part: part if isinstance(part, str) else "")
def test_line(equation: str, inputs: dict[str, Any], lines: tuple[str, ...]) -> None:
    """Each is checked by its own numbers on the way."""
    text = str(derived(equation, inputs))
    for wanted in lines:
        assert wanted in text


def test_a_matrix_for_each_sample() -> None:
    text = str(derived("x[n] = solve(S[n], r[n])", {"S": ["M", "N", "N"], "r": ["M", "N"]}, labels={"n": "M"}))
    assert "r̄⁽ⁿ⁾ = S⁽ⁿ⁾⁻ᵀ x̄⁽ⁿ⁾" in text and "S̄⁽ⁿ⁾ = −r̄⁽ⁿ⁾ x⁽ⁿ⁾ᵀ" in text


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("y = inv(X)", "the inverse of an N × M matrix"),
        ("y = solve(X, b)", "the inverse of an N × M matrix"),
        ("y = det(b)", "the determinant of a column of N"),
        ("y = logdet(1)", "the determinant of a scalar"),
        ("y = solve(A, c)", "as many rows as A"),
    ],
)
def test_what_is_not_square_is_refused(equation: str, said: str) -> None:
    with pytest.raises(DeriveError) as refused:
        derived(equation, {"X": ["N", "M"], "A": ["N", "N"], "b": ["N"], "c": ["M"]})
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("equation", "implicit"),
    [
        ("C = inv(A)", "dA C + A dC = 0"),
        ("x = solve(A, A @ A)", "dA x + A dx = db"),
        ("d = det(A)", "A Kᵀ = (det A) I"),
        ("d = logdet(A)", "A Kᵀ = (det A) I"),
    ],
)
def test_the_equation_that_is_solved_is_told(equation: str, implicit: str) -> None:
    assert any(implicit in note for note in derived(equation, {"A": ["N", "N"]}).to_dict()["notes"])


RIGHT = (
    r"\bar{A} = -C^T \bar{C} C^T",
    r"\bar{A} = -A^{-T} \bar{C} A^{-\top}",
    r"\bar{B} = (K^{-1})^T \bar{X}",
    r"\bar{B} = (K^T)^{-1} \bar{X}",
    r"\bar{K} = -K^{-T} \bar{X} X^T",
    r"\bar{D} = \bar{d} \det(D) D^{-T}",
    r"\bar{F} = \bar{s} F^{-T}",
    r"s = \log\det F",
    r"s = \log|\det F|",
)
WRONG = (
    r"\bar{A} = C^T \bar{C} C^T",
    r"\bar{A} = -C \bar{C} C",
    r"\bar{B} = K^{-1} \bar{X}",
    r"\bar{K} = -\bar{X} X^T",
    r"\bar{D} = \det(D) D^{-T}",
    r"\bar{F} = \bar{s} F^{-1}",
)


@pytest.mark.parametrize("claim", [*RIGHT, *WRONG])
def test_lines_by_hand(claim: str) -> None:
    found = derive.load(PROBLEMS / "inverse.yaml").derive().check(rf"\[ {claim} \]")
    assert (found.lines[0].verdict == "wrong") == (claim in WRONG)
    assert found.ok == (claim in RIGHT), found


IDENTITY = {
    r"A = X^T X + \lambda I": True,
    r"A = \lambda I_D + X^T X": True,
    r"A = (\lambda I)^{-1} \lambda^2 + I X^T X": True,
    r"\bar\lambda = \operatorname{tr}(\bar{A} I_D)": True,
    r"\bar{t} = X (\lambda I + X^T X)^{-1} \bar{w}": True,
    r"\bar{t} = X (2 \lambda I - \lambda I) A^{-1} \bar{w} / \lambda": True,
    r"A = X^T X + I": False,
    r"A = X^T X + \lambda": False,
    r"\bar{t} = X (\lambda I) A^{-1} \bar{w}": False,
}


@pytest.mark.parametrize("claim", IDENTITY)
def test_a_number_times_the_identity(claim: str) -> None:
    found = derive.load(PROBLEMS / "ridge.yaml").derive().check(rf"\[ {claim} \]")
    assert (found.lines[0].verdict in ("right", "given")) == IDENTITY[claim], found
    assert (found.lines[0].verdict == "wrong") != IDENTITY[claim]


@pytest.mark.parametrize("text", list(networks(11, 25, algebra=True)))
def test_random_networks(text: str) -> None:
    report = check(text)
    assert report.ok, f"{report}\n{text}"


def test_random_networks_have_all_functions() -> None:
    texts = list(networks(11, 60, algebra=True))
    assert len(ALGEBRA) == len(STEPS) + 4
    for word in ("inv(", "solve(", "det(", "logdet(", "cholesky(", "eigvalsh(", "svdvals(", "pinv("):
        assert any(word in text for text in texts), word
