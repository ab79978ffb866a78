"""Questions of an answer: `other` is for another problem's alone, and hides nothing that is wrong in this one."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.check.report import Report

PROBLEMS = Path(__file__).parents[2] / "problems"
FITS = "# 1\n$$z = W_1 x + b_1$$\n\n# 2\n"


def verdicts(problem: str, text: str) -> list[str]:
    report = derive.load(PROBLEMS / f"{problem}.yaml").derive(check=False).check(text, ".md")
    assert isinstance(report, Report)
    return [claim.verdict for claim in report.lines]


@pytest.mark.parametrize(
    "beside",
    [
        r"$$q = 3 \omega$$",
        r"$$w = w - \eta \bar w$$",
        r"$$y = x + W_2 h + c$$",
        r"$$\bar W_1 = \chi x^T$$",
        r"$$h = \psi(z)$$",
    ],
)
def test_what_nobody_knows_hides_nothing(beside: str) -> None:
    found = verdicts("residual", FITS + beside + "\n\n" + r"$$\bar y = s - y$$")
    assert "other" not in found and found[-1] == "wrong"


@pytest.mark.parametrize("gradient", [r"(\nabla_y E)_i", r"\frac{\partial E}{\partial y_i}", r"\delta_{y_i}", "dy_i"])
def test_every_notation_is_about_the_problem(gradient: str) -> None:
    assert verdicts("residual", f"{FITS}$$q = 3 \\omega$$\n\n$${gradient} = s_i - y_i$$") == [
        "given",
        "unknown",
        "wrong",
    ]


@pytest.mark.parametrize("slip", ["y = x - W_2 h + b_2", "y = W_2 h + b_2", r"h = \tanh(W_1 x + b_1)"])
def test_a_slip_in_a_forward_line_is_wrong(slip: str) -> None:
    assert verdicts("residual", f"{FITS}$${slip}$$") == ["given", "wrong"]


def test_an_update_is_no_definition() -> None:
    assert verdicts("residual", FITS + r"$$W_1 = W_1 - 2 \bar W_1$$") == ["given", "wrong"]


@pytest.mark.parametrize(
    "question",
    [
        "$$f = (a + c) d$$",
        "$$W_1 = \\begin{pmatrix} 1 & -1 & 0 \\\\ 0 & 1 & -1 \\end{pmatrix}$$\n$$h_1 = 1$$",
        "$$y = ReLU(h_1 w_1 + h_2 w_5)$$\n$$h_1 = ReLU(h_3 w_2)$$\n$$\\bar y = 3$$",
    ],
)
def test_other_problems_questions(question: str) -> None:
    assert set(verdicts("residual", FITS + question)[1:]) == {"other"}


def test_without_a_question_that_fits_there_is_no_other_one() -> None:
    assert verdicts("residual", r"$$y = ReLU(h_1 w_1 + h_2 w_5)$$") == ["unknown"]


def test_quantities_of_different_shapes_are_zero() -> None:
    """A note of our own documents: what lies outside the steps is zero."""
    assert verdicts("rnn", r"$$\bar a^{(T+1)} = \bar o^{(0)} = \mathbf{0}$$") == ["right", "right"]
