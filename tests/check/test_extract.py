"""Formulas are found where they stand, row by row, byte for byte, with the prose before them."""

from __future__ import annotations

import time

import pytest

from derive.syntax.extract import LONGEST_TEXT, Formula, formulas
from derive.syntax.read import Unreadable, read


def found(text: str, suffix: str = ".tex") -> list[str]:
    parts = formulas(text, suffix)
    for part in parts:
        assert text[part.at : part.at + len(part.tex)] == part.tex
        assert text.split("\n")[part.line - 1][part.column - 1 :].startswith(part.tex.split("\n")[0])
    return [part.tex for part in parts]


def test_every_kind_of_display() -> None:
    text = "A $$a = b$$ B \\[c = d\\] C \\begin{equation}e = f\\label{q}\\end{equation} D \\(g = h\\) $i = j$ and $k$."
    assert found(text) == ["a = b", "c = d", r"e = f\label{q}", "g = h", "i = j"]


def test_an_inline_formula_needs_a_relation_a_display_does_not() -> None:
    assert found(r"$x_1, \dots, x_4$ and $$\frac{\partial L}{\partial w_1} \qquad \text{YES}$$") == [
        r"\frac{\partial L}{\partial w_1} \qquad \text{YES}"
    ]


def test_rows_are_formulas_of_their_own() -> None:
    text = (
        "x\n\\begin{align*}\n  a &= b \\\\[2pt]\n    &= c + d \\\\\n    &+ e \\nonumber \\\\\n  f &= g\n\\end{align*}\n"
    )
    a, c, f = formulas(text)
    assert (a.tex, a.line, a.column, a.continues, a.before) == ("a &= b", 3, 3, False, "x")
    assert (c.line, c.column, c.continues) == (4, 6, True)
    assert c.tex == "= c + d \\\\\n    &+ e \\nonumber"
    assert len(read(c.source)) == 1 and len(c.source) == len(c.tex)
    assert (f.tex, f.continues) == ("f &= g", False)


def test_rows_within_a_matrix_or_cases_are_none() -> None:
    cases = r"\begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}"
    inner = r"\left\{\begin{aligned} c &= d \\ e &= f \end{aligned}\right."
    text = rf"$$\begin{{split}} a &= {cases} \\ b &= {inner} \end{{split}}$$"
    assert len(found(text)) == 2


def test_a_display_that_begins_with_plus_goes_on() -> None:
    text = "$$\\therefore w = a$$\n\n$$+ b$$\n\nThus $$c = d$$ $$- \\log p = L$$ $$-q$$"
    w, c, p = formulas(text, ".txt")
    assert w.tex == "\\therefore w = a$$\n\n$$+ b" and w.source == "\\therefore w = a" + " " * 6 + "+ b"
    assert c.tex == "c = d" and p.tex == "- \\log p = L$$ $$-q"


def test_code_is_read_line_by_line() -> None:
    text = "```\n# f = gz first\ndfdx = 1.0 * dfdg  # df/dx = dg/dx * df/dg\nprint(x)\n```\nand `x = 1`\n"
    assert found(text, ".md") == ["dfdx = 1.0 * dfdg", " df/dx = dg/dx * df/dg".strip()]
    assert [part.kind for part in formulas(text, ".md")] == ["code", "code"]


def test_a_math_fence_is_a_display() -> None:
    assert found("```math\na = b \\\\\nc = d\n```\n$`e = f`$", ".md") == ["a = b", "c = d", "e = f"]


def test_plain_lines_of_unicode() -> None:
    lines = "  ȳ_i = S̄ ∂S/∂y_i\n      = y_i − s_i\n      + r_i\n  h̄ = Wᵀ ȳ,  t = 1, …, T\n"
    text = f"Backward pass\n\n{lines}\nThis line holds only where x = 2 holds as well.\n"
    assert found(text, ".txt") == ["ȳ_i = S̄ ∂S/∂y_i", "= y_i − s_i\n      + r_i", "h̄ = Wᵀ ȳ,  t = 1, …, T"]
    assert [part.continues for part in formulas(text, ".txt")] == [False, True, False]


def test_tex_files() -> None:
    text = (
        "\\newcommand{\\bx}{\\mathbf{x}}\\newcommand{\\D}[2]{\\frac{\\partial #1}{\\partial #2}}\\def\\W{\\mathbf{W}}\n"
        "$q = r$\\begin{document}% $a = b$\n5\\% and \\$3: $\\bar\\bx = \\D{J}\\bx = \\W x$ \\verb|$u = v$|\n"
        "\\begin{verbatim}$c = d$\\end{verbatim}\\input{more}\\end{document}"
    )
    (only,) = formulas(text)
    assert only.tex == r"\bar\bx = \D{J}\bx = \W x"
    assert only.source == r"\bar\mathbf{x} = \frac{\partial J}{\partial \mathbf{x}} = \mathbf{W} x"


def test_macros_that_never_end_are_left() -> None:
    start = time.perf_counter()
    assert len(formulas(r"\def\a{\b\b}\def\b{\a\a}$\a = x$")) == 1
    assert time.perf_counter() - start < 1


HARD = [
    "$ ",
    "\\[",
    "\\(",
    "$$",
    "\\begin{align}",
    "`",
    "```\n",
    "\\newcommand{\\a}{",
    "$$+a$$",
    "$x=1\n",
    "$$\n\n",
    "\\verb|",
]


@pytest.mark.parametrize("piece", HARD)
def test_long_texts_take_linear_time(piece: str) -> None:
    start = time.perf_counter()
    for suffix in (".tex", ".md"):
        formulas(piece * (300_000 // len(piece)), suffix)
    assert time.perf_counter() - start < 5


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="10,000,000 characters"):
        formulas("x" * 10_000_000)
    assert LONGEST_TEXT < 10_000_000


def test_nothing_in_nothing() -> None:
    assert formulas("") == () == formulas("no formula, $") == formulas("$$=)$$")
    assert isinstance(formulas("$a=b$")[0], Formula)


def test_latex_lines_without_delimiters() -> None:
    text = (
        "Answer to question 2\n\nThe output first: \\bar{y} = y - s \\\\\n"
        "1. \\bar h &= r + W_2^\\top \\bar y\n   = r + W_2^T (y - s)\n"
        "\\bar z = \\begin{cases} \\bar h & z > 0 \\\\\n 0 & \\text{otherwise for all} \\end{cases}\n"
        "This holds since \\alpha is small and that gives \\beta > 0 whatever happens\nd x = \\bar y\n"
    )
    assert found(text, ".txt") == [
        r"\bar{y} = y - s",
        r"\bar h &= r + W_2^\top \bar y",
        "= r + W_2^T (y - s)",
        "\\bar z = \\begin{cases} \\bar h & z > 0 \\\\\n 0 & \\text{otherwise for all} \\end{cases}",
        r"d x = \bar y",
    ]
    assert [part.line for part in formulas(text, ".txt")] == [3, 4, 5, 6, 9]


def test_a_row_goes_on_though_a_fact_stands_beside_it() -> None:
    rows = (
        r"\bar x &= S x \\ &\quad - S b,\quad S = S^\top \\ \bar x &= S x \\ & - \sum_{j=1}^K S b \qquad (S = S^\top)"
    )
    first, second = found(f"\\begin{{align*}}{rows}\\end{{align*}}")
    assert first.endswith(r"S = S^\top") and second.endswith(r"(S = S^\top)")
    assert [len(read(part.source)) for part in formulas(f"$${rows}$$")] == [2, 2]
    for own in (r"\quad - \bar x = - S x", r"- dH\, C = H\, dC", r"- \text{tr}(A) = 3"):
        assert len(found(rf"$$a = b \\ &{own}$$")) == 2, own


def test_a_lone_relation_in_words_is_no_formula() -> None:
    assert found(r"A$^{-1}$ needs det A $\ne$ 0, and $a = b$, as $x \ne$ says.") == ["a = b", r"x \ne"]
