"""Random networks with axes, labels and recurrences: values and bars agree with PyTorch. More: `tests.random_axes`."""

from __future__ import annotations

from collections import Counter

import pytest

torch = pytest.importorskip("torch")

from tests.random_axes.__main__ import seeds  # noqa: E402
from tests.random_axes.compare import check  # noqa: E402
from tests.random_axes.costs import network  # noqa: E402
from tests.random_axes.torch_functions import SMOOTH  # noqa: E402
from tests.random_axes.written import problem  # noqa: E402

CHUNKS, SIZE = 12, 15
"""So many networks in all; the first of each chunk is checked by derive itself, too."""
USABLE = 10
"""At least so many of a chunk have a slope somewhere, and are compared; 98 % in all."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_values_and_bars_are_those_of_pytorch(chunk: int) -> None:
    torch.set_num_threads(1)
    met: Counter[str] = Counter()
    for place, seed in enumerate(seeds(chunk, SIZE)):
        case = network(seed)
        found = check(case, seed, whole=place == 0)
        met[found.status] += 1
        assert found.status not in ("wrong", "crashed", "refused"), f"seed {seed}: {found.what}\n{problem(case)}"
    assert met["right"] >= USABLE, met


def test_networks_are_of_every_kind() -> None:
    """The generator reaches what it promises; and equal seeds give equal texts, byte for byte."""
    drawn = seeds(1, 300)
    texts = [problem(network(seed)) for seed in drawn]
    assert texts == [problem(network(seed)) for seed in drawn]
    words = (
        "labels:", "subscript", "boundary: cases", "[t - 1]", "[t + 1]", "[T + 1 - t]", "2 * t - 1", "0..T", "l - 1",
        "for t = 2..T", "floor(", "classes:", "constants:", "softmax(s, s <= t", "[s <= t] *", "max(r, ", "mean(",
        "var(", "std(", "prod(", "norm(", "logsumexp(", "cumsum(", "where(", "softmax_cross_entropy(", ".T", "N + K",
    )  # fmt: skip
    for word in words:
        assert any(word in text for text in texts), word


def test_a_wrong_bar_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With PyTorch's cosine where the file says sine, nearly every network that has one is wrong."""
    monkeypatch.setitem(SMOOTH, "sin", torch.cos)
    chosen = [seed for seed in seeds(1, 60) if "sin(" in problem(network(seed))][:6]
    assert [check(network(seed), seed).status for seed in chosen].count("wrong") >= 5
