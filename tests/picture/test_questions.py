"""The graphs that the documents' questions ask for, edge by edge, and what `derive graph` takes."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.cli import cli
from tests.picture.measures import overlaps

DRAWN = {
    "residual": "x>z z>h h>y x>y h>R R>E y>S S>E r>R s>S W1>z b1>z W2>y b2>y",  # 000 and 002, question 2a
    # 004, question 2.1.1
    "gated_softmax": "x>z1 z1>h h>g2 x>z2 z2>g1 g1>g2 g2>y x>y y>p p>S t>S S>J W1>z1 W2>z2 W3>y W4>y",
    "staged": "x>g y>g g>f z>f",  # 001, question 2b
    "chain_rule": "w>x x>f",  # 001, question 3a
}


def edges(graph: derive.api.graph.Graph) -> set[str]:
    return {f"{edge.source}>{edge.target}" for edge in graph.plan.edges}


@pytest.mark.parametrize("name", DRAWN)
def test_the_documents_graphs(name: str) -> None:
    assert edges(derive.load(f"problems/{name}.yaml").graph()) == set(DRAWN[name].split())


def test_the_nodes_of_a_question() -> None:
    graph = derive.load("problems/residual.yaml").graph(["x", "z", "h", "y", "R", "S", "E"])
    assert edges(graph) == {"x>z", "z>h", "h>y", "x>y", "h>R", "R>E", "y>S", "S>E"}
    assert "[x]──" in graph.text() and "(W" not in graph.text() and "W⁽¹⁾ at x" in graph.text()
    assert graph.svg().count(">W<") == 2, "what is folded stands at the edges of what it multiplies: W1 x, W2 h"


def test_through_what_is_not_drawn() -> None:
    graph = derive.load("problems/residual.yaml").graph(["x", "E"])
    (edge,) = graph.plan.edges
    assert (edge.source, edge.target) == ("x", "E") and edge.through


def test_numbers_forward_and_backward() -> None:
    """001: forward −2, 5, −4, 3, −12; backward −4, −4, 3, −4, 1."""
    shown = derive.load("problems/staged.yaml").derive().graph(backward=True).text()
    shown = unicodedata.normalize("NFC", shown)
    for told in (
        "[x = −2, x̄ = −4]",
        "[y = 5, ȳ = −4]",
        "[z = −4, z̄ = 3]",
        "g = 3, ḡ = −4",
        "<f = −12, f̄ = 1>",
        "∂f/∂g = z",
    ):
        assert unicodedata.normalize("NFC", told) in shown


GRU = """\
●      [x_t]
├─●    r̂_t ← (W_r), (U_r), h_t at t − 1
├─│─●  ẑ_t ← (W_z), (U_z), h_t at t − 1
│ ● │  r_t
│ │ ●  z_t
│ ● │  s_t ← h_t at t − 1
╰─● │  ĥ_t ← (W), (U)
  ● │  h̃_t
  ╰─●  h_t ← h_t at t − 1
    ●  y_t
"""


def test_on_a_narrow_terminal_it_leads_down() -> None:
    graph = derive.load("problems/gru.yaml").graph()
    assert unicodedata.normalize("NFC", GRU) in unicodedata.normalize("NFC", graph.text(width=80))
    assert "├─│─●" not in graph.text(width=120)
    assert "+-|-*  zhat_t" in graph.text(width=80, ascii=True)


def test_a_recurrence_is_a_loop_and_can_be_written_out() -> None:
    network = derive.load("problems/rnn.yaml")
    back = [edge for edge in network.graph().plan.edges if edge.back]
    assert [(edge.source, edge.target) for edge in back] == [("h", "a")]
    assert "t − 1" in network.graph().text()
    whole = edges(network.graph(unfold={"t": 3}))
    assert {"h0>h-0", "h-0>a-1", "W>a-1", "W>a-3", "a-1>h-1", "h-1>a-2", "h-2>a-3", "p-3>L", "x-2>a-2"} <= whole
    assert not {edge for edge in whole if edge.startswith("h-3>a")}


def test_layers_of_their_own_numbers() -> None:
    whole = edges(derive.load("problems/deep_mlp.yaml").graph(unfold={"l": 3}))
    assert {"x>a-1", "W1>a-1", "W-2>a-2", "h-1>a-2", "h-3>J"} <= whole and "h-2>J" not in whole


def test_names_that_are_none() -> None:
    network = derive.load("problems/rnn.yaml")
    with pytest.raises(derive.DeriveError, match="`q` is not in the graph"):
        network.graph(["q"])
    with pytest.raises(derive.DeriveError, match=r"nothing repeats along `s`\n.*t=3"):
        network.graph(unfold={"s": 3})


def test_what_the_picture_says_is_escaped() -> None:
    network = derive.Network(title='<script>"&</script>', sizes={}, inputs={"x": []}, equations="y = 2 * x", cost="y")
    graph = network.graph()
    assert "<script>" not in graph.svg() and "&lt;script&gt;" in graph.svg()
    assert '\\"&' in graph.dot()
    assert graph._repr_svg_() == graph.svg()


def test_without_the_extra_a_message_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    result = CliRunner().invoke(cli, ["graph", "problems/residual.yaml"])
    assert isinstance(result.exception, derive.DeriveError)
    assert "pip install 'derive[graph]'" in str(result.exception)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("g.svg", "<svg"), ("g.tex", "\\documentclass"), ("g.dot", "digraph"), ("g.mmd", "---"), ("g.txt", "A residual")],
)
def test_the_names_end_says_the_format(tmp_path: Path, name: str, begins: str) -> None:
    result = CliRunner().invoke(cli, ["graph", "problems/residual.yaml", "-o", str(tmp_path / name)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("given", ["t", "t=0", "t=21", "=3"])
def test_how_far_must_be_a_number(given: str) -> None:
    assert CliRunner().invoke(cli, ["graph", "problems/rnn.yaml", "--unfold", given]).exit_code == 2


def _blocks(equations: str) -> derive.Network:
    return derive.Network(
        sizes={"N": "units"},
        inputs={"h0": ["N"], "t": ["N"]},
        parameters={f"{letter}{n}": ["N"] * rank for letter, rank in (("W", 2), ("b", 1)) for n in (1, 2, 3)},
        define={"block(x, W, b)": "z = W @ x + b\nh = tanh(z)"},
        equations=f"{equations}\nE = 1/2 * norm(h3 - t)**2",
        cost="E",
    )


CHAIN = "h1 = block(h0, W1, b1)\nh2 = block(h1, W2, b2)\nh3 = block(h2, W3, b3)"


def test_equal_uses_of_a_sub_network_are_one_with_a_loop() -> None:
    network = _blocks(CHAIN)
    graph = network.graph()
    assert edges(graph) == {"W3>z3", "h0>z3", "h3>z3", "b3>z3", "z3>h3", "h3>E", "t>E"}
    (loop,) = (edge for edge in graph.plan.edges if edge.back)
    assert (loop.source, loop.target) == ("h3", "z3")
    assert "l − 1" in graph.text() and "h_l" in graph.text() and "W⁽ˡ⁾" in graph.text()
    assert "h1>z2" in edges(network.graph(unfold={"l": 3}))
    told = network.derive().graph(backward=True).text()
    assert "w⁽ˡ⁾" in told and "∂h_{l,i}/∂z_{l,i}" in told


def test_so_many_uses_are_written_out() -> None:
    network = _blocks(CHAIN)
    assert "…" not in network.graph(unfold={"l": 3}).text()
    graph = network.graph(unfold={"l": 2})
    assert edges(graph) == {
        "W1>z1", "h0>z1", "b1>z1", "z1>h1", "h1>block.more", "block.more>z3", "W3>z3", "b3>z3", "z3>h3", "h3>E", "t>E"
    }  # fmt: skip
    assert overlaps(graph.drawing) == overlaps(network.derive().graph(backward=True, unfold={"l": 3}).drawing) == []
    with pytest.raises(derive.DeriveError, match=r"nothing repeats along `t`\n.*l=3"):
        network.graph(unfold={"t": 2})


def test_each_step_has_partials_of_its_own() -> None:
    told = derive.load("problems/rnn.yaml").derive(check=False).graph(backward=True, unfold={"t": 2}).text()
    assert "∂a⁽²⁾_j/∂h⁽¹⁾_m = w_jm" in told and "∂L/∂p⁽²⁾" in told and "⁽ᵗ" not in told
    told = derive.load("problems/deep_mlp.yaml").derive(check=False).graph(backward=True, unfold={"l": 2}).text()
    assert "∂J/∂h⁽²⁾_j = h⁽²⁾_j − y_j" in told


def test_what_is_much_wider_than_a_page_leads_down() -> None:
    network = derive.load("problems/transformer_block.yaml")
    drawn, right = network.graph().drawing, network.graph(direction="right").drawing
    assert drawn.down and drawn.width < 300 and not right.down and right.width > 1000
    assert "rankdir=TB" in network.graph().dot() and "flowchart TD" in network.graph().mermaid()
    assert not derive.load("problems/residual.yaml").graph().drawing.down
    down = derive.load("problems/rnn.yaml").graph(direction="down")
    assert down.drawing.down and overlaps(down.drawing) == []


def test_numbers_without_a_derivation() -> None:
    assert "<f = −12>" in derive.load("problems/staged.yaml").graph().text()


def test_uses_that_differ_stay_apart() -> None:
    assert "h1>z3" in edges(_blocks(CHAIN.replace("block(h2", "block(h1")).graph())


def test_what_makes_a_cost_stationary_comes_back_from_it() -> None:
    network = derive.load("problems/hypergradient.yaml")
    for graph in (network.graph(), network.derive(check=False).graph(backward=True)):
        assert [(e.source, e.target) for e in graph.plan.edges if e.back] == [("J", "w")]
        assert "∂J/∂w = 0" in graph.text() and "w>w" not in edges(graph)
