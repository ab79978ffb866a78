"""Markdown that GitHub shows: no macro that it refuses, and no mark of Markdown between its dollars."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.document import Blank, Chain, Code, Display, Document, Fenced, Prose, Raw, Table
from derive.document import Symbol as S
from derive.render.markdown import markdown
from tests.problem_files import FOLDER, NETWORKS, derived

REFUSED = r"\\(operatorname|[hv]?phantom|def|let|newcommand|require|href|style|class|unicode|mbox)\b"
"""GitHub: The following macros are not allowed."""
FENCED = re.compile(r"^```math\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"\$`([^`$]*)`\$")


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: p.stem)
def test_what_github_can_show(path: Path) -> None:
    text = derived(path).markdown()
    displays = FENCED.findall(text)
    formulas = [*displays, *INLINE.findall(FENCED.sub("", text))]
    assert displays and text.count("```") % 2 == 0
    for formula in formulas:
        assert not re.search(REFUSED, formula) and formula.isascii()
        assert formula.count("\\begin{aligned}") == formula.count("\\end{aligned}")
        assert formula.count("{") - formula.count(r"\{") == formula.count("}") - formula.count(r"\}")
        assert formula.count("\\left") == formula.count("\\right") and "|" not in formula
    assert "$" not in INLINE.sub("", FENCED.sub("", text)).replace("\\$", "")


def test_long_lines_break_as_on_paper() -> None:
    text = derived(FOLDER / "lstm.yaml").markdown()
    assert "\n&\\quad + \\sum" in text and "\n&= \\sum" in text


def test_what_is_refused_is_written_otherwise() -> None:
    parts = (
        S("softmax", "upright"),
        Blank(1),
        Fenced(S("x"), "|", "|"),
        Raw(r"\operatorname*{Min}", "Min"),
        Raw("a`$", "a"),
    )
    text = markdown(Document("", (Prose(parts), Table((("a",),), (((Fenced(S("x"), "‖", "‖"),),),)))))
    assert r"\mathop{\mathrm{softmax}}" in text and r"\boxed{\quad}" in text and r"\mathop{\mathrm{Min}}" in text
    assert r"\vert x\vert" in text.replace(r"\vert  ", r"\vert ") and r"\Vert" in text and "phantom" not in text


def test_code_and_words() -> None:
    shown = Document("", (Code("```", "python"), Display((Chain(S("x"), (), words="given_{%}"),))))
    assert "````python\n```\n````" in markdown(shown) and r"\text{given}" in markdown(shown)
