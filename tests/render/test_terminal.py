"""Text for terminals: letters, widths, wrapping, ASCII, colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from derive.derivation import Derivation
from derive.document import Over, Row, Script, Symbol
from derive.render.plain import Paper, cells
from derive.render.terminal import terminal
from derive.typeset import derivation_document
from tests.render import networks

ALL = [networks.residual, networks.gated_softmax, networks.softmax_batch, networks.chain_rule, networks.convolution,
       networks.mixed, networks.loops, networks.every_function, networks.upstream]  # fmt: skip


def lines(derivation: Derivation, width: int = 80, **options: bool) -> list[str]:
    return [line.strip() for line in terminal(derivation_document(derivation), width, **options).splitlines()]


def test_residual() -> None:
    shown = lines(networks.residual())
    assert "h̄_j = R̄ ∂R/∂h_j + Σ_{i=1}^N ȳ_i ∂y_i/∂h_j = r_j + Σ_{i=1}^N ȳ_i w⁽²⁾_ij" in shown
    assert "h̄ = r + W⁽²⁾ᵀ ȳ" in shown
    assert "z̄ = h̄ ∘ σ′(z)" in shown
    assert "S = ½ Σ_{i=1}^N (y_i − s_i)²" in shown


def test_ascii() -> None:
    shown = lines(networks.residual(), 120, ascii=True)
    assert "hbar_j = Rbar dR/dh_j + sum_{i=1}^N ybar_i dy_i/dh_j = r_j + sum_{i=1}^N ybar_i w2_ij" in shown
    assert "hbar = r + W2^T ybar" in shown
    assert "zbar = hbar .* sigma'(z)" in shown


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(make: Callable[[], Derivation], ascii: bool, width: int) -> None:
    text = terminal(derivation_document(make()), width, ascii=ascii)
    assert all(cells(line) <= width for line in text.splitlines())
    assert not ascii or text.isascii()


def test_continued_lines_stand_after_the_relation() -> None:
    text = terminal(derivation_document(networks.residual()), 50).splitlines()
    n = next(n for n, line in enumerate(text) if line.strip().startswith("h̄_j ="))
    assert text[n + 1].index("=") == text[n].replace("h̄", "h").index("=")
    assert text[n + 1].strip() == "= r_j + Σ_{i=1}^N ȳ_i w⁽²⁾_ij"


def test_colour_adds_only_escapes() -> None:
    document = derivation_document(networks.gated_softmax())
    coloured = terminal(document, 80, colour=True)
    assert "\x1b[1mx̄\x1b[22m" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == terminal(document, 80)


def test_marks_over_letters_take_no_room() -> None:
    assert cells("h̄_j") == 3
    assert cells("ȳ") == cells("ȳ") == 1
    assert cells("中文") == 4
    assert cells("\x1b[1mx\x1b[22m") == 1


def test_a_bar_over_a_printed_name_is_one_line() -> None:
    name = Row((Symbol("log", "upright"), Script(Symbol("σ"), None, Symbol("2", "upright"))))
    assert Paper().math(Over(name, "bar")) == "".join(f"{letter}\u0305" for letter in "logσ²")
    assert Paper().math(Over(Symbol("x"), "bar")) == "x\u0304"
