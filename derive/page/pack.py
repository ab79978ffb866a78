"""What a page holds beside what is read: the other notations, LaTeX to copy, sizes; compressed, as browsers unpack it.

The same rows of all notations stand side by side, so that what they share is stored once.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from derive.declare.network import Network
from derive.derivation import Derivation, Line
from derive.document import Operator, Script, Symbol, row
from derive.render.mathml import inner, mathml
from derive.typeset.scribe import Scribe

ROW = re.compile(r'(?=<div class="chain)')
"""Where a page, and its script, cut the passes."""
DIGITS = "0123456789"
IN, REAL, TIMES = Operator("∈", "relation"), Symbol("R", "double"), Symbol("×", "upright")


def packed(about: Mapping[str, Any]) -> str:
    """Plain data as text that stands in a page."""
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def beside(first: str, others: Sequence[str]) -> list[list[str | int]]:
    """Piece by piece what each of the others has there; 0: what the first has."""
    cut = zip_longest(*(ROW.split(text) for text in (first, *others)), fillvalue="")
    return [[0 if one == own else one for one in more] for own, *more in cut]


def shapes(derivation: Derivation, scribe: Scribe) -> dict[str, str]:
    """∈ ℝ^{K×N} of each quantity that has a line."""
    lines = (*derivation.forward, *derivation.backward, *derivation.solved, *derivation.closed, *derivation.moved)
    found = {" ".join((line.tensor.name, *line.tensor.cost)): _shape(line, scribe) for line in lines}
    return {name: shape for name, shape in found.items() if shape}


def _shape(line: Line, scribe: Scribe) -> str:
    sizes = [scribe.slot(axis.hi) for axis in line.tensor.layout]
    if not sizes:
        return ""
    above = row(*(part for n, size in enumerate(sizes) for part in ([TIMES, size] if n else [size])))
    return mathml(row(IN, Script(REAL, None, above)))


def sizes(derivation: Derivation, scribe: Scribe) -> dict[str, int]:
    """The sizes that have numbers, as they stand in formulas."""
    known = derivation.network.sizes.items()
    return {inner(scribe.names.size(name)): size.number for name, size in known if size.number is not None}


def drawn(derivation: Derivation, graph: str) -> dict[str, str]:
    """What the graph draws as another: of equal uses h₂ and h₃ as h₄; edges of conditions as those of their cost."""
    nodes = re.findall(r'<g id="n-([^"]+)"', graph)
    ends: dict[str, str] = {name.rstrip(DIGITS): name for name in nodes if name[-1] in DIGITS}
    names = derivation.network.tensors if derivation.network.uses else ()
    equal = {name: ends[name.rstrip(DIGITS)] for name in names if name not in nodes and name.rstrip(DIGITS) in ends}
    return equal | _conditions(derivation.network, set(re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', graph)))


def _conditions(network: Network, edges: set[tuple[str, str]]) -> dict[str, str]:
    """Edges to what makes a cost stationary as they are drawn: to the cost, or back from it."""
    costs = {**network.stationary, **{name: met.cost for name, met in network.implicit.items() if met.cost}}
    return {
        f"{name}>{made}": f"{name}>{cost}" if name != made and (name, cost) in edges else f"{cost}>{made}"
        for made, cost in costs.items()
        for name in network.tensors
        if (cost, made) in edges
    }
