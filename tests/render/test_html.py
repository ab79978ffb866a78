"""HTML and MathML: well formed, every text of the user escaped, the boxes as browsers expect them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from derive.document import (
    JUXTAPOSED,
    Chain,
    Code,
    Display,
    Document,
    Fenced,
    Fraction,
    Heading,
    Items,
    Math,
    Operator,
    Over,
    Prose,
    Raw,
    Script,
    Symbol,
    Table,
    row,
)
from derive.render.html import STYLE, fragment
from derive.render.mathml import mathml

NASTY = "</script><b>&\"'"
X, LETTER = Symbol("x"), Symbol("i")


@pytest.mark.parametrize(
    ("box", "written"),
    [
        (Script(X, LETTER), "<math><msub><mi>x</mi><mi>i</mi></msub></math>"),
        (Symbol("W", "bold"), "<math><mi>𝐖</mi></math>"),
        (Symbol("h"), "<math><mi>h</mi></math>"),
        (Symbol("12", "upright"), "<math><mn>12</mn></math>"),
        (row(X, JUXTAPOSED, LETTER), "<math><mi>x</mi><mo>\u2062</mo><mi>i</mi></math>"),
        (row(Operator("−", "unary"), X), '<math><mo form="prefix">−</mo><mi>x</mi></math>'),
        (Over(X, "bar"), '<math><mover accent="true"><mi>x</mi><mo stretchy="false">¯</mo></mover></math>'),
        (Fraction(X, LETTER), "<math><mfrac><mi>x</mi><mi>i</mi></mfrac></math>"),
    ],
)
def test_boxes(box: Math, written: str) -> None:
    assert mathml(box) == written


def test_all_text_is_escaped_and_the_fragment_is_well_formed() -> None:
    nasty = Symbol(NASTY)
    chain = Chain(nasty, (row(nasty, Operator("+", "plus"), Fenced(Raw(NASTY, NASTY))),), nasty, nasty)
    table = Table(((NASTY,),), (((nasty,),),))
    blocks = (
        Heading(NASTY, 2),
        Prose((NASTY, nasty)),
        Items(((NASTY,),)),
        Display((chain,)),
        table,
        Code(NASTY, NASTY),
    )
    text = fragment(Document(NASTY, blocks))
    assert "<b>" not in text and "</script" not in text
    ElementTree.fromstring(text)


def test_long_lines_come_in_pieces_that_a_browser_may_break() -> None:
    plus = Operator("+", "plus")
    long = row(*(box for n in range(40) for box in ([plus, X] if n else [X])))
    text = fragment(Document("", (Display((Chain(X, (long,)),)),)))
    assert text.count("<math>") > 30
    assert '<mo form="infix">+</mo>' in text
    ElementTree.fromstring(text)


def test_the_style_asks_for_nothing_from_outside() -> None:
    assert "url(" not in STYLE and "@import" not in STYLE
