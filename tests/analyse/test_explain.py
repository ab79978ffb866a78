"""`derive explain`: the terms add up to the bar, by numbers; the paths are all there, by counting them another way."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from derive.analyse.explain import Bar, explain
from derive.analyse.paths import MOST, paths
from derive.backward import outputs
from derive.cli import cli
from derive.declare.build import build_network
from derive.declare.load import load
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.graph import Graph, facts_of
from derive.notation.expression import bar
from derive.notation.index import Slot
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import Names, draw_arrays, style_of
from derive.referee.world import World
from derive.render.latex import latex
from derive.render.terminal import terminal
from derive.selfcheck.finding import Setting
from derive.selfcheck.lines import is_given, lefts, sides

PROBLEMS = ("gated_softmax", "residual", "attention", "rnn", "layer_norm", "deep_mlp", "conv1d", "max_pool", "staged")


def problem(name: str) -> Network:
    return load(Path("problems") / f"{name}.yaml")


def one(name: str, asked: str) -> Bar:
    return explain(problem(name), [asked]).bars[0]


def asked(network: Network) -> list[str]:
    return [t.name for t in network.tensors.values() if t.role not in ("constant", "class") and t.among is None]


def state(derivation: Derivation, seed: int) -> World:
    """Every quantity and every bar of the derivation, at random sizes and numbers."""
    network = derivation.network
    equations = [network.equations[n] for n in network.order]
    backward = [line for line in (*derivation.backward, *reversed(derivation.folded)) if not is_given(line)]
    names = Names.of(*sides(equations), *sides([line.scalar for line in backward]), *lefts(derivation.backward))
    for tensor in () if network.cost else outputs(network):
        names.tensor(bar(tensor, derivation.cost))
    setting = Setting({}, tuple(network.functions), derivation.cost, seed, facts=facts_of(network))
    random = np.random.default_rng(seed)
    while True:
        world = setting.world(names, random)
        start = world.with_arrays(draw_arrays(names.tensors, world, random, style_of(0)))
        found = evaluate_equations([line.scalar for line in backward], evaluate_equations(equations, start))
        if all(np.all(np.isfinite(found.real(key))) for key in found.arrays):
            return found


def total(met: Bar, world: World, cost: str) -> Any:
    """The shares of a bar, added up entry by entry."""
    own = bar(met.tensor, cost)
    found = np.zeros(world.shape(own))
    for line in (line for share in met.shares for line in share.lines):
        letters = line.scalar.letters
        numbers = np.asarray(evaluate(line.scalar.right, letters, world), dtype=float)
        ranges = [range(world.number(x.range.lo), world.number(x.range.hi) + 1) for x in letters]
        for place, at in zip(product(*map(range, map(len, ranges))), product(*ranges), strict=True):
            fixed = dict(zip(letters, at, strict=True))
            slots = [sum(fixed[x] for x in s.letters()) + world.number(_rest(s)) for s in line.left.slots]
            spot = tuple(s - world.number(a.lo) for s, a in zip(slots, own.axes, strict=True))
            found[spot] += numbers[place]
    return found


def _rest(slot: Slot) -> Slot:
    """What a position is without its letter."""
    return slot - slot.letter.slot if slot.letter is not None else slot


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", PROBLEMS)
def test_the_terms_add_up_to_the_bar(name: str, seed: int) -> None:
    network = problem(name)
    for quantity in asked(network):
        explained = explain(network, [quantity])
        met, cost = explained.bars[0], explained.derivation.cost
        if met.shares:
            world = state(explained.derivation, seed)
            line_bar = world.real((met.tensor.name, (cost,)))
            assert total(met, world, cost) == pytest.approx(line_bar, rel=1e-8, abs=1e-10), quantity


def all_paths(network: Network, name: str) -> int:
    """The number of paths by walking each of them."""
    graph = Graph(network)
    ends = graph.outputs(network.cost)
    waiting, count = [network.tensors[name]], 0
    while waiting:
        tensor = waiting.pop()
        count += tensor in ends
        readers = {w.equation.left.tensor for w in graph.readers.get(tensor, ()) if tensor not in ends}
        waiting += [r for r in readers if (r.name, tensor.name) not in network.delayed]
    return count


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_paths_are_all_there(name: str) -> None:
    network = problem(name)
    for quantity in asked(network):
        found = paths(network, quantity)
        assert found.count == all_paths(network, quantity)
        assert len(found.shown) == min(found.count, MOST) == len(set(found.shown))


def deep(layers: int) -> Network:
    """Each layer reads the one below twice over: 2 to the power of layers paths."""
    lines = [f"a{n} = tanh(h{n - 1})\nc{n} = exp(h{n - 1})\nh{n} = a{n} + c{n}" for n in range(1, layers + 1)]
    return build_network(inputs={"h0": []}, sizes={}, equations="\n".join(lines), cost=f"h{layers}", want=["h0"])


def test_very_many_paths_are_counted() -> None:
    found = paths(deep(300), "h0")
    assert found.count == 2**300 and len(found.shown) == MOST
    text = terminal(explain(deep(30), ["h0"]).document(), 80)
    assert f"and {2**30 - MOST} more." in text and "more) →" in text


def test_the_documents_network_has_three_paths() -> None:
    met = one("gated_softmax", "xbar")
    assert met.paths.shown == (
        ("x", "y", "p", "S", "J"),
        ("x", "z1", "h", "g2", "y", "p", "S", "J"),
        ("x", "z2", "g1", "g2", "y", "p", "S", "J"),
    )
    ways = [(s.equation.left.tensor.name, s.way.rule, [t.name for t in s.way.beside]) for s in met.shares]
    assert ways == [("z1", "product", ["W1"]), ("z2", "product", ["W2"]), ("y", "product", ["W4"])]


@pytest.mark.parametrize(
    ("formula", "rule"),
    [
        ("f = x", "copy"), ("f = x + y", "sum"), ("f = y - x", "difference"), ("f = 3*x", "number"),
        ("f = x/2", "number"), ("f = x*y", "product"), ("f = x/y", "product"), ("f = y/x", "below"),
        ("f = x**3", "power"), ("f = y**x", "power"), ("f = (x - y)**2/2", "power"), ("f = (x - y)*y", "product"),
        ("f = tanh(x)", "function"), ("f = y*tanh(x)", "both"), ("f = tanh(y*x)", "both"), ("f = x*tanh(x)", "several"),
        ("f = [y > 0]*x", "choice"), ("f = sigmoid(tanh(x))", "both"), ("f = exp(-x)", "function"),
    ],
)  # fmt: skip
def test_each_terms_rule(formula: str, rule: str) -> None:
    network = build_network(sizes={}, inputs={"x": [], "y": []}, equations=f"{formula}\nE = f", cost="E", want=["x"])
    assert [share.way.rule for share in explain(network, ["x"]).bars[0].shares] == [rule]


@pytest.mark.parametrize("name", PROBLEMS)
def test_it_is_shown_within_80_columns(name: str) -> None:
    network = problem(name)
    document = explain(network, asked(network)).document()
    assert max(map(len, terminal(document, 80, ascii=True).splitlines())) <= 80
    assert r"\end{document}" in latex(document)


@pytest.mark.parametrize("asked_for", ["x", "xbar", "x_bar", "x̄"])
def test_the_names_of_a_bar(asked_for: str) -> None:
    assert one("gated_softmax", asked_for).tensor.name == "x"


@pytest.mark.parametrize(
    ("name", "said"),
    [("hh", "did you mean h?"), ("t", "`t` has no bar"), ("tbar", "`t` has no bar"), ("qqqq", "there are x")],
)
def test_what_has_no_bar_is_said(name: str, said: str) -> None:
    with pytest.raises(DeriveError) as error:
        one("gated_softmax", name)
    assert said in str(error.value)


def test_outputs_and_what_nothing_reads() -> None:
    network = build_network(sizes={}, inputs={"x": [], "u": []}, equations="y = tanh(x)\nz = u*2", want=["x"], cost="y")
    shown = terminal(explain(network, ["y", "u"]).document(), 80)
    assert "y is the cost itself" in shown and "No path leads from u to y" in shown
    upstream = build_network(sizes={}, inputs={"x": []}, equations="y = tanh(x)", want=["x"])
    assert "its error signal comes from outside" in terminal(explain(upstream, ["y"]).document(), 80)


def test_the_command() -> None:
    result = CliRunner().invoke(cli, ["explain", "problems/gated_softmax.yaml", "xbar"])
    assert result.exit_code == 0 and "x reaches J on 3 paths" in result.output
    result = CliRunner().invoke(cli, ["explain", "problems/rnn.yaml", "h", "--format", "json"])
    (met,) = json.loads(result.output)["bars"]
    assert met["recurrent"] == ["h"] and [t["reader"] for t in met["terms"]] == ["a", "o"]


def test_a_condition_is_told_with_its_residual() -> None:
    told = terminal(explain(problem("ridge_stationary"), ["X"]).document(), 100)
    assert "In F_j = " in told and "−Σ_{l=1}^D μ_l ∂F_l/∂x_ij" in told
