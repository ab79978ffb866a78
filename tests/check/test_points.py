"""The points at which claims are judged: sizes in both orders, both sides of a kink, the first and the last class."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.check.points import settings
from derive.check.report import Claim
from derive.notation.sizes import Defined
from tests.problem_files import NETWORKS

PROBLEMS = NETWORKS
CONVOLUTIONS = ("conv1d", "conv2d", "max_pool")
"""Their ranges leave no room for every order: a window is never longer than what it lies on."""


def lines(problem: str, *formulas: str) -> list[Claim]:
    path = next(path for path in PROBLEMS if path.stem == problem)
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    return list(derive.load(path).derive(check=False).check(text, ".md", {}).lines)


def verdicts(problem: str, *formulas: str) -> list[str]:
    return [claim.verdict for claim in lines(problem, *formulas)]


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_every_two_sizes_stand_in_both_orders(path: Path) -> None:
    derivation = derive.load(path).derive(check=False).data
    sizes = [point.world.sizes for point in settings(derivation)[:3]]
    free = [n for n, size in derivation.network.sizes.items() if size.number is None and not isinstance(n, Defined)]
    for a, b in combinations([n for n in free if n in sizes[0]], 2):
        differ = {np.sign(one[a] - one[b]) for one in sizes}
        assert {-1, 1} <= differ or path.stem in CONVOLUTIONS, (a, b)


def test_all_ranges_have_a_position() -> None:
    for path in PROBLEMS:
        for point in settings(derive.load(path).derive(check=False).data)[:3]:
            tensors = point.derivation.network.tensors.values()
            assert all(min(point.world.shape(tensor), default=1) > 0 for tensor in tensors)


@pytest.mark.parametrize("end", ["N", "K", "M", "T - 1"])
def test_a_sum_that_runs_too_far_is_wrong(end: str) -> None:
    summed = r"\bar W = \sum_{t=1}^{%s} \bar a^{(t)} h^{(t-1)T}"
    assert verdicts("rnn", summed % end, summed % "T") == ["wrong", "right"]
    assert verdicts("rnn", r"\bar b = \sum_{t=1}^{END} \bar a^{(t)}".replace("END", end)) == ["wrong"]
    assert verdicts("rnn", r"\bar W = \sum_{t=1}^{END} \bar a^{(t - 1)} h^{(t-2)T}".replace("END", end)) == ["wrong"]


def test_a_sum_that_leaves_the_first_or_the_last_class_out_is_wrong() -> None:
    slopes = r"\frac{\partial J}{\partial y_k} = \sum_{l=%s}^{%s} \frac{\partial J}{\partial p_l} p_l ([k = l] - p_k)"
    found = [slopes % ends for ends in (("1", "K"), ("2", "K"), ("1", "K - 1"))]
    assert verdicts("gated_softmax", *found) == ["right", "wrong", "wrong"]


def test_a_relu_is_seen_on_both_sides() -> None:
    formulas = r"\bar b_{1,f} = \sum_n \bar z_{nf}", r"\bar b_{1,f} = \sum_n \bar r_{nf}"
    assert verdicts("transformer_block", *formulas) == ["right", "wrong"]


CHAIN = r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial f} %s %s"
SLOPE, TURNED = r"\frac{\partial f}{\partial x}", r"\left(\frac{\partial f}{\partial x}\right)^T"
BELOW = r"\frac{\partial x}{\partial w}"


def test_slopes_alone_may_be_rows() -> None:
    (claim,) = lines("chain_rule", CHAIN % (SLOPE, BELOW))
    assert claim.verdict == "right" and claim.under


def test_beside_a_column_a_lost_transpose_is_wrong() -> None:
    assert verdicts("chain_rule", CHAIN % (SLOPE, r"\mathbf{g}'(w)")) == ["wrong"]
    assert verdicts("chain_rule", CHAIN % (TURNED, r"\mathbf{g}'(w)")) == ["right"]


@pytest.mark.parametrize("first", [True, False])
def test_an_answer_has_one_layout(first: bool) -> None:
    both = [CHAIN % (TURNED, BELOW), CHAIN % (SLOPE, BELOW)]
    found = lines("chain_rule", *(both if first else both[::-1]))
    right, wrong = found if first else found[::-1]
    assert (right.verdict, wrong.verdict, wrong.under) == ("right", "wrong", ())
    assert wrong.hint is not None and "transpose" in wrong.hint.words


def test_slopes_through_what_the_problem_folds() -> None:
    chain = (
        r"\bar u_{nd} = \sum_{l=1}^D \bar{\hat U}_{nl} \frac{\partial \hat U_{nl}}{\partial u_{nd}}"
        r" %s \bar y_{nd} \frac{\partial y_{nd}}{\partial u_{nd}}"
    )
    right, wrong = lines("transformer_block", chain % "+", chain % "-")
    assert right.verdict == "right" and right.under == ("∂y/∂x through what the problem folds into y",)
    assert wrong.verdict == "wrong"


def test_a_name_for_ones_has_the_length_that_it_needs() -> None:
    formulas = (
        r"\omega = \mathbf{1}",
        r"\bar b_2 = \omega^\top \bar Y",
        r"\bar g_2 = (\bar B \circ \hat U)^T \omega",
        r"\bar b_2 = \bar Y \omega",
    )
    assert verdicts("transformer_block", *formulas) == ["given", "right", "right", "wrong"]


def test_a_bold_zero_has_any_shape() -> None:
    assert verdicts("rnn", r"\bar{a}^{(T+1)} = \mathbf{0}", r"\bar W = \mathbf{0}") == ["right", "wrong"]


@pytest.mark.parametrize("name", ["transformer_block", "residual", "lstm", "multi_head"])
def test_a_whole_document_of_ours_is_right(name: str) -> None:
    path = next(path for path in PROBLEMS if path.stem == name)
    derivation = derive.load(path).derive(check=False)
    found = derivation.check(derivation.latex(), ".tex").lines
    assert found and {claim.verdict for claim in found} == {"right", "given"}
