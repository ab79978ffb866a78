"""Typst: every problem compiles, nothing is wider than the page, text stays text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from derive.document import (
    Blank,
    Chain,
    Code,
    Display,
    Document,
    Fenced,
    Heading,
    Items,
    Operator,
    Prose,
    Row,
    Script,
    Table,
    row,
)
from derive.document import Symbol as S
from derive.render.typst import body
from derive.render.typst import typst as rendered
from derive.render.typst_math import math
from derive.typeset.style import Notation, Product, Style
from tests.problem_files import FILES, FOLDER, derived, has_equations

compiler = pytest.importorskip("typst", reason="there is no Typst")

ASKED = ("layer_counts", "alexnet", "symmetry", "bottleneck")
"""Files without equations whose questions are answered quickly."""
SHOWN = [path for path in FILES if has_equations(path) or path.stem in ASKED]
MEASURED = """
#show math.equation.where(block: true): it => layout(size => {
  if measure(it).width > size.width + 1pt { [#metadata(repr(it)) <wide>] }
  it
})
"""


def document(path: Path, style: Style | None = None) -> Document:
    import derive

    return derived(path).document(style) if has_equations(path) else derive.load(path).answers().document(style)


def compiled(source: str) -> bytes:
    return bytes(compiler.compile(source.encode(), ignore_system_fonts=True))


def wide(source: str) -> list[object]:
    """The displays that are wider than the text."""
    found = compiler.query((MEASURED + source).encode(), "<wide>", ignore_system_fonts=True)
    return list(json.loads(found))


@pytest.mark.parametrize("path", SHOWN, ids=lambda p: p.stem)
def test_every_problem_is_set_within_the_page(path: Path) -> None:
    source = rendered(document(path))
    first = compiled(source)
    assert first == compiled(source) and first.startswith(b"%PDF") and b"CreationDate" not in first
    assert wide(source) == []


@pytest.mark.parametrize("name", ["residual", "lstm", "softmax_batch"])
def test_every_notation_compiles(name: str) -> None:
    for notation in get_args(Notation):
        for product in get_args(Product):
            compiled(rendered(document(FOLDER / f"{name}.yaml", Style(notation, product))))


def test_a_wide_display_is_seen() -> None:
    assert wide("$ " + "x + " * 100 + "x $") != []


def test_text_stays_text() -> None:
    """All of ASCII in every place: nothing runs, nothing is a mark."""
    ascii_ = "".join(map(chr, range(32, 127))) + ' #panic("ran") \\u{41} */ // <label> @ref 1. = - + / $x$ ```a``` ]['
    box = row(S(ascii_), S(ascii_, "upright"), S(ascii_, "bold"), S(ascii_, "script"), Operator(ascii_, "binary"))
    blocks = (
        Heading(ascii_, 2), Prose((ascii_, box, ascii_)), Prose(("1. no list",)), Items(((ascii_,), ("- x",))),
        Table(((ascii_,), (box,)), (((ascii_,), (box, "]")),)), Code(ascii_, "python"),
        Display((Chain(box, (), words=ascii_), Chain(box, (box,), box, box))),
    )  # fmt: skip
    compiled(rendered(Document(ascii_, blocks)))


@pytest.mark.parametrize(
    ("box", "told"),
    [
        (Script(S("x"), S("i"), S("2", "upright")), "x_(i)^(2)"),
        (Script(S("f"), None, S("′", "upright")), "f'"),
        (Script(S("W", "bold"), None, Fenced(S("1", "upright"))), "upright(bold(W))^(\\( 1 \\))"),
        (S("softmax", "upright"), 'op("softmax")'),
        (S("43,264", "upright"), 'class("normal", "43,264")'),
        (Row((S("ε"), Operator("−", "plus"), S("φ"))), "ϵ − ϕ"),
        (Blank(3, 4), "attach(limits(#box(width: 4em, stroke: (bottom: 0.5pt))), b: \\(3\\))"),
    ],
)
def test_boxes(box: S, told: str) -> None:
    assert math(box) == told
    compiled(f"${told}$")


def test_long_displays_are_set_in_groups() -> None:
    """A chain's lines together, the first two chains, and the last two."""
    long, short = (
        Document("", (Display(tuple(Chain(S("x"), (S(str(n)),)) for n in range(1, many))),)) for many in (10, 9)
    )
    text = body(long)
    assert text.count("#groups(") == 1 and text.count("  ($x$, ") == 7 and text.count("$x$, $") == 9
    assert "#groups(" not in body(short)
