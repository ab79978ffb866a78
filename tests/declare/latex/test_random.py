"""Random networks whose forward lines are printed in LaTeX and read again: what is read has the same numbers.

A line may be refused, with a message; none may be read as something else.
`python -m tests.declare.latex.test_random 0 500`
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest

from derive.declare.load import parse_problem, read_source
from derive.declare.marks import Source
from derive.declare.problem import parse
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import smooth_functions
from derive.referee.world import World, key_of
from derive.render.latex_math import math
from derive.typeset.chains import entry_chains, result_chains
from derive.typeset.document import scribe_for
from tests.oracle.values import draw_arrays
from tests.random_networks import problem


def tried(seed: int, form: str) -> str:
    """`same`, or `refused`; an AssertionError where other numbers come out."""
    text = problem(seed, length=5, equal=seed % 2 == 0)
    network = parse_problem(text, "p.yaml")
    if ("sigma" in network.functions and "sigmoid(" in text) or "gelu_tanh(" in text:
        return "refused"  # two functions are printed alike: σ, GELU
    derivation = derive_network(network)
    scribe = scribe_for(derivation)
    show = result_chains if form == "vectors" else entry_chains
    chains = [show(line, scribe)[-1] for line in derivation.forward]
    block = "\n".join(f"{math(c.left)} = {math(c.rights[-1 if form == 'entries' else 0])}" for c in chains)
    data: dict[str, Any] = {k: v for k, v in parse(text, "p.yaml").data.items() if k not in ("equations", "want")}
    try:
        other = read_source(Source("<python>", block, {**data, "equations_latex": block}))
    except DeriveError:
        return "refused"
    given = {n: k for k, n in enumerate(network.sizes, 2)}
    given.update({n: s.number for n, s in network.sizes.items() if s.number is not None})
    arrays = draw_arrays(derivation, given, np.random.default_rng(seed))
    known = {(n, ()): np.asarray(a, dtype=float) for n, a in arrays.items() if not n.endswith("_bar")}
    functions = smooth_functions(network.functions, tuple(network.functions), seed)
    worlds = [
        evaluate_equations([n.equations[k] for k in n.order], World(given, known, functions)) for n in (network, other)
    ]
    for line, equation in zip(derivation.forward, other.equations, strict=True):
        one, two = worlds[0].real(key_of(line.tensor)), worlds[1].real(key_of(equation.left.tensor))
        np.testing.assert_allclose(one, two, rtol=1e-8, atol=1e-10, err_msg=f"{seed} {line.tensor.name}\n{block}")
    return "same"


@pytest.mark.parametrize("form", ["vectors", "entries"])
def test_random_networks(form: str) -> None:
    found = Counter(tried(seed, form) for seed in range(20))
    assert found["same"]


if __name__ == "__main__":
    for form in ("vectors", "entries"):
        found: Counter[str] = Counter()
        for seed in range(int(sys.argv[1]), int(sys.argv[2])):
            try:
                found[tried(seed, form)] += 1
            except Exception as error:
                found["WRONG"] += 1
                print(seed, form, type(error).__name__, str(error)[:1500])
        print(form, dict(found))
