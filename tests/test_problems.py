"""Each problem's derivation, byte for byte as in tests/golden, and its key lines as people write them.

The golden files were read line by line. After a change that is meant:

    python -m tests.golden --write      writes them again; read the difference before it is committed

Of the worst disagreement in the terminal only the words are compared: its digits are a machine's own.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import derive
from tests.golden import FOLDER, PROBLEMS, printed

KEY_LINES = {
    "residual": r"""
        \bar{h}_j &= \bar{\mathcal{R}} \frac{\partial \mathcal{R}}{\partial h_j} + \sum_{i=1}^N \bar{y}_i \frac{\partial y_i}{\partial h_j} = r_j + \sum_{i=1}^N \bar{y}_i w_{ij}^{(2)}
        \bar{\mathbf{y}} &= \mathbf{y} - \mathbf{s}
        \bar{\mathbf{h}} &= \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}
        \bar{\mathbf{z}} &= \bar{\mathbf{h}} \circ \sigma'(\mathbf{z})
        \bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{z}} + \bar{\mathbf{y}}
        """,  # noqa: E501
    "staged": r"""
        g &= x + y\qquad[3]
        f &= g z\qquad[-12]
        \bar{f} &= 1
        \bar{g} &= \bar{f} \frac{\partial f}{\partial g} = z\qquad[-4]
        \bar{z} &= \bar{f} \frac{\partial f}{\partial z} = g\qquad[3]
        \bar{x} &= \bar{g} \frac{\partial g}{\partial x} = \bar{g}\qquad[-4]
        \bar{y} &= \bar{g} \frac{\partial g}{\partial y} = \bar{g}\qquad[-4]
        """,
    "chain_rule": r"""
        \bar{x}_i &= \bar{f} \frac{\partial f}{\partial x_i}
        \bar{w} &= \sum_{i=1}^n \bar{f} \frac{\partial f}{\partial x_i} g_i'(w)
        """,
    "affine_batch": r"""
        \mathbf{Z} &= \mathbf{X} \mathbf{W} + \mathbf{1} \mathbf{b}
        \bar{\mathbf{W}} &= \mathbf{X}^T \bar{\mathbf{Z}}
        \bar{\mathbf{b}} &= \mathbf{1}^T \bar{\mathbf{Z}}
        """,
    "residual_block": r"""
        \bar{\mathbf{V}} &= \bar{\mathbf{r}} \mathbf{h}^T
        \bar{\mathbf{h}} &= \mathbf{V}^T \bar{\mathbf{r}} + \bar{\mathbf{y}}
        \bar{\mathbf{x}} &= \mathbf{W}^T \bar{\mathbf{z}} + \bar{\mathbf{h}}
        """,
    "gated_softmax": r"""
        \bar{y}'_k &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y'_k} = -\frac{[k = t]}{y'_t}
        \bar{y}_k &= \sum_{l=1}^K \bar{y}'_l \frac{\partial y'_l}{\partial y_k} = y'_k \left( \bar{y}'_k - \sum_{l=1}^K \bar{y}'_l y'_l \right) = y'_k - [k = t]
        \bar{\mathbf{y}}' &= -\frac{\mathbf{e}_t}{y'_t}
        \bar{\mathbf{y}} &= \mathbf{y}' - \mathbf{e}_t
        \bar{\mathbf{g}}_2 &= \mathbf{W}^{(3)T} \bar{\mathbf{y}}
        \bar{\mathbf{x}} &= \mathbf{W}^{(1)T} \bar{\mathbf{z}}_1 + \mathbf{W}^{(2)T} \bar{\mathbf{z}}_2 + \mathbf{W}^{(4)T} \bar{\mathbf{y}}
        """,  # noqa: E501
    "softmax_batch": r"""
        \bar{\mathbf{S}} &= \frac{\mathbf{P} - \mathbf{Y}}{N}
        \bar{\mathbf{W}} &= \mathbf{X}^T \bar{\mathbf{S}} + \lambda \mathbf{W}
        """,
    "mlp": r"""
        \bar{\mathbf{y}} &= \mathbf{y} - \mathbf{t}
        \bar{\mathbf{W}}^{(3)} &= \bar{\mathbf{y}} \mathbf{h}_2^T
        \bar{\mathbf{z}}_2 &= \bar{\mathbf{h}}_2 \circ (\mathbf{1} - \mathbf{h}_2 \circ \mathbf{h}_2)
        """,
}
KEPT = r"""
    \bar{\mathcal{S}} &= \bar{\mathcal{J}} \frac{\partial \mathcal{J}}{\partial \mathcal{S}} = -\bar{\mathcal{J}}
    \bar{y}'_k &= \bar{\mathcal{S}} \frac{\partial \mathcal{S}}{\partial y'_k} = -\frac{\bar{\mathcal{J}} [k = t]}{y'_t}
    \bar{\mathbf{y}} &= \bar{\mathcal{J}} (\mathbf{y}' - \mathbf{e}_t)
    """


@cache
def golden(problem: Path) -> dict[str, str]:
    return printed(problem)


def derived(name: str, **options: bool) -> derive.Derivation:
    return derive.load(next(p for p in PROBLEMS if p.stem == name)).derive(**options)


def written(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def shown(latex: str) -> list[str]:
    return [re.sub(r" *\\\\$", "", line) for line in latex.splitlines()]


@pytest.mark.parametrize("suffix", ["tex", "txt"])
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda path: path.stem)
def test_golden(problem: Path, suffix: str) -> None:
    name = f"{problem.stem}.{suffix}"
    assert golden(problem)[name] == (FOLDER / name).read_bytes().decode()


def test_every_golden_file_has_its_problem() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in (".tex", ".txt")}
    assert files == {f"{problem.stem}.{suffix}" for problem in PROBLEMS for suffix in ("tex", "txt")}
    assert set(KEY_LINES) == {problem.stem for problem in PROBLEMS}


@pytest.mark.parametrize("name", KEY_LINES)
def test_key_lines(name: str) -> None:
    lines = shown(derived(name).latex(fragment=True))
    for line in written(KEY_LINES[name]):
        assert line in lines


def test_the_cost_s_bar_stays_in_front_where_it_is_kept() -> None:
    lines = shown(derived("gated_softmax", keep_cost_bars=True).latex(fragment=True))
    for line in written(KEPT):
        assert line in lines
    kept = shown(derived("residual", keep_cost_bars=True).latex(fragment=True))
    assert r"\bar{\mathbf{h}} &= \bar{\mathcal{R}} \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}" in kept


def test_x_has_three_paths() -> None:
    """Document 004 lost the one through y and two transposes."""
    chain = next(line for line in derived("gated_softmax").data.backward if line.tensor.name == "x").steps[0]
    assert chain.rule == "chain" and len(chain.right.terms) == 3


def test_backward_goes_from_the_cost_on() -> None:
    order = [line.tensor.name for line in derived("residual").data.backward]
    assert order == ["E", "R", "S", "y", "h", "z", "x"]
