"""Random networks of which facts are known agree with differences and with the same network without them. More of
them: see `random_facts`."""

from __future__ import annotations

import pytest

from derive.errors import DeriveError
from tests.random_facts import check, written


@pytest.mark.parametrize("seed", range(30))
def test_lines_with_facts_are_right(seed: int) -> None:
    text = written(seed)
    try:
        report, beside, _ = check(text, second=seed % 5 == 0)
    except DeriveError as error:
        assert "contradicts" in str(error), f"{error}\n{text}"
        return
    assert not beside, f"{beside}\n{text}"
    assert report.ok or {failure.kind for failure in report.failures} == {"unchecked"}, f"{report.sentence}\n{text}"
