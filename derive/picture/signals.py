"""What a derivation adds to a graph: bars at the nodes, partials at the edges, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from derive.derivation import Derivation
from derive.document import COMMA, Fenced, Math, Symbol, row
from derive.notation.expression import Tensor, bar, upstream
from derive.picture.glyphs import typeset
from derive.picture.model import Edge, Node
from derive.picture.partials import partials
from derive.picture.read import key
from derive.picture.read import label as labelled
from derive.typeset.scribe import Scribe
from derive.typeset.values import written

WIDEST = 9.0
"""Ems that numbers may take in a node."""


def with_bars(nodes: list[Node], derived: Derivation, scribe: Scribe) -> list[Node]:
    """The nodes with the bars that the derivation has lines for."""
    lines = {line.tensor for line in (*derived.backward, *derived.folded)}
    found = {t.key: t for line in derived.forward for t in (line.tensor,)} | dict(derived.network.tensors)
    return [replace(n, bar=_bar(found.get(n.tensor), lines, derived, scribe)) for n in nodes]


def _bar(tensor: Tensor | None, lines: set[Tensor], derived: Derivation, scribe: Scribe) -> Math | None:
    """The bar of a quantity, or the multiplier of what a condition defines."""
    if tensor is None:
        return None
    own = [t for t in (bar(tensor, derived.cost), upstream(tensor, derived.cost)) if t in lines]
    return labelled(own[0], scribe) if own else None


def with_partials(edges: list[Edge], nodes: list[Node], derived: Derivation, scribe: Scribe) -> list[Edge]:
    """The edges between quantities with bars, each with the partial of the reader in what it reads."""
    shown: dict[tuple[str, str], tuple[Math, Math]] = {}
    for equation in derived.network.equations:
        for tensor, found in partials(equation, scribe).items():
            shown.setdefault((key(tensor.key), key(equation.left.tensor.key)), found)
    barred = {node.name for node in nodes if node.bar is not None}
    return [_with(edge, shown.get((edge.source, edge.target)), barred) for edge in edges]


def _with(edge: Edge, found: tuple[Math, Math] | None, barred: set[str]) -> Edge:
    if found is None or not {edge.source, edge.target} <= barred:
        return edge
    label = (
        found[0] if edge.label is None or not edge.back else row(edge.label, Symbol(":", "upright"), COMMA, found[0])
    )
    return replace(edge, label=label, told=found[1], signal=True)


def with_values(nodes: list[Node], derived: Derivation, backward: bool) -> list[Node]:
    """The nodes with the numbers that are known."""
    return [_valued(node, derived, backward) for node in nodes]


def _valued(node: Node, derived: Derivation, backward: bool) -> Node:
    known: Mapping[str, Any] = derived.network.values
    value = known.get(node.tensor, derived.values.get((node.tensor, ())))
    signal = derived.values.get((node.tensor, (derived.cost,))) if backward else None
    return replace(node, value=_number(value), signal=_number(signal))


def _number(numbers: Any) -> Math | None:
    """Numbers as they are, the middle of long ones left out; none where that is still too wide."""
    if numbers is None:
        return None
    for shown in (numbers, _shortened(numbers)):
        box = shown if isinstance(shown, Fenced) else written(shown)
        if typeset(box).width <= WIDEST:
            return box
    return None


def _shortened(numbers: Any) -> Any:
    """(1, …, 4) for a long row."""
    if not isinstance(numbers, list) or len(numbers) < 3 or isinstance(numbers[0], list):
        return numbers
    dots = Symbol("…", "upright")
    return Fenced(row(written(numbers[0]), COMMA, dots, COMMA, written(numbers[-1])))
