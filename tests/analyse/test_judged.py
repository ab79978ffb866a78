"""`derive check` by what a file asks beside the derivation: tables of counts, YES and NO, networks, products."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.api import load
from derive.check.asked import AskedChecker
from derive.check.report import Claim, Report
from derive.cli import cli

FOLDER = Path(__file__).parents[2]
PROBLEMS = FOLDER / "problems"


def document(number: str) -> str:
    (file,) = (FOLDER / "tests" / "documents").glob(f"{number}_*.txt")
    return file.read_text(encoding="utf-8")


def report(problem: str, text: str) -> Report:
    network = load(PROBLEMS / f"{problem}.yaml")
    own = network.derive(check=False).data if network.declared.equations else None
    return AskedChecker(network.declared, own).check(text, ".md")


def wrong(found: Report) -> list[Claim]:
    return [claim for claim in found.lines if claim.verdict == "wrong"]


def test_the_whole_of_document_003() -> None:
    found = report("alexnet", document("003"))
    assert [claim.verdict for claim in found.lines].count("right") == 26
    conv2, conv4 = wrong(found)
    lines = document("003").splitlines()
    assert lines[conv2.line - 1][conv2.column - 1 :].startswith(conv2.tex) and "223,948,800" in conv2.why
    assert lines[conv4.line - 1][conv4.column - 1 :].startswith(conv4.tex) and "192 for 129" in conv4.why


@pytest.mark.parametrize("seed", range(6))
def test_one_entry_changed(seed: int) -> None:
    """A number of the table changed by a digit, OCR's letters elsewhere: that entry alone is wrong, too."""
    chance = random.Random(seed)
    text = document("003")
    entry = chance.choice(["34,848", "307,200", "884,736", "442,368", "37,748,736", "69,984", "150,528"])
    other = entry.replace(entry[-1], str((int(entry[-1]) + 3) % 10))
    found = report("alexnet", text.replace(f"= {entry}", f"= {other}", 1).replace("11 \\times 11", "ll \\times 11"))
    assert sum(other in claim.tex for claim in wrong(found)) == 1 and len(wrong(found)) == 3


@pytest.mark.parametrize("form", ["md", "latex"])
def test_tables_of_other_forms(form: str) -> None:
    rows = [
        ("Layer", "Units", "Weights", "Connections"),
        ("Convolution Layer 1", "290,400", "34,848", "105,415,200"),
        ("Convolution Layer 2", "186,624", "307,200", "111,974,400"),
    ]
    lines = [" & ".join(r) + " \\\\ \\hline" if form == "latex" else f"| {' | '.join(r)} |" for r in rows]
    if form == "md":
        lines.insert(1, "|---|---|---|---|")
    table = "\n".join(["Some words, a | b.", "", *lines, "", "$f(x) = |x| | y$"])
    found = report("alexnet", table)
    assert len(found.lines) == 6 and [claim.tex for claim in wrong(found)] == ["111,974,400"]


def test_products_outside_a_table() -> None:
    found = report("find_weights", "So $8 \\times 10 + 10 \\times 3 = 110$.\nThen 3 * 4 = 13.\n")
    assert [(claim.line, claim.column, claim.verdict) for claim in found.lines] == [(1, 5, "right"), (2, 6, "wrong")]
    assert "it comes to 12" in found.lines[1].why


def test_the_table_of_document_000_contradicts_its_text() -> None:
    found = report("sparsity", document("000"))
    (no,) = [claim for claim in wrong(found) if claim.line > 60]  # what stands above is about another network
    assert no.line == 77 and "guaranteed to be 0" in no.why and "line 80 below says that it is 0" in no.why
    right = [claim.line for claim in found.lines if claim.verdict == "right"]
    assert 76 in right and 78 in right and 80 in right


def test_document_002_says_yes_yes_no() -> None:
    found = report("sparsity", document("002"))
    said = [claim for claim in found.lines if claim.tex.endswith(("YES", "NO"))]
    assert [claim.verdict for claim in said] == ["right"] * 3


@pytest.mark.parametrize("answers", [*product(("YES", "no"), repeat=3)])
@pytest.mark.parametrize(
    "form",
    ["\\frac{{\\partial L}}{{\\partial w_{n}}}: {a}", "| $w_{n}$ | {a} |", "dL/dw_{n}: {a}", "$\\bar w_{n}$ {a}"],
)
def test_every_answer(answers: tuple[str, ...], form: str) -> None:
    text = "\n".join(form.format(n=n, a=a) for n, a in enumerate(answers, 1))
    found = {
        claim.line: claim.verdict
        for claim in report("sparsity", text).lines
        if claim.tex.lower()[-2:] in ("es", "no", " |")
    }
    true = ("YES", "YES", "no")
    assert found == {n: "right" if a == b else "wrong" for n, (a, b) in enumerate(zip(answers, true, strict=True), 1)}


NETWORK = """\
$$\\mathbf{W}^{(1)} = \\begin{pmatrix} 1 & -1 & 0 & 0 \\\\ 0 & 1 & -1 & 0 \\\\ 0 & 0 & 1 & -1 \\end{pmatrix}$$
$$\\mathbf{b}^{(1)} = \\begin{bmatrix} 0 \\\\ 0 \\\\ 0 \\end{bmatrix}, \\mathbf{w}^{(2)} = 2 [w], b^{(2)} = BIAS$$
"""


@pytest.mark.parametrize("bias", range(-2, 4))
def test_a_network_s_numbers(bias: int) -> None:
    """Right exactly where it is for all inputs of 0, 1, 2."""
    column = "\\begin{bmatrix} -1 \\\\ -1 \\\\ -1 \\end{bmatrix}"
    (claim,) = report("sorted_hard_threshold", NETWORK.replace("[w]", column).replace("BIAS", str(bias))).lines

    def output(x: tuple[int, ...]) -> bool:
        return -2 * sum(x[j] >= x[j + 1] for j in range(3)) + bias >= 0

    right = all(output(x) == (x[0] < x[1] < x[2] < x[3]) for x in product(range(4), repeat=4))
    assert claim.verdict == ("right" if right else "wrong") and claim.line == 1


def test_the_documents_networks() -> None:
    (tied,) = report("sorted_hard_threshold", document("000")).lines
    assert tied.verdict == "wrong" and "x = (0, 0, 0, 0), y is 1; it is right for distinct(x)" in tied.why
    assert [claim.verdict for claim in report("sorted_hard_threshold", document("002")).lines] == ["right"]
    constant, matrix = report("membership", document("004")).lines[:2]
    assert "y is 0, and so it is for all" in constant.why and "weights of y" in constant.why
    assert matrix.verdict == "wrong" and "3 × 3 numbers" in matrix.why


def test_lists_of_numbers() -> None:
    text = "W1 = [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]]\nb1 = [0, 0, 0]\nW2 = [[-1, -1, -1]]\nb2 = 1/2\n"
    (claim,) = report("sorted_hard_threshold", text).lines
    assert claim.verdict == "right"


@pytest.mark.parametrize(
    "problem", sorted(p.stem for p in PROBLEMS.glob("*.yaml") if "equations:" not in p.read_text())
)
def test_files_that_only_ask_judge_any_text(problem: str, tmp_path: Path) -> None:
    (answer := tmp_path / "a.md").write_text("Nothing | of\n$x = \\frac{1$ the ] kind, w_1 YES\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", str(PROBLEMS / f"{problem}.yaml"), str(answer), "--format", "json"])
    assert result.exit_code == 0 and json.loads(result.output)["lines"] == []


def test_from_python() -> None:
    found = derive.load(PROBLEMS / "layer_counts.yaml").answers().check("8 × 10 + 10 × 10 + 10 × 3 = 211")
    assert [claim.verdict for claim in found.lines] == ["wrong"]
