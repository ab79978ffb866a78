"""What a notebook shows of a network, a derivation, a line, answers and a report; the cell magic; the tour."""

from __future__ import annotations

import xml.etree.ElementTree as tree
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.notebook import derive_cell, load_ipython_extension
from derive.render.notebook import KINDS, Shown
from tests.problem_files import FILES, printed
from tests.tour import TOUR, run

ROOT = Path(__file__).parents[2]
RESIDUAL = ROOT / "problems" / "residual.yaml"
CELL = """\
version: 1
title: "<b>One</b> layer & $more$"
sizes: {N: n}
inputs: {x: [N]}
parameters: {w: [N]}
equations: |
  E = 1/2 * (dot(w, x))**2
cost: E
"""


def shown() -> dict[str, Shown]:
    """One of each kind."""
    network = derive.load(RESIDUAL)
    derived = network.derive()
    report = derived.check((ROOT / "examples" / "answer.md").read_text(encoding="utf-8"), ".md")
    return {
        "network": network,
        "derivation": derived,
        "bar": derived["x"],
        "line": derived["h"].forward,
        "answers": derive.load(ROOT / "problems" / "layer_counts.yaml").answers(),
        "report": report,
        "styled": derived.styled(notation="partial"),
    }


@pytest.mark.parametrize("name", list(shown()))
def test_every_kind_is_there(name: str) -> None:
    one = shown()[name]
    bundle = one._repr_mimebundle_()
    assert tuple(bundle) == KINDS and all(bundle.values())
    tree.fromstring(f"<div>{bundle['text/html'].replace('<br>', '<br/>')}</div>")
    assert bundle["text/latex"] == one._repr_latex_() and bundle["text/plain"] == str(one).rstrip("\n")
    assert list(one._repr_mimebundle_(include=["text/plain"])) == ["text/plain"]
    assert list(one._repr_mimebundle_(exclude=["text/html"])) == ["text/latex", "text/plain"]


def test_what_they_say() -> None:
    found = shown()
    assert "Backward" not in str(found["network"]) and "Forward pass" in str(found["network"])
    assert "x̄ = W⁽¹⁾ᵀ z̄ + ȳ" in str(found["bar"]) and "∂E/∂x" in str(found["styled"])
    assert "put a bar on" in found["report"]._repr_latex_() and "\\begin{align*}" in found["report"]._repr_latex_()


@pytest.mark.parametrize("path", [f for f in FILES if f.stem not in ("find_weights",)], ids=lambda p: p.stem)
def test_the_latex_is_for_mathjax(path: Path) -> None:
    """No commands outside mathematics but escapes: a notebook would show them as they are."""
    found = printed(path)._repr_latex_()
    assert "\\section" not in found and "\\item" not in found and "tabular" not in found


def test_a_cell_is_derived_and_kept() -> None:
    kept: dict[str, Any] = {}
    found = derive_cell("--as d --wrt x --notation partial", CELL, kept)
    assert isinstance(kept["d"], derive.Derivation) and found is not None
    html = found._repr_html_()
    assert "&lt;b&gt;One&lt;/b&gt; layer &amp;" in html and "<b>One" not in html
    assert "∂E/∂x" in str(found) and "∂E/∂w" not in str(found)


def test_a_cell_with_questions_alone() -> None:
    found = derive_cell("", (ROOT / "problems" / "layer_counts.yaml").read_text(encoding="utf-8"), {})
    assert "Parameters" in str(found)


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("", CELL.replace("dot(w, x)", "dot(w, q)"), "cell:7:21: `q`"),
        ("--bogus", CELL, "No such option"),
        ("--as 1x", CELL, "no name of a variable"),
        ("--wrt q", CELL, "q is no quantity"),
        ("'", CELL, "No closing quotation"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(line: str, cell: str, said: str) -> None:
    with pytest.raises(derive.DeriveError) as met:
        derive_cell(line, cell, {})
    assert said in "\n".join(met.value._render_traceback_())


def test_the_extension_registers_the_magic() -> None:
    class Shell:
        def __init__(self) -> None:
            self.user_ns: dict[str, Any] = {}
            self.found: Any = None

        def register_magic_function(self, function: Any, magic_kind: str) -> None:
            assert magic_kind == "line_cell" and function.__name__ == "derive"
            self.found = function

    shell = Shell()
    load_ipython_extension(shell)
    assert "Backward" in str(shell.found("--as d", CELL)) and "d" in shell.user_ns
    assert shell.found("--help") is None


def outputs(book: Any) -> list[Any]:
    """What stands below each cell; of HTML, whose style is a matter of taste, only that it is there."""
    found = [output for cell in book.cells for output in cell.get("outputs", ())]
    return [{**o, "data": {**o["data"], "text/html": ""}} if "text/html" in o.get("data", {}) else o for o in found]


def test_the_tour_runs_and_is_kept_with_its_outputs() -> None:
    import nbformat

    assert outputs(run()) == outputs(nbformat.read(TOUR, as_version=4))
