"""What was read is written byte for byte; what an edit made is read as the same structure."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from derive.check.write import write
from derive.syntax.extract import formulas
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Name, Relation, Sum, Times, edited
from tests.check.shapes import bare, random_statement, shape
from tests.problem_files import NETWORKS, asks

FOLDER = Path(__file__).parent.parent / "golden"
GOLDEN = [FOLDER / f"{p.stem}{end}" for p in NETWORKS if not asks(p) for end in (".tex", ".txt")]


@pytest.mark.parametrize("seed", range(300))
def test_random_trees_survive(seed: int) -> None:
    tree = random_statement(Random(seed))
    tex = write(tree)
    assert [shape(node) for node in read(tex)] == [shape(tree)], tex


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_our_own_lines_survive(path: Path) -> None:
    for formula in formulas(path.read_text(encoding="utf-8"), path.suffix):
        for node in read(formula.source, mode=formula.mode):
            if node.tex:
                assert write(node) == node.tex
            assert [shape(again) for again in read(write(bare(node)))] == [shape(node)], formula.tex


def test_an_edit_keeps_what_it_leaves_byte_for_byte() -> None:
    (line,) = read(r"\bar{\mathbf  h} =  \mathbf{W}^{(2)}  {\bar{\mathbf{y}}} + \mathbf r")
    assert isinstance(line, Relation)
    total = line.sides[1]
    assert isinstance(total, Sum)
    product = total.terms[0]
    assert isinstance(product, Times)
    w = product.factors[0]
    assert isinstance(w, Name)
    turned = edited(w, sups=(Times((*w.sups, Name("top")), ("",)),))
    mended = edited(product, factors=(turned, *product.factors[1:]))
    whole = edited(line, sides=(line.sides[0], edited(total, terms=(mended, *total.terms[1:]))))
    assert write(whole) == r"\bar{\mathbf  h} = \mathbf{W}^{(2)\top} \bar{\mathbf{y}} + \mathbf r"


def test_a_face_over_several_names_stays_with_each() -> None:
    (line,) = read(r"R = \mathbf{r^Th}")
    assert isinstance(line, Relation)
    assert write(edited(line)) == r"R = \mathbf{r^Th}"
    product = line.sides[1]
    assert isinstance(product, Times)
    assert write(edited(product)) == r"\mathbf{r}^T \mathbf{h}"


def test_parentheses_are_added_where_parts_would_be_read_otherwise() -> None:
    x, y, z = Name("x"), Name("y"), Name("z")
    total = Sum((x, y), ("+", "-"))
    assert write(Times((total, z), ("circ",))) == r"(x - y) \circ z"
    assert write(Sum((x, total), ("+", "-"))) == "x - (x - y)"
    assert write(Times((Times((x, y), ("/",)), z), ("",))) == "(x / y) z"
    with pytest.raises(Unreadable):
        read("{a + b} c")


NESTED = [("(", ")"), (r"\frac{", "}{y}"), ("{", "}"), ("x^{", "}"), (r"\sqrt{", "}"), (r"\left[a + b ", r"\right]")]


@pytest.mark.parametrize(("opening", "closing"), NESTED)
def test_the_deepest_formula_is_read_and_written(opening: str, closing: str) -> None:
    tex = "a = " + opening * 98 + "x" + closing * 98
    (node,) = read(tex)
    assert write(node) == tex
    assert [shape(again) for again in read(write(bare(node)))] == [shape(node)]
