"""Markdown that GitHub shows: no macro that it refuses, and no mark of Markdown between its dollars."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from derive.document import Blank, Chain, Code, Display, Document, Fenced, Prose, Raw, Table
from derive.document import Symbol as S
from derive.render.latex_symbols import ACCENTS, FENCES, NAMED, OPERATORS, SYMBOLS
from derive.render.markdown import allowed, markdown
from tests.problem_files import FILES, FOLDER, NETWORKS, answers, derived

REFUSED = r"\\(operatorname|[hv]?phantom|def|let|newcommand|require|href|style|class|unicode|mbox)\b"
"""GitHub: The following macros are not allowed."""
KNOWN = frozenset(
    [
        "Bigl",
        "Bigr",
        "Delta",
        "Gamma",
        "Lambda",
        "Omega",
        "Phi",
        "Pi",
        "Psi",
        "Sigma",
        "Theta",
        "Vert",
        "Xi",
        "alpha",
        "approx",
        "arg",
        "backslash",
        "bar",
        "begin",
        "beta",
        "boldsymbol",
        "boxed",
        "cdot",
        "chi",
        "circ",
        "cos",
        "cosh",
        "ddot",
        "delta",
        "det",
        "dot",
        "dots",
        "ell",
        "end",
        "epsilon",
        "equiv",
        "eta",
        "exp",
        "frac",
        "gamma",
        "ge",
        "gt",
        "hat",
        "hspace",
        "in",
        "infty",
        "iota",
        "kappa",
        "lambda",
        "langle",
        "lceil",
        "le",
        "left",
        "leftarrow",
        "lfloor",
        "ln",
        "log",
        "lt",
        "mathbb",
        "mathbf",
        "mathcal",
        "mathop",
        "mathrm",
        "max",
        "mid",
        "min",
        "mu",
        "nabla",
        "ne",
        "ni",
        "notin",
        "nu",
        "odot",
        "omega",
        "oslash",
        "otimes",
        "overline",
        "overrightarrow",
        "partial",
        "phi",
        "pi",
        "prod",
        "propto",
        "psi",
        "qquad",
        "quad",
        "rangle",
        "rceil",
        "rfloor",
        "rho",
        "right",
        "sigma",
        "sim",
        "sin",
        "sinh",
        "sqrt",
        "subset",
        "sum",
        "sup",
        "surd",
        "tan",
        "tanh",
        "tau",
        "text",
        "theta",
        "tilde",
        "times",
        "to",
        "top",
        "underline",
        "underset",
        "upsilon",
        "vec",
        "vert",
        "widehat",
        "widetilde",
        "xi",
        "zeta",
    ]
)
"""All of these were set without an error by MathJax 3.2 with its packages base, ams and boldsymbol."""
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
        assert macros(formula) <= KNOWN and "<" not in formula and ">" not in formula
        assert formula.count("\\begin{aligned}") == formula.count("\\end{aligned}")
        assert formula.count("{") - formula.count(r"\{") == formula.count("}") - formula.count(r"\}")
        assert formula.count("\\left") == formula.count("\\right") and "|" not in formula
    assert "$" not in INLINE.sub("", FENCED.sub("", text)).replace("\\$", "")


def macros(formula: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", formula))


def test_all_that_may_be_written_is_known() -> None:
    accents = [f"\\{name}" for pair in ACCENTS.values() for name in pair]
    tables = [*SYMBOLS.values(), *OPERATORS.values(), *NAMED.values(), *FENCES.values(), *accents]
    assert macros(allowed(" ".join(tables))) <= KNOWN


def pieces(text: str) -> tuple[list[str], list[str], set[str]]:
    """(the formulas in lines, those in displays, the kinds of marks) that a reader of Markdown finds."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [(token.children or [], n) for token in tokens for n in range(len(token.children or []))]
    inline = [
        on[n].content for on, n in inner
        if on[n].type == "code_inline" and on[n - 1].content[-1:] == "$" == on[n + 1].content[:1]
    ]  # fmt: skip
    return inline, [t.content for t in tokens if t.info == "math"], {on[n].type for on, n in inner}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_no_mark_is_met_in_mathematics(path: Path) -> None:
    text = (derived(path) if path in NETWORKS else answers(path)).markdown()
    inline, displays, kinds = pieces(text)
    assert inline == INLINE.findall(FENCED.sub("", text)) and kinds <= {"text", "code_inline", "softbreak"}
    assert [formula.strip() for formula in displays] == FENCED.findall(text)
    assert not re.search(r"[\w-]\$`", text), "GitHub sees no formula after a letter or a hyphen"


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (r"a\textasciicircum{}b", r"\mathop{\mathrm{a\text{^}b}}"),
        ("a$<$b", r"\mathop{\mathrm{a\lt b}}"),
        (r"a\$b", r"\mathop{\mathrm{a'b}}"),
        ("{a_{b_{c}}}", r"\mathrm{{a_{b_{c}}}}"),
    ],
)
def test_letters_of_names_that_are_marks(name: str, shown: str) -> None:
    assert allowed(f"\\operatorname{{{name}}}") == shown
