"""Hints: wrong lines of the five documents, and lines of the problems with a mistake planted, are mended again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import derive
from derive.check.judge import Judge, readings_of
from derive.check.mistakes import Hint, mend
from derive.check.own import Own
from derive.check.points import settings
from derive.check.symbols import Symbols
from derive.derivation import Derivation
from derive.pipeline import derive_network
from derive.render.json import to_dict
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Node, Relation
from derive.typeset.style import Style

PROBLEMS = Path(__file__).parent.parent.parent / "problems"


@cache
def derivation(problem: str) -> Derivation:
    network = derive.load(PROBLEMS / f"{problem}.yaml").declared
    return derive_network(network, [t.name for t in network.tensors.values() if t.role not in ("class", "constant")])


def judge(problem: str, ones: str = "") -> Judge:
    """ones: an output whose bar is taken to be 1."""
    found = derivation(problem)
    symbols, points = Symbols(found), settings(found)
    if ones:
        own = Own(found, symbols, points)
        own.choose(found.network.tensors[ones])
        points = tuple(own.judge.settings)
    return Judge(points, symbols)


def sides(tex: str) -> tuple[Node, Node]:
    line = read(tex)[0]
    assert isinstance(line, Relation)
    return line.sides[0], line.sides[-1]


def hint(problem: str, tex: str, ones: str = "") -> Hint | None:
    """The hint for a wrong line; its mended line is right, read from what was written."""
    judging = judge(problem, ones)
    left, right = sides(tex)
    outcome = judging.judged(left, right)
    assert outcome.answer == "wrong"
    found = mend(judging, left, right, outcome.reading)
    if found is not None:
        again = sides(f"{left.tex} = {found.tex}")
        assert judging.agrees(*again, outcome.reading).answer == "right"
    return found


DOCUMENTS = [
    ("residual", r"\bar{h}_i = \bar{R}r_i + \sum_k y_k w_{ik}^{(2)}",
     "put a bar on y and swap ik → ki", r"\bar{R}r_i + \sum_k \bar{y}_k w_{ki}^{(2)}"),
    ("residual", r"\bar{x}_i = \bar{y}_i + \sum_k \bar{z}_k w_{ik}^{(1)}",
     "swap ik → ki", r"\bar{y}_i + \sum_k \bar{z}_k w_{ki}^{(1)}"),
    ("residual", r"\frac{\partial S}{\partial x} = \frac{\partial S}{\partial y} \frac{\partial y}{\partial h} "
                 r"\frac{\partial h}{\partial z} \frac{\partial z}{\partial x}",
     "the path through y is missing: + ∂S/∂y ∂y/∂x",
     r"\frac{\partial S}{\partial y} \frac{\partial y}{\partial h} \frac{\partial h}{\partial z} "
     r"\frac{\partial z}{\partial x} + \frac{\partial S}{\partial y} \frac{\partial y}{\partial x}"),
    ("residual_block", r"\bar{\mathbf{h}} = \mathbf{1} + \mathbf{V}\phi'(\mathbf{r})",
     "transpose V", r"\mathbf{1} + \mathbf{V}^T \phi'(\mathbf{r})"),
    ("residual_block", r"\bar{\mathbf{z}} = \phi'(\mathbf{z}) + \mathbf{V}\phi'(\mathbf{r}) \cdot \phi'(\mathbf{z})",
     "transpose V", r"\phi'(\mathbf{z}) + \mathbf{V}^T \phi'(\mathbf{r}) \cdot \phi'(\mathbf{z})"),
    ("residual_block", r"\bar{\mathbf{V}} = \mathbf{h} \bar{\mathbf{r}}^T",
     "the other order: r̄ hᵀ", r"\bar{\mathbf{r}} \mathbf{h}^T"),
    ("gated_softmax", r"\overline{g}_{2} = \left(W^{(2)}\right)^{T} \overline{y}",
     "W⁽³⁾, not W⁽²⁾", r"(W^{(3)})^T \overline{y}"),
    ("gated_softmax", r"\overline{x} = W^{(1)}\overline{z_1} + W^{(2)}\overline{z_2}",
     "transpose W⁽¹⁾ and transpose W⁽²⁾ and the path through y is missing: + W⁽⁴⁾ᵀ ȳ",
     r"W^{(1)T} \overline{z_1} + W^{(2)T} \overline{z_2} + W^{(4)T} \overline{y}"),
    ("gated_softmax", r"\overline{Z}_{2} = \sigma(Z_{2}) \odot \overline{g}_{1}",
     "σ′, not σ", r"\sigma'(Z_{2}) \odot \overline{g}_{1}"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "tex", "words", "mended"), DOCUMENTS, ids=lambda text: str(text)[:40])
def test_the_documents_wrong_lines_are_mended(problem: str, tex: str, words: str, mended: str) -> None:
    found = hint(problem, tex, "y" if problem == "residual_block" else "")
    assert found is not None
    assert (found.words, found.tex) == (words, mended)


KINDS = [
    ("residual", r"\bar x = W_1^\top \bar z - \bar y", "the sign of ȳ", r"W_1^\top \bar z + \bar y"),
    ("residual", r"\bar z = \bar h \sigma'(z)", "∘ instead of a product", r"\bar h \circ \sigma'(z)"),
    ("residual", r"\bar z = \bar h", "the factor σ′(z) is missing", r"\bar h \circ \sigma'(z)"),
    ("residual", r"\bar x = \bar z^T W_1 + \bar y^T", "transpose all of it", r"(\bar z^T W_1 + \bar y^T)^T"),
    ("residual", r"\bar z_j = \sum_j \bar h_j \sigma'(z_j)", "this sums over j what it must keep",
     r"\bar h_j \sigma'(z_j)"),
    ("residual", r"S = \sum_i (y_i - s_i)^2", "the factor 1/2 is missing", r"\frac{1}{2} \sum_i (y_i - s_i)^2"),
    ("residual", r"\bar x = W_1^T \bar z + \bar y + \bar y", "ȳ is counted twice", r"W_1^T \bar z + \bar y"),
    ("residual", r"\nabla_x E = W_1^\top z + \nabla_y E", "put a bar on z", r"W_1^\top \nabla_z E + \nabla_y E"),
    ("residual", r"\partial E/\partial x = W_1^\top \bar z", "the path through y is missing: + ∂E/∂y",
     r"W_1^\top \bar z + \frac{\partial E}{\partial y}"),
    ("rnn", r"\bar h^{(t)} = W^T \bar a^{(t)} + V^T \bar o^{(t)}", "t + 1, not t, on ā",
     r"W^T \bar{a}^{(t + 1)} + V^T \bar o^{(t)}"),
    ("affine_batch", r"\frac{\partial L}{\partial b} = \mathbf{1} \frac{\partial L}{\partial Z}", "transpose 1",
     r"\mathbf{1}^T \frac{\partial L}{\partial Z}"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "tex", "words", "mended"), KINDS, ids=lambda text: str(text)[:40])
def test_each_kind_in_words_and_in_the_writers_hand(problem: str, tex: str, words: str, mended: str) -> None:
    found = hint(problem, tex)
    assert found is not None
    assert (found.words, found.tex) == (words, mended)


def test_a_line_that_says_itself_is_no_hint() -> None:
    found = hint("residual", r"\bar y = y")
    assert found is None or r"\bar{y}" not in found.tex


def test_equal_input_gives_equal_hints() -> None:
    tex = r"\bar{\mathbf{x}} = \mathbf{W}^{(1)} \mathbf{z} - \mathbf{y}"
    assert len({found.tex for _ in range(3) if (found := hint("residual", tex)) is not None}) == 1


Slip = Callable[[random.Random, str], str]


def slip(pattern: str, new: str) -> Slip:
    """A mistake as a change of the LaTeX, at a random place where the pattern fits."""

    def made(rng: random.Random, tex: str) -> str:
        met = list(re.finditer(pattern, tex))
        if not met:
            return tex
        one = rng.choice(met)
        return tex[: one.start()] + one.expand(new) + tex[one.end() :]

    return made


SLIPS: dict[str, Slip] = {
    "a bar lost": slip(r"\\bar\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1"),
    "a bar too many": slip(r"(?<!\{)(\\mathbf\{\w\})", r"\\bar{\1}"),
    "a transpose lost": slip(r"\^T|(?<=\))T(?=\})", ""),
    "a transpose too many": slip(r"(\\mathbf\{[A-Z]\})(?![}^_])", r"\1^T"),
    "indices swapped": slip(r"(?<=_\{)([a-z])([a-z])(?=\})", r"\2\1"),
    "a sign": slip(r" \+ ", " - "),
    "another sign": slip(r" - ", " + "),
    "a prime lost": slip(r"'(?=\()", ""),
    "a product for ∘": slip(r" \\circ ", " "),
    "another layer": slip(r"\(1\)", "(2)"),
    "a sum lost": slip(r"\\sum_(?:\{[^{}]*\}|\w)(?:\^(?:\{[^{}]*\}|\w))? ?", ""),
    "a factor 2": slip(r"^", "2 "),
    "a range": slip(r"=1\}", "=2}"),
    "a term lost": slip(r" [+-] [^+-]*$", ""),
}


@cache
def right_lines(problem: str) -> list[str]:
    """A problem's own lines, in bars and in ∂'s."""
    found = derivation(problem)
    data = [to_dict(found, Style(notation=notation)) for notation in ("bar", "partial")]
    lines = [line[form] for one in data for line in one["backward"] for form in ("scalar", "vector") if line[form]]
    return [line["latex"].split(r",\quad")[0].strip() for line in lines if line["latex"].count(" = ") == 1]


def planted(rng: random.Random, problem: str, count: int) -> tuple[str, Judge, Node, Node] | None:
    """A line with mistakes in it, if these make it wrong."""
    left, right = rng.choice(right_lines(problem)).split(" = ")
    for name in rng.sample(sorted(SLIPS), count):
        after = SLIPS[name](rng, right)
        if after == right:
            return None
        right = after
    try:
        line = sides(f"{left} = {right}")
    except (Unreadable, AssertionError):
        return None
    judging = judge(problem)
    outcome = judging.judged(*line, readings_of(*line)[:1])
    return (f"{left} = {right}", judging, *line) if outcome.answer == "wrong" else None


@pytest.mark.parametrize(("count", "wanted", "least"), [(1, 60, 0.95), (2, 40, 0.8)])
def test_planted_mistakes_are_mended(count: int, wanted: int, least: float) -> None:
    rng = random.Random(count)
    problems = ("residual", "gated_softmax", "mlp", "attention", "layer_norm", "rnn", "affine_batch", "residual_block")
    tried, failed = 0, []
    while tried < wanted:
        made = planted(rng, rng.choice(problems), count)
        if made is not None:
            tried += 1
            tex, judging, left, right = made
            if mend(judging, left, right, readings_of(left, right)[0]) is None:
                failed.append(tex)
    assert len(failed) <= (1 - least) * wanted, failed
