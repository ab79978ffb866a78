"""Random networks agree with finite differences: every bar, scalar and vector. More of them: see `random_networks`."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.random_networks import STEPS, check, networks, problem


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 9), equal=st.booleans(), cost=st.booleans())
def test_bars_agree_with_differences(seed: int, length: int, equal: bool, cost: bool) -> None:
    text = problem(seed, length, equal, cost)
    report = check(text, seed % 1000)
    assert report.ok, f"{report}\n{text}"


def test_networks_are_of_every_kind() -> None:
    """The generator reaches what it promises; and equal seeds give equal texts, byte for byte."""
    texts = list(networks(1, 300))
    assert texts == list(networks(1, 300))
    words = ("softmax(", ".T @", "outer(", "[q <= ", "+ 1]", "diag(", "sum(", "trace(", "classes:", "sigma(", "where(")
    for word in words:
        assert any(word in text for text in texts), word
    assert any("cost: E" not in text for text in texts)
    assert any("N: 2," in text or "N: 3," in text for text in texts)
    assert len(STEPS) == len({step.__name__ for step, _ in STEPS})
