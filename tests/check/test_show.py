"""A report as a page: what is said of each kind of line, at every width, in every format, without a stray character."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import derive
from derive.check import Checker
from derive.check.agreement import agreement
from derive.check.carried import carried_from
from derive.check.report import Claim, Example, Mend, Repaired, Report
from derive.check.show import counted, numbered, report_document
from derive.check.show_math import chains, inline
from derive.check.symbols import Symbols
from derive.render import terminal
from derive.render.latex import latex
from derive.render.markdown import markdown
from derive.render.plain import cells

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "tests" / "documents").glob("*.txt"))
ANSWER = (ROOT / "examples" / "answer.md").read_text(encoding="utf-8")
RIGHT = Claim(3, 1, r"\bar{z} &= 1", "right", r"\bar{z} = 1", "yes", name="z", form="scalar")
WRONG = Claim(
    7,
    5,
    r"\bar{h} = W y",
    "wrong",
    r"\bar{h} = W y",
    "no",
    why="a column of K = a column of N",
    name="h",
    form="vector",
)


@cache
def checker(problem: str) -> Checker:
    return Checker(derive.load(ROOT / "problems" / f"{problem}.yaml").derive(check=False).data)


def page(*claims: Claim, every: bool = False, **more: object) -> str:
    return terminal.terminal(report_document(Report("T", claims, **more), "a.tex", every))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\bar h_i = \bar R r_i + \sum_k y_k w_{ik}^{(2)}", "h̄_i = R̄ r_i + Σ_k y_k w⁽²⁾_ik"),
        (
            r"\overline{\mathbf z} = \overline{\mathbf h} \odot \sigma'(\mathbf W^{(1)\top} x)",
            "z̄ = h̄ ⊙ σ′(W⁽¹⁾ᵀ x)",
        ),
        (r"\frac{\partial J}{\partial x_{i,t-1}} := 1", "∂J/∂x_{i,t−1} := 1"),
        (
            r"y = \begin{cases} 1 & \text{if } z \ge 0 \\ 0 & \text{otherwise} \end{cases}",
            "y = { 1 if z ≥ 0; 0 otherwise",
        ),
        (r"S = \frac{1}{2} \|y - t\|^2", "S = ½ ‖y − t‖²"),
        (r"x = \sqrt{a} - \max_j b_j", "x = √a − max_j b_j"),
        ("h̄_i = Σ_k ȳ_k w_ki", "h̄_i = Σ_k ȳ_k w_ki"),
    ],
)
def test_formulas_as_they_print(tex: str, shown: str) -> None:
    assert [terminal.equation(chain) for chain in chains(tex)] == [shown]


@pytest.mark.parametrize("tex", [r"\frac{a}{", r"\sqrt[3]{x} = 2", "", r"\foo = 1", "a"])
def test_what_is_no_equation_or_has_no_boxes(tex: str) -> None:
    assert chains(tex) == ()


def test_conditions_stand_beside() -> None:
    only = chains(r"h_t = g(h_{t-1}), \quad t = 1, \dots, T")
    assert [terminal.equation(chain) for chain in only] == ["h_t = g(h_{t−1}),  t = 1, …, T"]
    assert inline(r"\bar y_k") is not None and inline(r"\frac{") is None


def test_a_wrong_line_with_a_hint() -> None:
    said = page(replace(WRONG, hint=Mend("transpose W", r"W^T y"), ours=r"\bar h = W^T \bar y"))
    assert "a.tex:7:5: wrong\n  h̄ = W y\n" in said
    assert "The left side is a column of K, the right side a column of N." in said
    assert "Hint: transpose W:\n  h̄ = Wᵀ y\n" in said and "Our line" not in said


def test_a_wrong_line_without_a_hint_has_numbers_and_our_line() -> None:
    shown = Example((("K", 2), ("N", 3)), "i = 2", 0.5, -1.25)
    said = page(replace(WRONG, why="", example=shown, ours=r"\bar h = W^T \bar y"))
    assert "With K = 2, N = 3 and random numbers, at i = 2, the left side is 0.5 and the" in said
    assert "right side −1.25. Our line:\n  h̄ = Wᵀ ȳ" in said
    assert "The two sides differ." in page(replace(WRONG, why=""))


def test_an_error_is_blamed_once() -> None:
    carried = Claim(9, 1, "", "wrong", r"\bar z = 2 \bar h", "yes", name="z", form="vector")
    again = Claim(9, 20, "", "wrong", r"\bar z = 2 W y", "yes", name="z", form="vector")
    said = page(RIGHT, WRONG, carried, again)
    assert "a.tex:9:1: wrong, follows\n  z̄ = 2 h̄\nIt follows from your line 7, which is wrong." in said
    assert "It follows from what stands before it in this line, which is wrong." in said
    assert carried_from((RIGHT, WRONG, carried), 2) == WRONG and carried_from((RIGHT, WRONG), 1) is None


def test_another_reading() -> None:
    repair = Repaired("", "", r"6 is read as \sigma", "right")
    said = page(replace(WRONG, repairs=(repair,), hint=Mend("add 5", "5")))
    assert "If 6 is read as σ, it is right." in said and "Hint" not in said
    assert "it is still wrong: a b" in page(replace(WRONG, repairs=(replace(repair, verdict="wrong", why="a b"),)))


def test_what_cannot_be_read_stands_as_it_was_typed() -> None:
    typed = "\\frac{a}{\x1b[31m\u202e" + "x + " * 60
    said = page(Claim(1, 1, typed, "unreadable", why="this `{` is never closed: close it"))
    assert "\x1b" not in said and "\u202e" not in said and "\\frac{a}{" in said
    assert "This `{` is never closed: close it." in said
    assert max(map(cells, said.splitlines())) <= 80


def test_neighbours_of_which_the_same_is_said_stand_together() -> None:
    unknown = [Claim(n, 3, "", "unknown", f"h_{n} = q", why="q is not known") for n in (4, 5)]
    said = page(*unknown)
    assert "a.tex:4–5: not decided\n  h₄ = q\n  h₅ = q\nNothing says what q is." in said


def test_right_lines_in_short_and_one_by_one() -> None:
    lines = [replace(RIGHT, line=n) for n in (1, 2, 3, 5)]
    assert "• Right: lines 1–3, 5." in page(*lines)
    assert "a.tex:1–5: right" in page(*lines, every=True)
    assert numbered([7]) == "line 7" and numbered([3, 1, 3]) == "lines 1, 3"


def test_the_counts() -> None:
    assert counted(Report("T", ())) == "there is no equation in this answer."
    assert counted(Report("T", (RIGHT,))) == "1 statement: 1 right. Well done."
    assert counted(Report("T", (RIGHT,), missing=("x̄",))) == "1 statement: 1 right."
    assert counted(Report("T", (RIGHT, WRONG))) == "2 statements: 1 right, 1 wrong."


def test_conventions_missing_and_agreement_come_last() -> None:
    under = replace(RIGHT, under=("numerator layout", r"\cdot elementwise"))
    said = page(under, replace(under, line=4), missing=("x̄",), agreement="The scalar and vector forms agree.")
    assert "• Conventions: numerator layout (lines 3–4); · elementwise (lines 3–4)." in said
    assert "• Asked for, but not in the answer: x̄." in said
    assert said.rstrip().endswith("• The scalar and vector forms agree.")


def test_forms_that_do_not_agree() -> None:
    report = checker("residual").check(ANSWER, ".md")
    assert report.agreement == "z̄: the scalar form (line 7) is right, the vector form (line 13) is wrong."
    symbols = Symbols(checker("residual").derivation)
    assert agreement(symbols, [c for c in report.lines if c.name == "y"]) == ""


def test_our_line_in_the_writers_notation() -> None:
    lines = (
        checker("residual")
        .check(r"$$\frac{\partial \mathcal E}{\partial h_j} = 1$$ $$\nabla_{\mathbf h} \mathcal E = 1$$")
        .lines
    )
    assert r"\frac{\partial \mathcal{E}}{\partial h_j}" in lines[0].ours
    assert r"\nabla_{\mathbf{h}}" in lines[1].ours
    between = checker("affine_batch").check(r"$\frac{\partial Z_{ij}}{\partial W_{ab}} = X_{ia}$").lines
    assert between[0].verdict == "wrong" and between[0].ours == ""


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem[:3])
def test_pages_keep_to_the_width(path: Path, plain: bool, width: int) -> None:
    report = _report(path)
    for colour in (False, True):
        said = terminal.terminal(report_document(report, path.name, True), width, colour, plain)

        wide = [line for line in said.splitlines() if cells(line) > width]
        assert wide == []
        assert said.isascii() if plain and not colour else True


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem[:3])
def test_every_renderer(path: Path) -> None:
    document = report_document(_report(path), path.name)
    assert "\\begin{document}" in latex(document)
    text = markdown(document)
    assert text.count("```") % 2 == 0 and text.startswith("# ")


@cache
def _report(path: Path) -> Report:
    problem = {"000": "residual", "001": "affine_batch", "002": "residual", "003": "residual_block"}
    return checker(problem.get(path.stem[:3], "gated_softmax")).check(path.read_text(encoding="utf-8"), path.suffix)
