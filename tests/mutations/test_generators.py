"""The generators themselves: deterministic, all kinds and problems, what they say of their lines is true."""

from __future__ import annotations

import re

import pytest

from derive.notation.matrix import Matrix
from tests.mutations.claim import Claim, Scalars, Vectors, written
from tests.mutations.judged import plain
from tests.mutations.numbers import compared
from tests.mutations.samples import RIGHT, WRONG, Mode, Sample, sample
from tests.mutations.shapes import built, transposed
from tests.mutations.source import NOTATIONS, PROBLEMS, problem
from tests.mutations.surface import SPELLINGS

MODES: tuple[Mode, ...] = ("right", "wrong", "pairs")
COUNT = 150


@pytest.fixture(scope="module")
def made() -> dict[Mode, list[Sample]]:
    return {mode: [sample(mode, 7, n) for n in range(COUNT)] for mode in MODES}


@pytest.mark.parametrize("mode", MODES)
def test_a_line_depends_on_its_seed_and_number_alone(made: dict[Mode, list[Sample]], mode: Mode) -> None:
    again = [sample(mode, 7, n) for n in reversed(range(0, COUNT, 7))]
    assert again == made[mode][::7][::-1]
    assert sample(mode, 8, 3) != made[mode][3]


@pytest.mark.parametrize("mode", MODES)
def test_every_kind_and_notation_occurs(made: dict[Mode, list[Sample]], mode: Mode) -> None:
    kinds = {kind for s in made[mode] for kind in s.kinds}
    assert kinds == set(RIGHT if mode == "right" else WRONG)
    assert {s.style[0] for s in made[mode]} == set(NOTATIONS)
    assert len({s.problem for s in made[mode]}) > 0.8 * len(PROBLEMS)


@pytest.mark.parametrize("mode", MODES)
def test_lines_are_different(made: dict[Mode, list[Sample]], mode: Mode) -> None:
    assert len({(s.problem, s.text) for s in made[mode]}) >= 0.97 * COUNT
    assert all(s.line != s.original for s in made[mode] if s.kinds != ("spelling",))


def test_every_line_of_the_derivations_holds() -> None:
    """None is lost because the numbers here would not see that it is right."""
    for path in PROBLEMS:
        found = problem(path)
        lines = len(found.derivation.forward) + len(found.derivation.backward)
        assert len(found.worlds) == 4
        assert len(found.lines) >= lines


def test_numbers_tell_lines_apart() -> None:
    found = problem(next(path for path in PROBLEMS if path.stem == "residual"))
    for source in found.lines:
        if isinstance(source.claim, Vectors):
            claim: Claim = Vectors(source.claim.left, built("add", source.claim.right, source.claim.right))
        else:
            twice = type(source.claim.right)(source.claim.right.terms * 2)
            claim = Scalars(source.claim.left, twice, source.claim.entry)
        assert compared(claim, found.worlds) == "different"


def test_a_row_is_no_column() -> None:
    found = problem(next(path for path in PROBLEMS if path.stem == "mlp"))
    line = next(s.claim for s in found.lines if isinstance(s.claim, Vectors) and s.claim.right.op == "tensor")
    assert isinstance(line, Vectors)
    assert compared(Vectors(line.left, transposed(line.right)), found.worlds) == "different"


def test_ones_may_be_of_any_length() -> None:
    """𝟏ᵀ W for W 𝟏 conforms whatever length was meant, and is compared so."""
    found = problem(next(path for path in PROBLEMS if path.stem == "affine_batch"))
    z = found.network.tensors["Z"]
    whole = Matrix("tensor", (), z.axes[0], z.axes[1], z)
    right = built("matmul", Matrix("ones", (), None, z.axes[0]), whole)
    other = built("matmul", Matrix("ones", (), None, z.axes[1]), whole)
    assert compared(Vectors(right, other), found.worlds) == "equal"


def test_a_slice_may_be_a_column() -> None:
    """Uᵀ_{o,:} h is u_oᵀ h, and U_{o,:} hᵀ neither that nor a row times a column."""
    found = problem(next(path for path in PROBLEMS if path.stem == "word2vec"))
    lines = [s.claim for s in found.lines if isinstance(s.claim, Vectors) and s.claim.right.op == "matmul"]
    line = next(claim for claim in lines if claim.right.args[0].op == "slice")
    row, column = line.right.args
    turned, outer = built("matmul", transposed(row), column), built("matmul", row, transposed(column))
    assert compared(Vectors(line.left, turned, line.entry), found.worlds) == "equal"
    assert compared(Vectors(line.left, outer, line.entry), found.worlds) == "different"


@pytest.mark.parametrize("name", SPELLINGS)
def test_spellings_keep_braces_and_fences(name: str) -> None:
    for path in PROBLEMS:
        found = problem(path)
        for source in found.lines:
            tex = SPELLINGS[name](written(source.claim, found.scribe("bar", "circ")))
            assert tex.count("{") == tex.count("}")
            assert len(re.findall(r"\\left(?![a-z])", tex)) == len(re.findall(r"\\right(?![a-z])", tex))
            assert not re.search(r"\\(?:bar|sum|circ|mathbf|sigma|partial)[A-Za-z]", tex), tex


def test_plain_text_forgets_spaces_alone() -> None:
    assert plain(r"\bar{x}_{i} = \left( a \, b \right)") == plain(r"\bar{x}_i=(a b)".replace(" ", ""))
    assert plain(r"\alpha x") != plain(r"\alphax")
    assert plain("a b") != plain("b a")
