"""Powers of a square matrix by a label or a size, in problems that have no matrix_power."""

from __future__ import annotations

from functools import cache

import pytest

import derive

RECURRENCE = "h[0] = h0\nh[t] = A @ h[t-1] for t = 1..L\nE = g.T @ h[L]"


@cache
def problem(steps: str) -> derive.Derivation:
    network = derive.Network(
        equations=RECURRENCE.replace("L", steps),
        inputs={"h0": ["D"], "g": ["D"]},
        parameters={"A": ["D", "D"]},
        sizes={"D": "dims", steps: "steps"},
        labels={"t": "T"} if steps == "T" else {},
        cost="E",
    )
    return network.derive(check=False)


def verdict(steps: str, line: str) -> tuple[str, tuple[str, ...]]:
    claim = problem(steps).check(f"$${line}$$", ".md").lines[0]
    return claim.verdict, tuple(claim.under)


@pytest.mark.parametrize(
    "line",
    [
        r"h_L = A^L h_0",
        r"\bar h_t = (A^\top)^{L-t} g",
        r"\bar h_0 = (A^L)^\top g",
        r"\bar A = \sum_{k=1}^L (A^\top)^{L-k} g h_0^\top (A^\top)^{k-1}",
    ],
)
def test_a_label_or_a_size_above_a_square_matrix_is_its_power(line: str) -> None:
    answer, under = verdict("L", line)
    assert answer in ("right", "given") and under == ("a label or a size above a square matrix is its power",)


@pytest.mark.parametrize(
    "line",
    [
        r"h_L = A^{L-1} h_0",
        r"h_t = A^{t-1} h_0",
        r"\bar h_t = A^{L-t} g",
        r"\bar h_0 = A^L g",
        r"\bar A = \sum_{k=1}^L (A^\top)^{L-k} g h_0^\top (A^\top)^k",
    ],
)
def test_a_wrong_power_is_wrong(line: str) -> None:
    assert verdict("L", line)[0] == "wrong"


COUNTED = "a label or a size T above a square matrix is its power, not the transpose"


@pytest.mark.parametrize(
    "line",
    [
        r"h_T = A^T h_0",
        r"h^{(T)} = A^{T} h^{(0)}",
        r"h_t = A^t h_0",
        r"\bar h_0 = (A^\top)^T g",
        r"\bar h_0 = (A^T)^T g",
    ],
)
def test_the_number_of_steps_above_a_matrix_is_its_power(line: str) -> None:
    answer, under = verdict("T", line)
    assert answer in ("right", "given") and under == (COUNTED,)


@pytest.mark.parametrize("line", [r"\bar h_{t-1} = A^T \bar h_t", r"\bar A = \sum_{t=1}^T \bar h_t h_{t-1}^T"])
def test_the_transpose_is_still_one(line: str) -> None:
    assert verdict("T", line) == ("right", ())


@pytest.mark.parametrize(
    "line",
    [
        r"\bar h_0 = A^T g",
        r"\bar h_{t-1} = A \bar h_t",
        r"h_T = A h_0",
        r"h_T = (A^\top)^T h_0",
        r"h_t = A^T h_{t-1}",
        r"h_t = A^T h_0",
        r"\bar A = \sum_{t=1}^T \bar h_t h_{t-1}",
    ],
)
def test_a_transpose_too_many_or_too_few_is_wrong_where_it_may_be_a_power(line: str) -> None:
    assert verdict("T", line)[0] == "wrong"
