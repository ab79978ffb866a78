"""Nothing of a formula is cut off: other relations, ranges, what stands after a full stop; and other spellings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import derive
from derive.check import Checker
from derive.syntax.read import Unreadable, read

ROOT = Path(__file__).parents[2]


@cache
def checker(problem: str) -> Checker:
    return Checker(derive.load(ROOT / "problems" / f"{problem}.yaml").derive(check=False).data)


def verdicts(text: str, problem: str = "residual", suffix: str = ".md") -> list[str]:
    shown = f"$${text}$$" if suffix == ".md" else text
    return [claim.verdict for claim in checker(problem).check(shown, suffix, hints=False).lines]


RELATIONS = {
    r"\bar y = y - s \in \mathbb R^N": ["right"],
    r"\bar y = s - y \in \mathbb R^N": ["wrong"],
    r"\bar W_1 = \bar z x^T \in \mathbb R^{K \times N}": ["right"],
    r"\bar y = y - s \in \mathbb R^K": ["right", "wrong"],
    r"\bar y = y - s \in \mathbb R^d": ["right", "unknown"],
    r"\bar y = y - s \neq 0": ["right", "right"],
    r"\bar y = s - y > 0": ["wrong", "wrong"],
    r"\bar y = s - y \leq 5": ["wrong", "unknown"],
    r"\bar y = s - y \sim x": ["wrong", "unknown"],
    r"\bar y = s - y \mid x": ["wrong", "unknown"],
    r"0 \le S = \frac12 \|y - s\|^2": ["right", "given"],
    r"i \in \{1, \dots, N\}: \bar y_i = s_i - y_i": ["wrong"],
    r"W_1 \in \mathbb R^{K \times N}": [],
}


@pytest.mark.parametrize("tex", RELATIONS)
def test_further_relations(tex: str) -> None:
    assert verdicts(tex) == RELATIONS[tex]


CUT = {
    r"y = y - s. + 3x": 11,
    r"y = (y - s) . x": 14,
    r"y = y - s; + x": 11,
    r"y = y - s \text{ plus } 3x": 10,
    r"z = h . \sigma'(z)": 8,
    r"y = y - s \Rightarrow 3x": 22,
    r"3x. y = y - s": 0,
}


@pytest.mark.parametrize("tex", CUT)
def test_what_cannot_be_read_is_said_with_its_place(tex: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tex)
    assert caught.value.at == CUT[tex]


BESIDE = [
    r"\bar y = y - s. \quad (3)",
    r"\bar y = y - s \quad (N \times 1)",
    r"\bar y = y - s \text{, where } \sigma \text{ is the sigmoid}",
    r"\bar y = y - s \quad \text{for all } i",
    r"\bar y = y - s \hspace{1cm} (3)",
    r"\bar y = y - s \hfill (3)",
    r"(3) \quad \bar y = y - s",
    r"\text{Output layer}: \bar y = y - s",
]


@pytest.mark.parametrize("tex", BESIDE)
def test_numbers_shapes_and_words_may_stand_beside(tex: str) -> None:
    assert verdicts(tex) == ["right"]


RANGES = {
    r"\bar y_i = y_i - s_i, \quad 1 \le i \le K": "wrong",
    r"\bar y_i = y_i - s_i \text{ for } i=1..K": "wrong",
    r"\bar y_i = y_i - s_i \quad i = 1..N": "right",
    r"\bar y_i = y_i - s_i \quad 0 < i < N + 1": "right",
    r"\bar y_i = y_i - s_i + [i = 1], \quad i > 1": "right",
    r"\bar y_i = y_i - s_i + [i = 1], \quad i \ne 1": "right",
    r"\bar y_i = s_i - y_i, \quad i > N": "unknown",
}


@pytest.mark.parametrize("tex", RANGES)
def test_ranges_beside_a_claim(tex: str) -> None:
    assert verdicts(tex) == [RANGES[tex]]


def test_a_condition_between_letters() -> None:
    assert verdicts(r"\bar S_{ij} = 0, \quad j > i", "attention_causal") == ["right"]


SPELLINGS = {
    r"\bar x = W_1' \bar z + \bar y": "right",
    r"\bar x = (W_1)' \bar z + \bar y": "right",
    r"\bar x = W^{(1)\prime} \bar z + \bar y": "right",
    r"\bar x = W_1' \bar z - \bar y": "wrong",
    r"\bar W_1 = \bar z x'": "right",
    r"S = \frac12 (y-s)'(y-s)": "given",
    r"\bar z = \bar h \circ h'(z)": "unknown",
    r"\delta z = \delta h \circ \sigma'(z)": "right",
    r"\delta^{(h)} = r + W_2^T \delta^{(y)}": "right",
    r"\frac{\delta E}{\delta y} = s - y": "wrong",
    r"\partial_h E = r + W_2^T \bar y": "right",
    r"\bar z_j = \bar h_j \frac{d\sigma}{dz_j}": "right",
    r"\bar W_2 = [\bar y_i h_j]_{ij}": "right",
    r"\bar W_2 = [\bar y_i h_j]_{ji}": "wrong",
    r"dx \leftarrow dx + W_1^T dz": "right",
    r"dx \mathrel{+}= W_1^T dz": "right",
    r"dx = dx + W_1 dz": "wrong",
    r"dx \mathrel{-}= dy": "wrong",
}


@pytest.mark.parametrize("tex", SPELLINGS)
def test_spellings(tex: str) -> None:
    assert verdicts(tex) == [SPELLINGS[tex]]


def test_functions_of_the_answer() -> None:
    assert verdicts(r"f(u) = \sigma(u), \quad \bar z = \bar h \circ f'(z)") == ["given", "right"]
    cases = r"h = s(z_1), \text{ where } s(x) = \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}"
    assert verdicts(cases, "gated_softmax") == ["given", "given"]


def test_numbers_and_slices() -> None:
    assert verdicts("f = -1.2e1", "staged") == ["right"] and verdicts("f = -1.3e1", "staged") == ["wrong"]
    assert verdicts(r"Z_{i:} = X_{i:} W + b", "affine_batch") == ["given"]


def test_code_in_a_plain_text() -> None:
    text = "dy = y - s\ndh = r + W2.T @ dy\ndz = dh * sigma'(z)\ndW1 = dz @ x.T\ndx += W1.T @ dz\ndx = y - s.T + 3x\n"
    found = checker("residual").check(text, ".txt", hints=False).lines
    assert [claim.verdict for claim in found] == ["right"] * 5 + ["wrong"]
    assert found[1].tex == "dh = r + W2.T @ dy" and "W}^{(2)T}" in found[1].reading and "+=" in found[4].reading
    assert r"\sigma" in found[2].reading
