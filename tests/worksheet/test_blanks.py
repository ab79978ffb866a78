"""Sheets with blanks: what is left out is what the solution has, at every level, for every problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest

import derive
from derive.check import Checker
from derive.derivation import Derivation
from derive.document import Blank, Chain, Math, Script, row
from derive.render.latex import latex
from derive.render.latex_math import math
from derive.render.markdown import markdown
from derive.typeset.document import scribe_for
from derive.worksheet import Blanks, worksheet
from derive.worksheet.blanks import MAKERS, Blanked
from derive.worksheet.boxes import spots, with_others
from derive.worksheet.lines import Item, backward_items
from derive.worksheet.shown import NOTHING
from tests.problem_files import FOLDER, NETWORKS

LEVELS = (1, 2, 3)
EACH = pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)


@cache
def derived(path: Path) -> Derivation:
    return derive.load(path).derive(check=False).data


def lines_of(path: Path) -> tuple[Item, ...]:
    return backward_items(derived(path), scribe_for(derived(path)), lambda _: ("entries", "vectors"))


def blanked(path: Path, blanks: str, level: int, seed: int = 3) -> Blanked:
    return MAKERS[blanks](lines_of(path), level, Random(seed), scribe_for(derived(path)))


def numbers(given: Blanked) -> list[int]:
    """The numbers of the blanks, from the top of the sheet to its end."""
    rights = (right for chain in given.chains if chain for right in chain.rights)
    return [spot.box.number for right in rights for spot in spots(right) if isinstance(spot.box, Blank)]


def filled(right: Math, given: Blanked) -> Math:
    """A right side with the solution's answers in its blanks."""

    def answer(box: Math) -> Math | None:
        said = given.answers[box.number - 1] if isinstance(box, Blank) else None
        if isinstance(said, Chain):
            return said.rights[-1]
        return said if not isinstance(said, bool) else None

    return with_others(right, answer)


def same(these: Sequence[Math], those: Sequence[Math]) -> bool:
    """Whether they are written alike: a row in a row is that row."""
    return [math(box) for box in these] == [math(box) for box in those]


@EACH
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("blanks", ["bars", "terms"])
def test_what_is_left_out_is_what_the_solution_has(path: Path, blanks: str, level: int) -> None:
    given = blanked(path, blanks, level)
    assert numbers(given) == list(range(1, len(given.answers) + 1)) != []
    for line, chain in zip(lines_of(path), given.chains, strict=True):
        if chain is not None:
            assert same([filled(right, given) for right in chain.rights], line.chain.rights)


@EACH
@pytest.mark.parametrize("level", LEVELS)
def test_a_box_for_every_mark(path: Path, level: int) -> None:
    """The boxes with a transpose are as many as the marks that the sheet lacks."""
    given = blanked(path, "transposes", level)
    assert numbers(given) == list(range(1, len(given.answers) + 1))
    for line, chain in zip(lines_of(path), given.chains, strict=True):
        asked = {s.box.number for right in chain.rights for s in spots(right) if isinstance(s.box, Blank)}
        lost = _marks(line.chain) - _marks(chain)
        assert lost == sum(given.answers[number - 1] is True for number in asked)


def _marks(chain: Chain) -> int:
    boxes = (spot.box for right in chain.rights for spot in spots(right) if isinstance(spot.box, Script))
    return sum(_is_transposed(box) for box in boxes)


def _is_transposed(box: Script) -> bool:
    last = box.sup.items[-1] if hasattr(box.sup, "items") else box.sup
    return getattr(last, "text", "") in ("T", "⊤")


@pytest.mark.parametrize(("level", "left"), [(1, 4), (2, 6), (3, 11)])
def test_bars_are_left_out_whole(level: int, left: int) -> None:
    """A third, half, all of the bars of an MLP, each entry by entry and in vectors; Ē = 1 is never asked."""
    path = FOLDER / "mlp.yaml"
    given = blanked(path, "bars", level)
    asked = {line.tensor for line, c in zip(lines_of(path), given.chains, strict=True) if c != line.chain}
    assert len(asked) == left
    assert len(given.answers) == 2 * left


def test_names_for_parts_are_left_out_with_their_line() -> None:
    """d = (P̄ ∘ P)1 would give S̄ = P ∘ (P̄ − d1ᵀ) away."""
    path = FOLDER / "attention.yaml"
    parts = [n for n, line in enumerate(lines_of(path)) if line.part]
    assert parts and all(blanked(path, "bars", 3).chains[n] is None for n in parts)


@pytest.mark.parametrize("blanks", ["bars", "terms", "transposes", "mistakes"])
def test_the_same_seed_gives_the_same_sheet(blanks: Blanks) -> None:
    again = [worksheet(derive.load(FOLDER / "rnn.yaml").derive(check=False).data, blanks, 1, 3) for _ in range(2)]
    assert len({(latex(w.sheet), latex(w.solution), markdown(w.answer)) for w in again}) == 1
    others = {latex(worksheet(derived(FOLDER / "rnn.yaml"), blanks, 1, seed).sheet).split("seed")[1] for seed in (3, 4)}
    assert len(others) == 2


@EACH
def test_the_answer_is_right_by_itself(path: Path) -> None:
    sheet = worksheet(derived(path), "bars", 1, 3)
    report = Checker(derived(path)).check(markdown(sheet.answer), ".md", hints=False)
    assert report.ok and not report.missing
    assert sum(claim.verdict in ("right", "given") for claim in report.lines) >= len(derived(path).wanted)


def test_a_sheet_has_no_answers_and_a_solution_all() -> None:
    made = worksheet(derived(FOLDER / "mlp.yaml"), "bars", 3, 3, "problems/my mlp.yaml")
    assert r"\mathbf{h}_2^T" not in markdown(made.sheet) and r"\mathbf{h}_2^T" in markdown(made.solution)
    assert "Checked by numbers" not in markdown(made.sheet) and "Level 3, seed 3." in markdown(made.solution)
    assert "derive check 'problems/my mlp.yaml' answer.md" in markdown(made.sheet)


def test_where_there_is_nothing_to_transpose_the_sheet_says_so() -> None:
    assert NOTHING in "".join(str(b) for b in worksheet(derived(FOLDER / "staged.yaml"), "transposes", 1).sheet.blocks)


def test_a_derivation_without_bars_is_no_worksheet() -> None:
    network = derive.Network(sizes={"N": "n"}, inputs={"x": ["N"]}, equations="E = sum(x)", want=["E"])
    with pytest.raises(derive.DeriveError, match="no backward lines"):
        worksheet(network.derive(check=False).data, "bars")


def test_filling_keeps_rows_flat() -> None:
    assert row(row(Blank(1)), Blank(2)) == row(Blank(1), Blank(2))


COSTS = """
version: 1
sizes: {N: units}
inputs: {x: [N]}
parameters: {w: [N]}
equations: |
  y = tanh(w * x)
  E1 = sum(y)
  E2 = 1/2*norm(y)**2
cost: [E1, E2]
forward: [w]
"""


def several(folder: Path) -> Derivation:
    path = folder / "costs.yaml"
    path.write_text(COSTS)
    return derive.load(path).derive(check=False).data


def test_the_bars_of_every_cost_are_left_out(tmp_path: Path) -> None:
    made = worksheet(several(tmp_path), "bars", 3)
    sheet = markdown(made.sheet).split("## Backward pass from E1", 1)[1].split("## Notes")[0]
    given = [line for line in sheet.splitlines() if "&=" in line and "underset" not in line]
    assert len(given) == 4 and all(r"_1 &= 1" in line or r"_2 &= 1" in line for line in given)
    assert sheet.count("underset") == 8


def test_other_sections_with_blanks_are_named(tmp_path: Path) -> None:
    made = worksheet(several(tmp_path), "bars", 3)
    assert "The same goes for “Forward mode”." in markdown(made.sheet)


def test_sections_without_blanks_are_named() -> None:
    """Nobody judges the lines from R: its name is the second pass's own."""
    data = derive.load(FOLDER / "hessian_tanh.yaml").derive(over="reverse", check=False).data
    shown = markdown(worksheet(data, "bars", 3).sheet)
    assert "The same goes for “Forward mode”, “Hessian”." in shown
    assert "Nothing is left out or wrong under “Product with the Hessian”." in shown


@pytest.mark.parametrize("blanks", ["bars", "terms", "transposes"])
def test_second_order_is_left_out_and_its_answer_is_right(blanks: Blanks) -> None:
    """Entries and vectors of forward mode, of the product with the Hessian, of the Hessian and of JᵀHJ."""
    data = derive.load(FOLDER / "hessian_tanh.yaml").derive(gauss_newton=["b"], check=False).data
    made = worksheet(data, blanks, 3, 1, "P.yaml", ("--gauss-newton b",))
    shown = markdown(made.sheet)
    for title in ("Forward mode", "Product with the Hessian", "Hessian", "Gauss–Newton"):
        assert "underset" in shown.split(f"## {title}\n")[1].split("\n## ")[0] or blanks == "transposes"
    assert "derive check P.yaml --gauss-newton b answer.md" in shown
    report = Checker(data).check(markdown(made.answer), ".md", hints=False)
    assert {claim.verdict for claim in report.lines} <= {"right", "given"} and len(report.lines) > 40


@pytest.mark.parametrize("seed", [1, 8])
def test_mistakes_are_planted_in_the_passes_of_several_costs(tmp_path: Path, seed: int) -> None:
    made = worksheet(several(tmp_path), "mistakes", 3, seed)
    told = re.findall(r"^Line \((\d+)\): ", markdown(made.solution), re.MULTILINE)
    assert f"{len(told)} lines are wrong" in markdown(made.sheet) and told
    report = Checker(several(tmp_path)).check(markdown(made.sheet), ".md", hints=False)
    assert len([c for c in report.lines if c.verdict == "wrong"]) == len(told)
