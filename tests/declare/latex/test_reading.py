"""`derive read` writes the equations as they were read; the file derives the same. The document shows the reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derive
from derive.cli import cli
from derive.declare.load import parse_problem
from derive.declare.reading import rewritten
from derive.declare.schema import schema
from derive.errors import DeriveError

ROOT = Path(__file__).parents[3]
PAPER = ROOT / "examples" / "lstm_paper.yaml"
WITH_PRINT = """version: 1
sizes: {N: a, K: b}
equations_latex:
- \\mathbf{z}^{(1)} = W x
- "\\\\mathcal{L} = \\\\tfrac12 \\\\|z^{(1)} - t\\\\|^2"
# the data
inputs: {x: [N], t: [K]}
print: {t: '\\tau'}
parameters: {W: [K, N]}
cost: L
"""


def run(*arguments: str) -> str:
    from click.testing import CliRunner

    done = CliRunner().invoke(cli, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_read_writes_a_file_that_derives_the_same(tmp_path: Path) -> None:
    text = run("read", str(PAPER))
    assert "  # \\mathbf{y}_t = \\tanh(" in text and "  # `\\sigma` is read as the logistic function" in text
    assert "equations_latex" not in text and "  c[t] = z[t] * i[t] + c[t - 1] * f[t]\n" in text
    (tmp_path / "read.yaml").write_text(text, encoding="utf-8")
    one, other = (derive.load(path).derive() for path in (PAPER, tmp_path / "read.yaml"))
    assert one.latex(fragment=True) == other.latex(fragment=True)


def test_the_equations_alone() -> None:
    lines = run("read", "--equations", str(PAPER)).splitlines()
    assert lines[0] == "z[t] = tanh(Wz @ x[t] + Rz @ y[t - 1] + bz)" and len(lines) == 6
    assert derive.load(PAPER).reading.splitlines() == lines


def test_other_keys_and_printed_names_stay(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(WITH_PRINT, encoding="utf-8")
    network = derive.load(path)
    text = rewritten(network.declared, str(path))
    assert text == (
        "version: 1\nsizes: {N: a, K: b}\nequations: |\n  z1 = W @ x\n  L = 1/2 * norm(z1 - t)**2\n# the data\n"
        "inputs: {x: [N], t: [K]}\nprint:\n  z1: 'z^{(1)}'\n  L: '\\mathcal{L}'\n  t: '\\tau'\n"
        "parameters: {W: [K, N]}\ncost: L\n"
    )
    path.write_text(text, encoding="utf-8")
    assert derive.load(path).derive().latex(fragment=True) == network.derive().latex(fragment=True)


def test_the_reading_is_shown() -> None:
    shown = run(str(PAPER))
    assert "The equations were read as" in shown and "  o[t] = sigmoid(Wo @ x[t] + Ro @ y[t - 1] + bo)" in shown
    assert json.loads(run(str(PAPER), "--format", "json"))["reading"][0].startswith("z[t] = tanh(")
    assert "were read as" not in run(str(ROOT / "problems" / "mlp.yaml"))


def test_a_file_without_latex_has_no_reading() -> None:
    with pytest.raises(DeriveError, match="no `equations_latex`"):
        rewritten(derive.load(ROOT / "problems" / "mlp.yaml").declared, "mlp.yaml")


def test_the_schema_knows_the_key() -> None:
    found = schema()
    assert "equations_latex" in found["properties"]
    assert {"required": ["sizes", "equations_latex"]} in found["anyOf"]


CELL = """version: 1
sizes: {N: a, K: b, T: c}
labels: {t: T}
inputs: {x: [T, N], s: [K]}
parameters: {W: [K, N], U: [K, K]}
define:
  cell(x, p, W, U): |
    z = W @ x + U @ p
    h = tanh(z)
cost: E
"""
IN_LATEX = r"""equations_latex: |
  h_0 = s
  h_t = \mathrm{cell}(x_t, h_{t-1}, W, U), \qquad t = 1, \dots, T
  E = \frac12 \|h_T\|^2
"""
IN_TEXT = """equations: |
  h[0] = s
  h[t] = cell(x[t], h[t-1], W, U)  for t = 1..T
  E = 1/2 * norm(h[T])**2
"""


def test_sub_networks_are_used(tmp_path: Path) -> None:
    """A use in LaTeX is the use in text, and the file that `derive read` writes keeps it."""

    def loaded(text: str) -> derive.Network:
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        return derive.load(tmp_path / "p.yaml")

    one, other = (loaded(CELL + lines) for lines in (IN_LATEX, IN_TEXT))
    assert one.reading.splitlines()[1] == "h[t] = cell(x[t], h[t - 1], W, U)  for t = 1..T"
    again = loaded(rewritten(one.declared, "p.yaml"))
    latex = [network.derive().latex(fragment=True).partition("Forward")[2] for network in (one, other, again)]
    assert latex[0] == latex[1] == latex[2]


BESIDE = {
    r"h = s + \mathrm{cell}(x_1, s, W, U)": (11, "give it an equation of its own, `a = \\mathrm{cell}(...)`"),
    r"h = \mathrm{cell}(x_1 + x_2, s, W, U)": (21, "name it: `a = x_1 + x_2`, and give `a`"),
}


@pytest.mark.parametrize("line", BESIDE)
def test_sub_networks_beside_other_things(line: str) -> None:
    with pytest.raises(DeriveError) as met:
        parse_problem(f"{CELL.replace('cost: E', 'want: [W]')}equations_latex: |\n  {line}\n", "p.yaml")
    (problem,) = met.value.problems
    assert problem.place is not None and problem.place.column == BESIDE[line][0]
    assert problem.mend == BESIDE[line][1] or BESIDE[line][1] in problem.mend


def test_what_stands_in_no_equation_is_said() -> None:
    text = CELL.replace("s: [K]}", "s: [K], h0: [K]}") + IN_LATEX
    assert "`h0` is declared, and stands in no equation." in parse_problem(text, "p.yaml").notes


@pytest.mark.parametrize("tail, read", [("h0", "h0"), ("U h0 + h0^2", "U @ h0 + h0**2")])
def test_a_declared_name_that_ends_in_digits(tail: str, read: str) -> None:
    network = derive.Network(
        sizes={"K": "units", "T": "steps"},
        labels={"t": "T"},
        inputs={"h0": ["K"]},
        parameters={"U": ["K", "K"]},
        equations_latex=rf"h_0 = {tail} \\ h_t = U h_{{t-1}} \\ E = \frac12 \|h_T\|^2",
        cost="E",
    )
    assert f"h[0] = {read}\n" in network.reading
