"""Random networks agree with finite differences in second order too. More of them: see `random_second`."""

from __future__ import annotations

import pytest

from tests.random_second import check, texts


@pytest.mark.parametrize("text", list(texts(1, 30)))
def test_second_order_agrees_with_differences(text: str) -> None:
    report = check(text)
    assert report.ok or {failure.kind for failure in report.failures} == {"unchecked"}, f"{report.sentence}\n{text}"
