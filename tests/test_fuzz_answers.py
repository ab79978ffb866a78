"""A part of `python -m tests.fuzz_answers`: no traceback, no hang, nothing evaluated, unknown commands refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.check import Checker
from derive.errors import DeriveError
from tests.fuzz_answers import WATCH, outcome, through_command
from tests.strange_answers import KINDS, PROBLEMS, Strange, answer

RESIDUAL = next(path for path in PROBLEMS if path.stem == "residual")
DEEP = 100_000
LONG = 10_000_000


@pytest.mark.parametrize("part", range(6))
def test_fuzzed(part: int) -> None:
    found = [outcome(answer(7, number)) for number in range(part * 50, part * 50 + 50)]
    assert [one for one in found if one.detail] == []


def test_every_kind_is_met() -> None:
    assert {answer(7, number).kind for number in range(3000)} == {*KINDS, "planted"}


STRANGE = {
    "parentheses": f"$$x = {'(' * DEEP}y{')' * DEEP}$$",
    "fractions": f"$$x = {chr(92)}frac{{1}}{{1+{chr(92)}frac{{1}}{{".join(["", *["2"] * 300]) + "$$",
    "roots": "$$x = " + r"\sqrt{" * DEEP + "$$",
    "scripts": f"$$x{'_{i' * DEEP}{'}' * DEEP} = 1$$",
    "left": r"$$x = " + r"\left(" * DEEP + "$$",
    "begin": r"$$x = " + r"\begin{pmatrix}" * DEEP + "$$",
    "sums": r"$$x = " + r"\sum_i " * 3000 + "y_i$$",
    "primes": f"$$x = y{chr(39) * 19_000}$$",
    "powers": "$$x = " + "2^{" * 60 + "2" + "}" * 60 + "$$",
    "supers": "$$x = y" + "^{(" * 45 + "1" + ")}" * 45 + " + z$$",
    "line": "$$x = " + "y + " * (LONG // 4) + "z$$",
    "range": r"$$x = \sum_{i=1}^{10^9} \sum_{j=1}^{1e400} i j$$",
    "subscript": "$$x_{9999999999} = W_{10^{10^{10}}, -1}$$",
    "letters": "$$x = " + "".join(rf"\sum_{{{a}=1}}^{{10}} h_{a} " for a in "abcdefghijklmnopqrstuvwxyz") + "$$",
    "matrix": r"$$W = \begin{pmatrix}" + r" \\ ".join([" & ".join(["1"] * 1000)] * 1000) + r"\end{pmatrix}$$",
    "macros": r"\def\a{\a\a}\def\b{\d}\def\d{\b\b}$x = \a\b$",
    "formulas": "$x = 1$\n" * 10_000,
    "blank lines": "\n" * 300_000 + "$x = 1$",
    "not numbers": r"$$x = \frac{0}{0} + \log(-1) + \infty - \infty + 10^{400} + \sqrt[0]{2}$$",
    "root": r"$$x = \sqrt[x]{y}$$",
    "right to left": "$$x = \u202ey + 1$$",
    "code": "```\nx = __import__('os').system('true')\ny = eval('1') + exec(x)\n```",
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange(name: str) -> None:
    suffix = ".md" if name == "code" else ".tex"
    found = outcome(Strange(0, name, RESIDUAL, STRANGE[name], suffix, hints=True))
    assert (found.detail, found.outcome in ("judged", "refused", "empty")) == ("", True)


def test_too_long_is_unusable_input() -> None:
    checker = Checker(derive.load(RESIDUAL).derive(check=False).data)
    with pytest.raises(DeriveError, match="more than"):
        checker.check("x = 1\n" * (LONG // 6))


def test_what_is_run_is_seen() -> None:
    WATCH.seen.clear()
    WATCH.on = True
    try:
        eval("1")
    finally:
        WATCH.on = False
    assert WATCH.seen and WATCH.seen[0].startswith("compile")


@pytest.mark.parametrize("number", [0, 3, 4, 9])
def test_through_the_command(number: int, tmp_path: Path) -> None:
    assert through_command(answer(7, number), 7, tmp_path).detail == ""
