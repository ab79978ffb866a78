"""What stands in textbooks and lectures: brackets, norms, slices, edges of time, letters with two meanings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive
from derive.check import Checker
from derive.check.report import Claim

PROBLEMS = Path(__file__).parents[2] / "problems"


@cache
def checker(problem: str) -> Checker:
    return Checker(derive.load(PROBLEMS / f"{problem}.yaml").derive(check=False).data)


def judged(problem: str, *lines: str, hints: bool = False) -> tuple[Claim, ...]:
    return checker(problem).check("\n\n".join(f"$${line}$$" for line in lines), ".md", hints=hints).lines


def verdicts(problem: str, *lines: str) -> list[str]:
    return [claim.verdict for claim in judged(problem, *lines)]


RIGHT = [
    ("batch_norm", r"r = \frac{1}{\sqrt{v+\epsilon}}"),
    ("batch_norm", r"r = (v + \epsilon)^{-1/2}"),
    ("rnn", r"\frac{\partial h_{t+1}}{\partial h_t} = \mathrm{diag}(1-h_{t+1}^2) W"),
    ("rnn", r"\frac{\partial a_{t+1}}{\partial h_t} = W"),
    ("rnn", r"a_{t+1} = b + W h_t + U x_{t+1}"),
    ("rnn", r"\bar h_{t-1} = V^T \bar o_{t-1} + W^T \bar a_t"),
    ("lstm", r"\frac{\partial c_t}{\partial c_{t-1}} = \mathrm{diag}(f_t)"),
    ("lstm", r"\bar c_{t-1} = \bar c_t \circ f_t + \bar h_{t-1}\circ o_{t-1}\circ(1-\tanh^2(c_{t-1}))"),
    ("lstm", r"dc_{t-1} = dc_t \circ f_t + dh_{t-1}\circ o_{t-1}\circ(1-\tanh^2(c_{t-1}))"),
    ("gated_softmax", r"g_1 = \frac{1}{1+e^{-z_2}}"),
    ("gated_softmax", r"p = \frac{e^y}{1^T e^y}"),
    ("residual", r"S = \frac12 \|y-s\|_2^2"),
    ("residual", r"S = \frac12 \|y-s\|_F^2"),
    ("gated_softmax", r"\bar y_k = p_k - \mathbf 1_{k=t}"),
    ("gated_softmax", r"\bar y_k = p_k - \mathbb{1}_{\{k=t\}}"),
    ("gated_softmax", r"\bar y_k = p_k - 1_{k=t}"),
    ("gated_softmax", r"\bar y_k = p_k - I_{k=t}"),
    ("gated_softmax", r"\bar z_1 = \mathbb 1[z_1>0]\odot\bar h"),
    ("gated_softmax", r"\bar z_1 = I(h > 0) \odot \bar h"),
    ("gated_softmax", r"\bar z_1 = \{z_1>0\} \odot \bar h"),
    ("gated_softmax", r"\bar z_1 = \bar h \odot \mathbb{1}_{z_1>0}"),
    ("gated_softmax", r"\bar z_1 = \begin{cases} \bar h & \text{if } z_1 > 0 \\ 0 & \text{otherwise}\end{cases}"),
    ("gated_softmax", r"\bar z_1 = \operatorname{diag}(\mathbb 1[z_1>0])\bar h"),
    ("affine_batch", r"\frac{\partial L}{\partial b} = \sum_i \frac{\partial L}{\partial Z_{i,:}}"),
    ("affine_batch", r"\bar X_{i,:} = \bar Z_{i,:} W^T"),
    ("affine_batch", r"\bar X_{i,:} = W \bar Z_{i,:}"),
    ("affine_batch", r"\bar W = \sum_i X_{i,:}^T \bar Z_{i,:}"),
    ("affine_batch", r"\bar b = 1^T \bar Z"),
    ("affine_batch", r"\bar b = 1_M^T \bar Z"),
    ("affine_batch", r"\bar b^T = \bar Z^T 1_M"),
    ("residual", r"\bar x = \bar y + \sum_j \bar z_j (W^{(1)}_{j,:})^T"),
]
WRONG = [
    ("batch_norm", r"r = \frac{1}{\sqrt{v+2\epsilon}}"),
    ("batch_norm", r"x_n = \hat x_n + N"),
    ("rnn", r"\frac{\partial h_{t+1}}{\partial h_t} = \mathrm{diag}(1-h_{t+1}^2) W^T"),
    ("rnn", r"\frac{\partial h_{t+1}}{\partial h_t} = \mathrm{diag}(1-h_t^2) W"),
    ("rnn", r"a_{t+1} = b + W h_t + U x_t"),
    ("rnn", r"\bar h_{t-1} = W^T \bar a_t"),
    ("lstm", r"\bar c_{t-1} = \bar c_t \circ f_t"),
    ("gated_softmax", r"g_1 = \frac{1}{1+e^{z_2}}"),
    ("residual", r"S = \frac12 \|y-s\|_1^2"),
    ("residual", r"S = \|y-s\|_2^2"),
    ("gated_softmax", r"\bar y_k = p_k + \mathbf 1_{k=t}"),
    ("gated_softmax", r"\bar z_1 = \mathbb 1[z_1<0]\odot\bar h"),
    ("gated_softmax", r"\bar z_1 = \mathbb 1_{z_1>0} \bar h"),
    ("affine_batch", r"\bar X_{i,:} = \bar Z_{i,:} W"),
    ("affine_batch", r"\bar W = \sum_i X_{i,:}^T \bar Z_{i,:}^T"),
    ("affine_batch", r"\bar W = \sum_i \bar Z_{i,:}^T X_{i,:}"),
]


@pytest.mark.parametrize(("problem", "line"), RIGHT)
def test_a_usual_notation_is_read(problem: str, line: str) -> None:
    assert verdicts(problem, line)[0] in ("right", "given")


@pytest.mark.parametrize(("problem", "line"), WRONG)
def test_what_is_wrong_in_it_stays_wrong(problem: str, line: str) -> None:
    assert verdicts(problem, line)[0] == "wrong"


def test_the_squared_norm_of_a_matrix_is_that_of_its_entries() -> None:
    assert verdicts("residual", r"q = \|W_1\|_F^2", r"q = \sum_{ij} (w^{(1)}_{ij})^2") == ["given", "right"]
    assert verdicts("residual", r"q = \|W_1\|_2^2")[0] == "unknown"


def test_a_letter_that_the_answer_takes_may_still_be_a_size() -> None:
    lines = [
        r"D_i = \sum_l \bar O_{il} O_{il}",
        r"\bar K = \frac{1}{\sqrt{D}} \bar S^T Q",
        r"\bar S_{ij} = P_{ij}(\bar P_{ij} - D_i)",
        r"\bar Q = \bar S K / D",
    ]
    assert verdicts("attention", *lines) == ["given", "right", "right", "wrong"]


def test_d_may_be_a_quantity_and_a_differential() -> None:
    lines = [
        r"d = (dP \circ P) \mathbf 1",
        r"dS = P \circ (dP - d \mathbf 1^T)",
        r"dQ = dS K/\sqrt{D}",
        r"dQ = dS^T K/\sqrt{D}",
    ]
    assert verdicts("attention", *lines) == ["given", "right", "right", "wrong"]
    lines = [r"d = y - s", r"dh = r + W_2^T dy", r"\bar h = r + W_2^T d", r"\bar W_2 = d h^T", r"dh = r + W_2 dy"]
    assert verdicts("residual", *lines) == ["given", "right", "right", "right", "wrong"]


def test_a_hint_takes_a_bracket_with_its_sign() -> None:
    (claim,) = judged("gated_softmax", r"\bar z_1 = I(z_1<0) \odot \bar h", hints=True)
    assert claim.hint is not None
    assert "[z_1 < 0]" in claim.hint.words
    assert "I" not in claim.hint.tex


def test_a_definition_that_has_no_shape_is_wrong_and_so_is_what_rests_on_it() -> None:
    a, h, z = judged(
        "residual", r"a_j = \sum_i \bar y_i w_{ji}^{(2)}", r"\bar h_j = r_j + a_j", r"\bar z_j = \bar h_j \sigma'(z_j)"
    )
    assert (a.verdict, a.follows) == ("wrong", "no")
    assert "i runs over" in a.why
    assert (h.verdict, h.follows) == ("wrong", "yes")
    assert z.verdict == "right"


def test_a_name_is_defined_once_in_a_chain() -> None:
    lines = [r"\delta_1 = \bar y = p - e_t", r"\delta_2 = \bar g_2 = W_3 \delta_1", r"u = \bar y = p + e_t"]
    assert verdicts("gated_softmax", *lines) == ["given", "right", "given", "wrong", "given", "wrong"]


def test_a_name_that_is_defined_below_it() -> None:
    line = r"\frac{\partial L}{\partial w_1} = (y - t) \, \delta h_1"
    where = r"\delta = \operatorname{ReLU}'(h_1 w_1 + h_2 w_5)"
    assert verdicts("sparsity", line, where) == ["right", "given"]
    assert verdicts("chain_rule", r"\mathrm{d} \mathbf{x} = \mathrm{d} f \nabla f(\mathbf{g}(w))") == ["right"]
