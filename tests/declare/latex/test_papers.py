"""Networks of problems/ in LaTeX are those networks: the same quantities and numbers, forward and backward."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.declare.load import load, parse_problem
from derive.declare.marks import Source
from derive.declare.network import Network
from derive.declare.problem import parse, read
from derive.notation.constants import KNOWN
from derive.pipeline import derive_network
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import smooth_functions
from derive.referee.world import World, key_of
from tests.declare.latex.papers import PAPERS
from tests.oracle.values import bars, draw_arrays

PROBLEMS = Path(__file__).parents[3] / "problems"
SIZES = {
    "conv1d": [
        {"N": 7, "C": 2, "F": 3, "K": 3, "S": 2, "P": 1, "M": 4},
        {"N": 3, "C": 3, "F": 3, "K": 3, "S": 3, "P": 3, "M": 3},
    ],
    "max_pool": [
        {"H": 6, "W": 8, "C": 3, "K": 2, "S": 2, "M": 3, "N": 4},
        {"H": 2, "W": 2, "C": 2, "K": 2, "S": 2, "M": 1, "N": 1},
    ],
}  # fmt: skip


def in_latex(name: str) -> Network:
    """The network of a problem file with its equations in LaTeX."""
    from derive.declare.load import read_source

    keys, block = PAPERS[name]
    plain = parse(read(PROBLEMS / f"{name}.yaml"), f"{name}.yaml").data
    data: dict[str, Any] = {key: value for key, value in plain.items() if key != "equations"}
    return read_source(Source("<python>", block, {**data, **keys, "equations_latex": block}))


def sizes(name: str, network: Network) -> list[dict[str, int]]:
    if name in SIZES:
        return SIZES[name]
    return [{n: k for k, n in enumerate(network.sizes, 2)}, dict.fromkeys(network.sizes, 3)]


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_numbers(name: str) -> None:
    ours, theirs = load(PROBLEMS / f"{name}.yaml"), in_latex(name)
    assert {n: (t.axes, t.labels, t.role) for n, t in ours.tensors.items() if n not in KNOWN} == {
        n: (t.axes, t.labels, t.role) for n, t in theirs.tensors.items() if n not in KNOWN
    }
    one, other = derive_network(ours), derive_network(theirs)
    functions = smooth_functions(ours.functions, [n for n, kind in ours.functions.items() if kind == "abstract"], 1)
    for seed, given in enumerate(sizes(name, ours)):
        arrays = draw_arrays(one, given, np.random.default_rng(seed))
        known = {(n, ()): np.asarray(a, dtype=float) for n, a in arrays.items() if not n.endswith("_bar")}
        worlds = [
            evaluate_equations([n.equations[k] for k in n.order], World(given, known, functions))
            for n in (one.network, other.network)
        ]
        for tensor in ours.tensors.values():
            if tensor.role == "hidden":
                np.testing.assert_allclose(*(w.real(key_of(tensor)) for w in worlds), rtol=1e-9, err_msg=tensor.name)
        signals = [bars(d, given, arrays, functions) for d in (one, other)]
        for wanted in one.wanted:
            np.testing.assert_allclose(signals[0][wanted], signals[1][wanted], rtol=1e-8, atol=1e-10, err_msg=wanted)


@pytest.mark.parametrize("name", PAPERS)
def test_the_reading_is_the_network_again(name: str) -> None:
    """What is shown as the reading can be copied: it is read as the same equations."""
    keys, _ = PAPERS[name]
    network = in_latex(name)
    text = read(PROBLEMS / f"{name}.yaml")
    start = text.index("equations: |")
    rest = text[start:].splitlines(keepends=True)[1:]
    after = "".join(rest[next((n for n, line in enumerate(rest) if line[:1].strip()), len(rest)) :])
    block = "".join(f"  {line}\n" for line in network.reading)
    again = parse_problem(f"{text[:start]}equations: |\n{block}{after}", f"{name}.yaml")
    assert [str(e.right) for e in again.equations] == [str(e.right) for e in network.equations] or keys
    assert [e.left.tensor for e in again.equations] == [e.left.tensor for e in network.equations]
