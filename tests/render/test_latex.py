"""LaTeX: document 000 symbol for symbol, and what pdflatex says of every document."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from derive.derivation import Derivation
from derive.document import Chain, Display, Document, Fenced, Operator, Row, Symbol, row
from derive.render.latex import escaped, latex
from derive.typeset import Style, derivation_document
from tests.render import networks

PROBLEMS = sorted(Path(__file__).parents[2].glob("problems/*.yaml"))
SCALAR = r"""
z_j &= \sum_{i=1}^{N} w_{ji}^{(1)} x_i + b_j^{(1)}
h_j &= \sigma(z_j)
\mathcal{R} &= \sum_{j=1}^{K} r_j h_j
y_i &= x_i + \sum_{j=1}^{K} w_{ij}^{(2)} h_j + b_i^{(2)}
\mathcal{S} &= \frac{1}{2} \sum_{i=1}^{N} (y_i - s_i)^2
\mathcal{E} &= \mathcal{R} + \mathcal{S}
\bar{\mathcal{E}} &= 1
\bar{\mathcal{R}} &= \bar{\mathcal{E}} \frac{\partial \mathcal{E}}{\partial \mathcal{R}} = 1
\bar{\mathcal{S}} &= \bar{\mathcal{E}} \frac{\partial \mathcal{E}}{\partial \mathcal{S}} = 1
\bar{y}_i &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y_i} = y_i - s_i
\bar{h}_j &= \bar{\mathcal{R}} \frac{\partial \mathcal{R}}{\partial h_j} + \sum_{i=1}^N \bar{y}_i \frac{\partial y_i}{\partial h_j} = r_j + \sum_{i=1}^N \bar{y}_i w_{ij}^{(2)}
\bar{z}_j &= \bar{h}_j \frac{\partial h_j}{\partial z_j} = \bar{h}_j \sigma'(z_j)
\bar{x}_i &= \sum_{j=1}^K \bar{z}_j \frac{\partial z_j}{\partial x_i} + \bar{y}_i \frac{\partial y_i}{\partial x_i} = \sum_{j=1}^K \bar{z}_j w_{ji}^{(1)} + \bar{y}_i
"""  # noqa: E501
VECTOR = r"""
\mathbf{z} &= \mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}
\mathbf{h} &= \sigma(\mathbf{z})
\mathcal{R} &= \mathbf{r}^T \mathbf{h}
\mathbf{y} &= \mathbf{x} + \mathbf{W}^{(2)}\mathbf{h} + \mathbf{b}^{(2)}
\mathcal{S} &= \frac{1}{2} \|\mathbf{y} - \mathbf{s}\|^2
\bar{\mathcal{S}} &= 1
\bar{\mathbf{y}} &= \mathbf{y} - \mathbf{s}
\bar{\mathbf{h}} &= \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}
\bar{\mathbf{z}} &= \bar{\mathbf{h}} \circ \sigma'(\mathbf{z})
\bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{z}} + \bar{\mathbf{y}}
"""


def bare(line: str) -> str:
    """Without spaces, line ends and braces around one letter."""
    return re.sub(r"\{(.)\}", r"\1", re.sub(r"\s|\\\\$", "", line))


def shown(derivation: Derivation, style: Style | None = None) -> list[str]:
    return [bare(line) for line in latex(derivation_document(derivation, style), fragment=True).splitlines()]


@pytest.mark.parametrize("line", [line for line in (SCALAR + VECTOR).splitlines() if line])
@pytest.mark.parametrize("source", ["hand", "file"])
def test_residual_is_document_000(line: str, source: str) -> None:
    by_hand = source == "hand"
    derivation = networks.residual() if by_hand else derive.load(PROBLEMS[0].parent / "residual.yaml").derive().data
    assert bare(line) in shown(derivation)


def test_one_hot_and_brackets() -> None:
    lines = shown(networks.gated_softmax())
    assert (
        bare(r"\bar{y}'_c &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y'_c} = -\frac{[c = t]}{y'_t}")
        in lines
    )
    assert bare(r"\bar{\mathbf{y}}' &= -\frac{\mathbf{e}_t}{y'_t}") in lines
    assert bare(r"\bar{\mathbf{y}} &= \mathbf{y}' - \mathbf{e}_t") in lines
    assert bare(r"\mathcal{S} &= \log y'_t") in lines


def test_functions_of_whole_vectors_and_families() -> None:
    lines = shown(networks.chain_rule())
    assert bare(r"\bar{x}_i &= \bar{F} \frac{\partial F}{\partial x_i} = \frac{\partial f}{\partial x_i}") in lines
    assert bare(r"F &= f(\mathbf{x})") in lines
    assert any(line.endswith(bare(r"\sum_{i=1}^n \bar{x}_i g_i'(w)")) for line in lines)


@pytest.mark.parametrize(
    ("notation", "wanted"),
    [
        ("partial", r"\frac{\partial \mathcal{E}}{\partial \mathbf{y}} &= \mathbf{y} - \mathbf{s}"),
        ("nabla", r"\nabla_{\mathbf{y}} \mathcal{E} &= \mathbf{y} - \mathbf{s}"),
        ("d", r"\mathrm{d}\mathbf{y} &= \mathbf{y} - \mathbf{s}"),
        ("delta", r"\boldsymbol{\delta}_{\mathbf{y}} &= \mathbf{y} - \mathbf{s}"),
    ],
)
def test_notations(notation: str, wanted: str) -> None:
    assert bare(wanted) in shown(networks.residual(), Style(notation))  # type: ignore[arg-type]


def test_entrywise_product_as_a_dot() -> None:
    assert r"\odot" in latex(derivation_document(networks.residual(), Style(product="odot")))


def test_text_is_escaped() -> None:
    assert (
        escaped("50% of {a_b} & $c# ~\\^")
        == r"50\% of \{a\_b\} \& \$c\# \textasciitilde{}\textbackslash{}\textasciicircum{}"
    )
    assert escaped("naïve σ ″") == r"naïve $\sigma$ $''$"
    assert escaped("中") == "[U+4E2D]"


def long_document() -> Document:
    """Terms and nested parentheses far wider than a page."""
    letters = [Symbol(c, "bold") for c in "abcdefghijklmnop"]
    plus = Operator("+", "plus")
    total: list[Symbol | Operator | Fenced] = []
    for n, letter in enumerate(letters):
        total += [plus, letter] if n else [letter]
        total += [Fenced(Row((letter, plus, Symbol("x"), plus, Symbol("W", "bold"))))]
    nested = Fenced(row(*total))
    chain = Chain(Symbol("y"), (row(Symbol("A"), nested, nested), nested, row(*total)))
    return Document("Long", (Display((chain,)),))


def compiled(source: str, folder: Path) -> None:
    """pdflatex without errors and overfull boxes over 1 pt."""
    (folder / "a.tex").write_text(source)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "a.tex"], cwd=folder, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", done.stdout)]
    assert max(wide, default=0.0) <= 1.0, done.stdout


ALL: list[Callable[[], Derivation]] = [
    networks.gated_softmax, networks.mixed, networks.loops, networks.every_function,
]  # fmt: skip


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_documents_compile(make: Callable[[], Derivation], tmp_path: Path) -> None:
    compiled(latex(derivation_document(make())), tmp_path)


def test_long_lines_are_broken(tmp_path: Path) -> None:
    compiled(latex(long_document()), tmp_path)
