"""Every line that derive prints is an answer that it calls right: scalar and vector lines of all problems."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.check import Checker
from tests.problem_files import NETWORKS

PROBLEMS = NETWORKS


def printed(path: Path) -> tuple[Checker, list[str]]:
    derivation = derive.load(path).derive(check=False)
    data = derivation.to_dict()
    lines = [*data["forward"], *data["backward"], *data["solved"]]
    forms = [
        form["latex"]
        for line in lines
        for form in (*line["where"], line["scalar"], *line["parts"], line["vector"], line["solves"])
        if form is not None
    ]
    return Checker(derivation.data), [form for form in forms if "=" in form]


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_own_lines_are_right(path: Path) -> None:
    checker, forms = printed(path)
    claims = [
        claim
        for n in range(0, len(forms), 50)
        for claim in checker.check("\n\n".join(f"$${form}$$" for form in forms[n : n + 50]), ".md", hints=False).lines
    ]
    assert len(claims) >= len(forms)
    missed = [(c.tex, c.verdict, c.why) for c in claims if c.verdict not in ("right", "given")]
    assert not missed


def test_bars_of_names_of_several_letters_in_a_terminal() -> None:
    network = derive.Network(
        sizes={"N": "units"},
        inputs={"x": ["N"]},
        parameters={"w": ["N"]},
        equations="ell = w * x\nE = norm(ell)**2",
        cost="E",
    )
    derived = network.derive(hessian=["w"], check=False)
    text = derived.text(width=80)
    assert "e\u0305l\u0305l\u0305 = 2 ell" in text and "\u0113" not in text
    assert {claim.verdict for claim in derived.check(text, ".txt").lines} <= {"right", "given"}
