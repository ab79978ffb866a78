"""Equal uses of a sub-network are shown once, and shapes that follow from each other are found."""

from __future__ import annotations

import re

import pytest

from derive.api import Network, load
from derive.document import Chain, Display
from derive.errors import DeriveError
from derive.render.json import to_dict
from derive.typeset.style import Style

BLOCK = {"block(x, W, b)": "z = W @ x + b\nh = tanh(z)"}


def _deep(uses: str, sizes: tuple[str, str, str, str] = ("N", "N", "N", "N")) -> Network:
    return Network(
        sizes=dict.fromkeys(sizes, "units"),
        inputs={"h0": [sizes[0]], "t": [sizes[3]]},
        parameters={
            **{f"W{n}": [sizes[n], sizes[n - 1]] for n in (1, 2, 3)},
            **{f"b{n}": [sizes[n]] for n in (1, 2, 3)},
        },
        define=BLOCK,
        equations=f"{uses}\nE = 1/2 * norm(h3 - t)**2",
        cost="E",
    )


USES = "h1 = block(h0, W1, b1)\nh2 = block(h1, W2, b2)\nh3 = block(h2, W3, b3)"


def _lefts(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if re.match(r"\s+\S+ = ", line)]


def test_equal_uses_are_shown_once() -> None:
    text = _deep(USES).derive().text()
    lines = _lefts(text)
    assert "z_l = W⁽ˡ⁾ h_{l−1} + b⁽ˡ⁾,  l = 1, 2, 3" in lines
    assert "h̄_l = W⁽ˡ⁺¹⁾ᵀ z̄_{l+1},  l = 1, 2" in lines
    assert "h̄₃ = h₃ − t" in lines
    assert "W⁽²⁾" not in text


def test_their_data_stay_line_by_line() -> None:
    derived = _deep(USES).derive()
    assert len(derived.data.backward) == 13
    assert len(to_dict(derived.data, Style())["forward"]) == 7


def test_sizes_of_their_own_are_numbered_too() -> None:
    lines = _lefts(_deep(USES, ("N0", "N1", "N2", "N3")).derive().text())
    assert "W̄⁽ˡ⁾ = z̄_l h_{l−1}ᵀ,  l = 1, 2, 3" in lines


def test_what_differs_in_more_than_its_number_stays_apart() -> None:
    lines = _lefts(_deep(USES.replace("block(h1,", "block(h0 + h1,")).derive().text())
    assert "z₁ = W⁽¹⁾ h₀ + b⁽¹⁾" in lines
    assert "h_l = tanh(z_l),  l = 1, 2, 3" in lines


def test_numbers_put_in_give_the_lines_of_the_network_written_out() -> None:
    plain = USES
    for n in (1, 2, 3):
        plain = plain.replace(
            f"h{n} = block(h{n - 1}, W{n}, b{n})", f"z{n} = W{n} @ h{n - 1} + b{n}\nh{n} = tanh(z{n})"
        )
    once, every = (_chains(_deep(uses)) for uses in (USES, plain))
    assert len(once) < len(every)
    assert [c for c in once if c.condition is None] == [c for c in every if c in once]


def _chains(network: Network) -> list[Chain]:
    blocks = network.derive().document().blocks
    return [chain for block in blocks if isinstance(block, Display) for chain in block.chains]


def test_two_shapes_that_follow_from_each_other() -> None:
    lstm = load("problems/lstm.yaml")
    shapes = lstm.declared.tensors
    assert not any("hidden:" in line for line in lstm.declared.source.splitlines() if not line.startswith("#"))
    assert [axis.hi.atom for axis in shapes["c"].axes] == ["T", "K"]
    assert [axis.hi.atom for axis in shapes["h"].axes] == ["T", "K"]


@pytest.mark.parametrize(
    ("head", "body", "said", "mend"),
    [
        ("mish(u)", "u * tanh(softplus(u))", "has no name for what it computes", "`m = u * tanh(softplus(u))`"),
        ("mish(m)", "z = exp(m)\nz * m", "has no name for what it computes", "`m1 = z * m`"),
        ("mish(u)", "u = u * tanh(u)", "`u` is given to `mish`, and a line of it defines it", "`m = u * tanh(u)`"),
    ],
)
def test_a_line_that_defines_nothing_new_is_said_with_the_line_to_write(
    head: str, body: str, said: str, mend: str
) -> None:
    with pytest.raises(DeriveError) as refused:
        Network(sizes={"N": "n"}, inputs={"x": ["N"]}, define={head: body}, equations="y = mish(x)").derive()
    assert said in str(refused.value)
    assert f"write {mend}" in str(refused.value)
