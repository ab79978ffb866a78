"""What a derivation adds to a graph: bars at the nodes, partials at the edges, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from derive.derivation import Derivation
from derive.document import COMMA, Fenced, Math, Symbol, row
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, bar, upstream
from derive.notation.index import Range
from derive.picture.glyphs import typeset
from derive.picture.model import At, Edge, Node
from derive.picture.partials import partials, partials_at
from derive.picture.read import key
from derive.picture.read import label as labelled
from derive.typeset.scribe import Scribe
from derive.typeset.values import written

WIDEST = 9.0
"""Ems that numbers may take in a node."""


def with_bars(nodes: list[Node], derived: Derivation, scribe: Scribe) -> list[Node]:
    """The nodes with the bars that the derivation has lines for; one that is 0 flows nowhere."""
    lines = {line.tensor for line in (*derived.backward, *derived.folded) if line.steps[-1].right.terms}
    found = {t.key: t for line in derived.forward for t in (line.tensor,)} | dict(derived.network.tensors)
    return [replace(n, bar=_bar(found.get(n.tensor), n.at, lines, derived, scribe)) for n in nodes]


def _bar(tensor: Tensor | None, at: At, lines: set[Tensor], derived: Derivation, scribe: Scribe) -> Math | None:
    """The bar of a quantity, or the multiplier of what a condition defines."""
    if tensor is None:
        return None
    own = [t for t in (bar(tensor, derived.cost), upstream(tensor, derived.cost)) if t in lines]
    return labelled(own[0], scribe, at) if own else None


def with_partials(edges: list[Edge], nodes: list[Node], derived: Derivation, scribe: Scribe) -> list[Edge]:
    """The edges between quantities with bars, each with the partial of the reader in what it reads."""
    shown: dict[tuple[str, str], tuple[Math, Math]] = {}
    for equation in sorted(derived.network.equations, key=_fixed):
        for tensor, found in partials(equation, scribe).items():
            shown.setdefault((key(tensor.key), key(equation.left.tensor.key)), found)
    barred = {node.name for node in nodes if node.bar is not None}
    of = {node.name: node for node in nodes}
    told = [
        _at_steps(of[e.source], of[e.target], derived, scribe)
        if of[e.source].at or of[e.target].at
        else shown.get((key(of[e.source].tensor), key(of[e.target].tensor)))
        for e in edges
    ]
    return [_with(edge, met, barred) for edge, met in zip(edges, told, strict=True)]


def _at_steps(source: Node, target: Node, derived: Derivation, scribe: Scribe) -> tuple[Math, Math] | None:
    """The partial between two quantities at their positions, by the equation that holds there."""
    tensors = [t for t in derived.network.tensors.values() if t.key == source.tensor]
    for equation in sorted(derived.network.equations, key=_fixed, reverse=True):
        if equation.left.tensor.key == target.tensor and tensors and _holds(equation, target.at):
            told = partials_at(equation, tensors[0], (target.at, source.at), scribe)
            if told is not None:
                return told
    return None


def _holds(equation: Equation, at: At) -> bool:
    slots = [(equation.left.slots[axis], position) for axis, position in at]
    return all(slot.constant == position for slot, position in slots if slot.is_number)


def _fixed(equation: Equation) -> int:
    """How many of an equation's positions are fixed: that of all layers says more than that of the first."""
    return sum(slot.is_number for slot in equation.left.slots)


def _with(edge: Edge, found: tuple[Math, Math] | None, barred: set[str]) -> Edge:
    if found is None or not {edge.source, edge.target} <= barred:
        return edge
    return replace(edge, label=found[0], told=found[1], signal=True)


def with_values(nodes: list[Node], derived: Derivation, backward: bool) -> list[Node]:
    """The nodes with the numbers that are known."""
    return [_valued(node, derived, backward) for node in nodes]


def _valued(node: Node, derived: Derivation, backward: bool) -> Node:
    known: Mapping[str, Any] = derived.network.values
    value = known.get(node.tensor, derived.values.get((node.tensor, ())))
    signal = derived.values.get((node.tensor, (derived.cost,))) if backward else None
    axes = derived.network.tensors[node.tensor].axes if node.tensor in derived.network.tensors else ()
    return replace(node, value=_number(_at(value, node.at, axes)), signal=_number(_at(signal, node.at, axes)))


def _at(numbers: Any, at: At, axes: tuple[Range, ...]) -> Any:
    """The numbers at positions of the first axes; none where these are others."""
    for n, (axis, position) in enumerate(at):
        first = axes[axis].lo
        place = position - first.constant
        if axis != n or not first.is_number or not isinstance(numbers, list) or not 0 <= place < len(numbers):
            return None
        numbers = numbers[place]
    return numbers


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
