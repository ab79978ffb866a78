"""Linear layers through a narrow one: ranks by NumPy, products of matrices counted one by one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.analyse import answers
from derive.analyse.bottleneck import Bottleneck, answer
from derive.declare.load import load
from derive.errors import DeriveError
from tests.analyse.nets import asked, written

PROBLEMS = Path(__file__).parents[2] / "problems"


def counted(sizes: tuple[int, ...]) -> int:
    """Multiplications of one input's pass, counted in loops."""
    return sum(1 for a, b in pairwise(sizes) for _ in range(a) for _ in range(b))


def rank(sizes: tuple[int, ...], seed: int = 0) -> int:
    random = np.random.default_rng(seed)
    product = np.eye(sizes[0])
    for a, b in pairwise(sizes):
        product = random.normal(size=(b, a)) @ product
    return int(np.linalg.matrix_rank(product))


def test_the_documents_numbers() -> None:
    (only,) = answers(load(PROBLEMS / "bottleneck.yaml"))
    told = only.to_dict()
    assert told["parameters"] == told["multiplications"] == {"layers": 2000, "one_layer": 10000}
    assert told["rank"] == 10 and told["loses_functions"] is True
    assert "100 × 10 + 10 × 100 = 2,000" in written(only.result)


@pytest.mark.parametrize("sizes", [(7, 3, 5), (3, 7, 5), (5, 5, 5), (4, 6, 2, 9), (9, 8, 8, 9), (2, 1, 2), (6, 4, 6)])
def test_ranks_and_counts(sizes: tuple[int, ...]) -> None:
    found = Bottleneck(sizes)
    assert found.rank == rank(sizes)
    assert found.full == rank((sizes[0], sizes[-1]))
    assert found.loses is (rank(sizes) < rank((sizes[0], sizes[-1])))
    assert found.multiplications == (counted(sizes), counted((sizes[0], sizes[-1])))


@pytest.mark.parametrize("sizes", [(7, 3, 5), (4, 6, 5), (5, 2, 5)])
def test_free_numbers_are_the_rank_of_the_product_rule(sizes: tuple[int, int, int]) -> None:
    """dW = dU V + U dV: as many directions as r(d₀ + d₂ − r)."""
    random = np.random.default_rng(1)
    a, b, c = sizes
    u, v = random.normal(size=(c, b)), random.normal(size=(b, a))
    moves = [np.outer(np.eye(c)[i], v[j]).ravel() for i in range(c) for j in range(b)]
    moves += [np.outer(u[:, j], np.eye(a)[k]).ravel() for j in range(b) for k in range(a)]
    assert Bottleneck(sizes).dimensions == (np.linalg.matrix_rank(np.array(moves)), a * c)


def test_every_matrix_is_a_product_where_nothing_is_lost() -> None:
    random = np.random.default_rng(2)
    for sizes in ((3, 7, 5), (5, 5, 3), (4, 4, 6)):
        assert Bottleneck(sizes).loses is False
        wanted = random.normal(size=(sizes[2], sizes[0]))
        u, s, v = np.linalg.svd(wanted, full_matrices=False)
        first, second = np.zeros((sizes[1], sizes[0])), np.zeros((sizes[2], sizes[1]))
        first[: len(s)], second[:, : len(s)] = v, u * s
        assert np.allclose(second @ first, wanted)


def test_biases() -> None:
    assert Bottleneck((8, 10, 10, 3)).parameters == (210, 24)
    assert Bottleneck((8, 10, 10, 3), biases=True).parameters == (233, 27)


def test_letters() -> None:
    assert Bottleneck(("N", "K", "M")).loses is None
    assert Bottleneck(("N", "N", "M")).loses is False
    text = written(Bottleneck(("N", "K", "M")))
    assert "K < min(N, M)" in text and "N × K + K × M" in text


@pytest.mark.parametrize(
    "settings",
    [{}, {"sizes": [3, 4]}, {"sizes": [3, 0, 4]}, {"sizes": [1, "2x", 3]}, {"sizes": [1, 2, 3], "size": 1}, 7],
)
def test_bad_settings(settings: Any) -> None:
    with pytest.raises(DeriveError, match="size"):
        answer(asked(None), settings)
