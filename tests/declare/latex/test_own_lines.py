"""The forward lines that derive prints in LaTeX are equations in LaTeX, too: read again, they have the same numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from derive.declare.load import load, read_source
from derive.declare.marks import Source
from derive.declare.network import Network
from derive.declare.problem import parse, read
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import smooth_functions
from derive.referee.world import World, key_of
from derive.render.latex_math import math
from derive.typeset.chains import entry_chains, result_chains
from derive.typeset.document import scribe_for
from tests.declare.latex.test_papers import PROBLEMS, sizes
from tests.oracle.values import draw_arrays

ABOUT_LINES = ("equations", "define", "want", "fold", "closed_form", "hidden", "forward", "hvp", "hessian", "print")
NOT_READ = {
    "vectors": {
        **dict.fromkeys(("attention", "attention_causal", "info_nce", "multi_head"), "along which axis softmax goes"),
        **dict.fromkeys(("softmax_batch", "transformer_block"), "along which axis softmax goes"),
        "deep_mlp": "for which l each line is", "embedding": "rows that classes choose",
    },
    "entries": {
        **dict.fromkeys(("attention_causal", "info_nce"), "how far a letter runs"),
        **dict.fromkeys(("rnn", "rnn_last"), "how far a letter runs"),
        **dict.fromkeys(("gru", "lstm"), "shapes that follow from themselves"), "deep_mlp": "for which l each line is",
        "transformer_block": "v_1 beside the entries of V",
    },
}  # fmt: skip
"""Lines that say too little, and what they do not say."""
OTHER = {"implicit", "stationary"}
FILES = {p.stem: parse(read(p), p.name).data for p in sorted(PROBLEMS.glob("*.yaml"))}
NETWORKS = [name for name, data in FILES.items() if "equations" in data and not OTHER & {*data}]
CASES = [(name, form) for form in NOT_READ for name in NETWORKS if name != "gradient_penalty"]


@cache
def ours(name: str) -> tuple[Network, Derivation]:
    network = load(PROBLEMS / f"{name}.yaml")
    return network, derive_network(network)


def lines(name: str, form: str) -> list[str]:
    """One line of LaTeX for each forward line."""
    _, derivation = ours(name)
    scribe = scribe_for(derivation)
    show = result_chains if form == "vectors" else entry_chains
    found = [show(line, scribe)[-1] for line in derivation.forward]
    return [f"{math(chain.left)} = {math(chain.rights[-1 if form == 'entries' else 0])}" for chain in found]


def again(name: str, form: str) -> Network:
    data: dict[str, Any] = dict(parse(read(PROBLEMS / f"{name}.yaml"), name).data)
    kept = {key: value for key, value in data.items() if key not in ABOUT_LINES}
    kept["print"] = {k: v for k, v in data.get("print", {}).items() if k in ours(name)[0].tensors or k in data["sizes"]}
    block = "\n".join(lines(name, form))
    return read_source(Source("<python>", block, {**kept, "equations_latex": block}))


def numbers(network: Network, known: dict[Any, Any], given: dict[str, int], functions: dict[str, Any]) -> World:
    return evaluate_equations([network.equations[n] for n in network.order], World(given, known, functions))


@pytest.mark.parametrize(("name", "form"), CASES)
def test_own_lines_are_read(name: str, form: str) -> None:
    if name in NOT_READ[form]:
        with pytest.raises(DeriveError):
            again(name, form)
        return
    network, derivation = ours(name)
    other = again(name, form)
    abstract = [n for n, kind in network.functions.items() if kind == "abstract"]
    functions = smooth_functions(network.functions, abstract, 1)
    for given in sizes(name, network):
        arrays = draw_arrays(derivation, given, np.random.default_rng(1))
        known = {(n, ()): np.asarray(a, dtype=float) for n, a in arrays.items() if not n.endswith("_bar")}
        worlds = numbers(network, known, given, functions), numbers(other, known, given, functions)
        for line, equation in zip(derivation.forward, other.equations, strict=True):
            one, two = worlds[0].real(key_of(line.tensor)), worlds[1].real(key_of(equation.left.tensor))
            np.testing.assert_allclose(one, two, rtol=1e-9, err_msg=line.tensor.name)
