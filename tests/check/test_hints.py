"""Hints in their answers: the natural edit first, in the line where the mistake was made."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.check.report import Claim, Report

PROBLEMS = Path(__file__).parents[2] / "problems"


def lines(problem: str, *formulas: str) -> tuple[Claim, ...]:
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    report = derive.load(PROBLEMS / f"{problem}.yaml").derive(check=False).check(text, ".md")
    assert isinstance(report, Report)
    return report.lines


def last(problem: str, *formulas: str) -> tuple[str, str]:
    """The words and the mended line of the last hint."""
    hint = lines(problem, *formulas)[-1].hint
    return (hint.words, hint.tex) if hint is not None else ("", "")


@pytest.mark.parametrize(
    ("left", "right", "mended"),
    [
        (r"\bar y", "s - y", "y - s"),
        (r"\frac{\partial E}{\partial y}", "s-y", "y - s"),
        (r"\bar y_i", "s_i - y_i", "y_i - s_i"),
        (r"(\nabla_y E)_i", "s_i - y_i", "y_i - s_i"),
        (r"\bar x", r"-W_1^T \bar z - \bar y", r"W_1^T \bar z + \bar y"),
        (r"\bar z", r"-\bar h \circ \sigma'(z)", r"\bar h \circ \sigma'(z)"),
    ],
)
def test_the_sign_of_a_whole_side(left: str, right: str, mended: str) -> None:
    assert last("residual", f"{left} = {right}") == ("the sign", f"{left} = {mended}")


def test_the_sign_in_a_chain() -> None:
    words, tex = last("residual", r"\bar y = \bar S \frac{\partial S}{\partial y} = s-y")
    assert (words, tex) == ("the sign", r"\bar y = y - s")


def test_a_sum_that_takes_too_much() -> None:
    words, tex = last("residual", r"\bar x_i = \sum_j (\bar z_j w_{ji}^{(1)} + \bar y_i)")
    assert words == "the sum over j takes ȳ_i too"
    assert tex == r"\bar x_i = \sum_j \bar z_j w_{ji}^{(1)} + \bar y_i"


def test_what_is_added_is_mended() -> None:
    assert last("residual", "dx = dy", "dx += W_1 dz")[0] == "transpose W⁽¹⁾"
    words, tex = last("residual", "dx = dy", "dx += W_1^T z")
    assert words == "put a bar on z" and tex.startswith("dx += ")


def test_an_input_is_not_made_a_bar() -> None:
    assert lines("residual", "x = 1")[0].hint is None
    assert last("residual", r"W_1 = W_1 - 2 \bar W_1") == ("", "")


def test_the_other_order_with_the_transpose_where_it_is() -> None:
    assert last("residual", r"\mathrm{d}W_1 = x \mathrm{d}z^T")[0].startswith("the other order")


def test_the_mistake_in_a_name_of_the_answer() -> None:
    words, tex = last(
        "gated_softmax",
        r"\delta_1 = p + e_t",
        r"\delta_2 = W_3^T \delta_1",
        r"\delta_3 = \delta_2 \circ g_1 \circ ReLU'(z_1)",
        r"\delta_4 = \delta_2 \circ h \circ \sigma'(z_2)",
        r"\bar x = W_1^T \delta_3 + W_2^T \delta_4 + W_4^T \delta_1",
    )
    assert (words, tex) == ("in δ_1: the sign of e_t", r"\delta_1 = p - e_t")


def test_the_mistake_in_the_line_itself() -> None:
    made = ("a = y - s", r"b = (r + W_2^T a) \circ \sigma'(z)")
    assert last("residual", *made, r"\bar x = W_1 b + a")[0] == "transpose W⁽¹⁾"


def test_the_mistake_in_a_name_with_positions() -> None:
    words, tex = last("residual", "a_i = y_i + s_i", r"\bar h_j = r_j + \sum_i w^{(2)}_{ij} a_i")
    assert (words, tex) == ("in a_i: the sign of s_i", "a_i = y_i - s_i")


def test_misshapen_lines_are_blamed_once() -> None:
    found = lines(
        "residual",
        r"\bar y = y - s",
        r"\bar h = r + W_2 \bar y",
        r"\bar z = \bar h \circ \sigma'(z) = (r + W_2\bar y)\circ\sigma'(z)",
        r"\bar x = W_1^T \bar z + \bar y = W_1^T((r + W_2\bar y)\circ\sigma'(z)) + \bar y",
    )
    assert [(c.verdict, c.follows) for c in found if c.verdict == "wrong"] == [
        ("wrong", "no"),
        ("wrong", "yes"),
        ("wrong", "yes"),
    ]


def test_another_mistake_beside_a_misshapen_one_is_its_own() -> None:
    found = lines("residual", r"\bar h = r + W_2 \bar y", r"\bar z = (r + W_2\bar y)\circ\sigma(z)")
    assert found[1].follows == "no"
