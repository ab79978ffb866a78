"""Rewritten sums have bound letters of their own: what is a label is looked for in each of them."""

from __future__ import annotations

import derive


def test_a_product_over_a_label_in_a_condition_is_no_vector() -> None:
    network = derive.Network(
        sizes={"T": "steps", "B": "width", "M": "heads"},
        labels={"t": "T"},
        inputs={"u": ["T", "B"], "v": ["M", "T"]},
        equations="E = max(prod(t, u[t, 1]), v[1, 1])",
        cost="E",
        want=["u", "v"],
    )
    found = network.derive()  # checked by numbers
    assert found["v"].vector is None
