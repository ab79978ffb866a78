"""An order in which an expression is worked out, as a graph: what is read, and every result on the way."""

from __future__ import annotations

from typing import Any

from derive.analyse.cost.measure import Measured, Step
from derive.analyse.cost.parts import Part
from derive.analyse.cost.writing import Writer
from derive.declare.network import Network
from derive.picture.model import Edge, Node, Plan


def order_plan(order: Measured, network: Network | None, result: str, title: str) -> Plan:
    """One order, for its result."""
    writer = Writer.of(network)
    steps = {step.part: step for step in order.steps}
    own = {step.name for step in order.steps}
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for n, step in enumerate(order.steps):
        target = _key(step.part, steps)
        for part in step.part.args:
            source = _key(part, steps)
            if part.op == "leaf" and part.name not in own:
                nodes.setdefault(source, Node(source, source, writer.name(*_upright(part)), "input"))
            if part.op != "number":
                edges.setdefault((source, target), Edge(source, target))
        last = n == len(order.steps) - 1
        label = writer.step(step.name or (result if last else ""), step.part)
        nodes[target] = Node(target, target, label, "cost" if last else "hidden")
    return Plan(title, tuple(nodes.values()), tuple(edges.values()))


def _upright(part: Part) -> tuple[str, Any]:
    """A name and its part, not transposed."""
    return part.name, Part("leaf", part.columns, part.rows, name=part.name) if part.turned else part


def _key(part: Part, steps: dict[Part, Step]) -> str:
    """A name for the file: that of an array or a step, else the step's number."""
    if part.op == "leaf":
        return part.name
    step = steps.get(part)
    return (step.name if step is not None else "") or f"step{[*steps].index(part) + 1 if step is not None else 0}"
