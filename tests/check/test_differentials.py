"""Lines between differentials: d(H^{-1}), dC = −C dH C, and the error signals that they are told apart from."""

from __future__ import annotations

from functools import cache

import pytest

import derive

EQUATIONS = "C = inv(H)\nZ = V @ C @ Y\nJ = sum(phi(Z)) + trace(C)"

RIGHT = (
    r"d(H^{-1}) = -H^{-1}\, dH\, H^{-1}",
    r"dH^{-1} = -C\, dH\, C",
    r"\mathrm{d}(C) = -C\, \mathrm{d}H\, C",
    r"\delta(H^{-1}) = -H^{-1} \delta H H^{-1}",
    r"dC = -C\, dH\, C",
    r"\mathrm{d}C = -C\, \mathrm{d}H\, C",
    r"\partial C = -C\, \partial H\, C",
    r"H\, dC = -dH\, C",
    r"dH C + H dC = 0 \Rightarrow dC = -C dH C",
    r"dZ = V\, dC\, Y",
    r"d(\operatorname{tr} C) = -\operatorname{tr}(C\, dH\, C)",
    r"dZ = dV\, C Y + V\, dC\, Y",
)

WRONG = (
    r"d(H^{-1}) = -dH",
    r"d(H^{-1}) = H^{-1}\, dH\, H^{-1}",
    r"d(C) = 3 C",
    r"d(C) = 0",
    r"\delta(H^{-1}) = \delta H",
    r"dC = C\, dH\, C",
    r"dC = V\, dZ\, Y",
    r"dV = dZ\, (C Y)",
    r"dZ = dV\, C Y + 3 V\, dC\, Y",
)


@cache
def derivation() -> derive.Derivation:
    sizes, given = {"P": "dims", "R": "cols"}, {"H": ["P", "P"], "V": ["R", "P"]}
    functions = {"phi": "abstract"}
    return derive.Network(
        sizes=sizes, inputs={"Y": ["P", "R"]}, parameters=given, functions=functions, equations=EQUATIONS, cost="J"
    ).derive(check=False)


def lines(tex: str) -> tuple[derive.check.report.Claim, ...]:
    return derivation().check(tex, ".md").lines


@pytest.mark.parametrize("tex", RIGHT)
def test_right(tex: str) -> None:
    assert {line.verdict for line in lines(f"$${tex}$$")} == {"right"}, lines(f"$${tex}$$")


@pytest.mark.parametrize("tex", WRONG)
def test_wrong(tex: str) -> None:
    assert [line.verdict for line in lines(f"$${tex}$$")] == ["wrong"]


def test_what_is_an_error_signal_elsewhere_is_one_here() -> None:
    backward, forward = r"$$dV = dZ\, (C Y)^T$$", r"$$dZ = V\, dC\, Y$$"
    assert [line.verdict for line in lines(forward)] == ["right"]
    assert [line.verdict for line in lines(f"{backward}\n\n{forward}")] == ["right", "wrong"]


def test_names_of_the_answer_are_not_as_in_the_problem() -> None:
    own = derivation().check("$$f(H) = 7 H$$\n\n$$q = H H$$\n\n$$Z = V C Y$$", ".md")
    assert [(line.verdict, line.own) for line in own.lines] == [("given", True), ("given", True), ("given", False)]
