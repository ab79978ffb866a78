"""Random conditions agree with PyTorch, as lines and as code. More of them: see `random_implicit`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from tests.random_implicit import check, drawn


@pytest.mark.filterwarnings("ignore:The use of `x.T`")
@pytest.mark.parametrize("seed", range(40))
def test_conditions_agree_with_autograd(seed: int) -> None:
    said = check(seed)
    assert not said, f"{said}\n{drawn(seed)}"
