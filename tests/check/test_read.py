"""LaTeX and Unicode into trees: what is printed is what is read; what cannot be read is refused with its place."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from derive.syntax.commands import commands
from derive.syntax.extract import formulas
from derive.syntax.read import Unreadable, read, statements
from derive.syntax.tree import (
    Big,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Number,
    Relation,
    Scripted,
    Sum,
    Times,
    Words,
    children,
)
from tests.check.shapes import shape
from tests.problem_files import NETWORKS, asks

GOLDEN = Path(__file__).parents[1] / "golden"

SAME = [
    (r"\bar h_j", r"\bar{h}_j", r"\bar{h_j}", r"{\bar h}_{j}", "h̄_j"),
    (r"\mathbf{W}^{(2)T}", r"\mathbf W^{(2)T}", r"\bm{W}^{(2) T}", "𝐖⁽²⁾ᵀ"),
    (r"\mathbf{r^Th}", r"\mathbf{r}^T\mathbf{h}", r"{\bf r}^T \mathbf h"),
    (r"\sigma'(z)", r"\sigma^{\prime}(z)", r"\sigma^\prime\left(z\right)", r"\sigma'\!\bigl(z\bigr)", "σ′(z)"),
    (r"\sum_{i=1}^N x_i", r"\sum\limits_{i = 1}^{N} x_{i}", r"\displaystyle\sum^N_{i=1}x_i", "Σ_{i=1}^N x_i"),
    (r"\frac12 x", r"\tfrac{1}{2}x", r"{1 \over 2} x", "½ x"),
    (r"a \circ b", "a ∘ b"),
    (r"\|x\|^2", r"||x||^2", r"\lVert x \rVert^{2}", r"\left\| x \right\|^2", "‖x‖²"),
    (r"\operatorname{softmax}(z)", r"\mathrm{softmax}(z)", r"\text{softmax}(z)", "softmax(z)"),
    (r"x \le y", r"x \leq y", "x ≤ y"),
    (r"150{,}528", "150,528", r"150\,528"),
    (r"\arg\max_k p_k", r"\operatorname*{arg\,max}_k p_k", r"\underset{k}{\operatorname{argmax}} p_k"),
    (r"y = \color{red} x", r"y = \textcolor{blue}{x} \tag{1}", r"y = \boxed{x} \label{e} \nonumber", "y = x."),
]


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_of_one_formula(spellings: tuple[str, ...]) -> None:
    """A transpose inside of a bold group is bold as well; besides that the trees are the same."""
    shapes = {str(shape(read(tex))).replace("'T', 'bold'", "'T', 'italic'") for tex in spellings}
    assert len(shapes) == 1, shapes


def one(tex: str) -> Relation:
    (node,) = read(tex)
    assert isinstance(node, Relation)
    return node


def test_a_name_keeps_all_that_hangs_on_it() -> None:
    (name,) = read(r"\bar{\mathbf{W}}^{(2)T}_{ij}{}'")
    assert isinstance(name, (Name, Scripted))
    (name,) = read(r"\hat{\bar{\mathbf{W}}}'^{(2)T}_{i,j}")
    assert isinstance(name, Name)
    assert (name.base, name.face, name.spelled) == ("W", "bold", r"\mathbf{W}")
    assert name.accents == ("\\bar", "\\hat") and name.primes == 1 and len(name.subs) == 2
    (above,) = name.sups
    assert isinstance(above, Times) and isinstance(above.factors[0], Fenced)


def test_nothing_of_an_empty_group_is_lost() -> None:
    (product,) = read(r"W^{(1)}{}^{T} \bar z")
    assert isinstance(product, Times) and isinstance(product.factors[0], Scripted)
    with pytest.raises(Unreadable):
        read("{}_i x")


def test_sums_take_the_product_that_follows() -> None:
    line = one(r"L = -\sum_n \sum_k t_{nk} \log y_{nk} + b")
    total = line.sides[1]
    assert isinstance(total, Sum) and total.signs == ("-", "+")
    outer = total.terms[0]
    assert isinstance(outer, Big) and isinstance(outer.body, Big) and isinstance(outer.body.body, Times)


def test_derivatives_are_fractions_or_flat_products() -> None:
    line = one(r"\frac{\partial J}{\partial x} = \partial J/\partial x")
    assert isinstance(line.sides[0], Fraction) and isinstance(line.sides[1], Times)
    assert line.sides[1].joins == ("", "/", "")


def test_cases_are_values_and_conditions() -> None:
    line = one(r"f = \begin{cases} 1, \text{ if } x \neq 0 \\ 0, & \text{otherwise} \end{cases}")
    grid = line.sides[1]
    assert isinstance(grid, Grid) and [len(row) for row in grid.rows] == [2, 2]
    assert isinstance(grid.rows[0][1], Times) and isinstance(grid.rows[1][1], Words)


def test_bars() -> None:
    (product,) = read(r"|x| \|y\| + \left| \frac{a}{b} \right| + \frac{dy}{dx}|_{x=0} + p(y|x)")
    assert isinstance(product, Sum)
    assert [type(term).__name__ for term in product.terms] == ["Times", "Fenced", "Scripted", "Times"]


def test_numbers_and_scripts_of_one_token() -> None:
    (product,) = read(r"x^23 + [100,200]")
    assert isinstance(product, Sum) and isinstance(product.terms[0], Times)
    fence = product.terms[1]
    assert isinstance(fence, Fenced) and isinstance(fence.body, List) and len(fence.body.items) == 2


def test_words_of_the_caller() -> None:
    (product,) = read("input_1")
    assert isinstance(product, Times) and len(product.factors) == 5
    (name,) = read("input_1", frozenset(["input"]))
    assert isinstance(name, Name) and name.base == "input" and isinstance(name.subs[0], Number)


STATEMENTS = {
    r"a = b, \quad c = d": 2,
    r"a = b \qquad c = d": 2,
    r"a = b, \text{ where } c = d \text{ and } e = f": 3,
    r"\therefore a = b \Rightarrow c = d \implies e = f": 3,
    r"=) a = b, c = d": 2,
    r"\begin{aligned} a &= b \\ &= c \\ d &= e \end{aligned}": 2,
    r"a = b = c": 1,
    r"x, y = 1": 1,
    r"f(a, b) = [a, b]": 1,
    r"a = b, \text{if } k = t": 1,
    r"a = b, \quad t = 1, \dots, T": 1,
    r"a_i = b, \forall i": 1,
    r"a = b \quad \text{for } t = 1, \dots, T": 1,
    r"a \quad = \quad b": 1,
}


@pytest.mark.parametrize("tex", STATEMENTS)
def test_statements(tex: str) -> None:
    assert len(read(tex)) == STATEMENTS[tex]


def test_conditions_stand_beside() -> None:
    (said,) = statements(r"\bar h_t = W \bar a, \quad t = 0, \dots, T - 1")
    (condition,) = said.conditions
    assert isinstance(condition, Relation) and isinstance(condition.sides[1], List)
    (said,) = statements("x̄ = y for t = 1..T", mode="plain")
    assert [type(c) for c in said.conditions] == [Words, Relation]


def test_a_row_that_goes_on_has_no_left_side() -> None:
    line = one("= a + b")
    assert line.sides[0].tex == "" and line.relations == ("=",)


REFUSED = {
    r"y = \sgima(x)": ("`\\sgima` is unknown", 4, "\\sigma"),
    r"\foo{x} = 1": ("`\\foo` is unknown", 0, ""),
    "(a + b = 2": ("`(` is never closed", 0, "close"),
    "a + b) = 2": ("`)` closes nothing", 5, "remove"),
    r"\frac{a}{} = 1": ("empty argument", 0, ""),
    "a = ": ("nothing stands after `=`", 2, ""),
    "x_i_j": ("second subscript", 3, ""),
    "a \x07 b": ("bell (U+0007)", 2, "remove"),
    "a \u202e b": ("right-to-left override", 2, "remove"),
    "х = 1": ("cyrillic small letter ha", 0, "`x`"),
    r"x \pm 1": ("`\\pm` is not read", 2, ""),
    r"\begin{pmatrix} a \end{bmatrix}": ("closed as `bmatrix`", 18, "pmatrix"),
    r"\begin{foo} a \end{foo}": ("`foo` is unknown", 0, ""),
    "{" * 5000: ("deeper than 100 levels", 101, ""),
    r"\sqrt" * 3000: ("deeper than 100 levels", None, ""),
    "x" * 20_001: ("20,001 characters", 0, ""),
    "": ("no formula", 0, ""),
}


@pytest.mark.parametrize("tex", REFUSED, ids=range(len(REFUSED)))
def test_refused_with_place_and_suggestion(tex: str) -> None:
    message, at, suggestion = REFUSED[tex]
    with pytest.raises(Unreadable) as caught:
        read(tex)
    assert message in caught.value.message and suggestion in caught.value.suggestion
    assert at is None or caught.value.at == at


def test_every_command_in_a_table_is_known() -> None:
    for name in sorted(commands()):
        try:
            read(f"\\{name}{{x}}{{y}} = z")
        except Unreadable as refused:
            assert not refused.message.startswith("the command"), name


HARD = [
    "|x",
    "a|",
    "+x",
    "a,",
    "\\\\",
    "xy",
    "a=b\\quad ",
    "a\\cdot-",
    "\\sum_i",
    "softmax",
    "x_{",
    "(",
    "\\text{if}",
    "&",
]


@pytest.mark.parametrize("piece", HARD)
def test_long_formulas_take_linear_time(piece: str) -> None:
    start = time.perf_counter()
    try:
        read(piece * (19_000 // len(piece)) + "x")
    except Unreadable as refused:
        assert refused.message
    assert time.perf_counter() - start < 3


def test_all_lines_of_the_goldens_are_read() -> None:
    derivations = [GOLDEN / f"{path.stem}{end}" for path in NETWORKS for end in (".tex", ".txt") if not asks(path)]
    assert len(derivations) >= 50
    for path in derivations:
        for formula in formulas(path.read_text(encoding="utf-8"), path.suffix):
            for node in read(formula.source, mode=formula.mode):
                _slices(formula.source, node)


def _slices(source: str, node: object) -> None:
    """Every node's LaTeX is what stands at its place."""
    todo = [node]
    while todo:
        one = todo.pop()
        tex, at = one.tex, one.at  # type: ignore[attr-defined]
        assert not tex or source[at : at + len(tex)] == tex
        todo += children(one)  # type: ignore[arg-type]


BITS = [
    *"{}()[]^_'|&,=+-$:;.%\\",
    "\\\\",
    "\\left",
    "\\text{if }",
    "\\begin{cases}",
    "\\over",
    "\x00",
    "ᵀ",
    "½",
    "√",
    "Σ",
]


@pytest.mark.parametrize("seed", range(10))
def test_mutated_lines_are_read_or_refused(seed: int) -> None:
    random = Random(seed)
    lines = [f.source for path in sorted(GOLDEN.glob("*.tex"))[:6] for f in formulas(path.read_text(), ".tex")]
    names = sorted(commands())
    for _ in range(100):
        tex = random.choice(lines)
        for _ in range(random.randint(1, 4)):
            at = random.randint(0, len(tex))
            extra = random.choice([random.choice(BITS), "\\" + random.choice(names) + "{", ""])
            tex = tex[:at] + extra + tex[at + (not extra) * random.randint(1, 3) :]
        try:
            for node in read(tex):
                _slices(tex, node)
        except Unreadable as refused:
            assert 0 <= refused.at <= len(tex) and refused.message


def test_a_line_over_a_name_of_several_letters_in_a_terminal() -> None:
    """e̅l̅l̅ is ell with a bar; x̄ȳ stays a product."""
    (name,) = read("e\u0305l\u0305l\u0305")
    assert isinstance(name, Name) and (name.base, name.accents) == ("ell", ("\\overline",))
    (product,) = read("x\u0304y\u0304")
    assert isinstance(product, Times)
