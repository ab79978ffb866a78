"""What an order of evaluation takes: multiplications, additions, and memory, as polynomials in the sizes.

The rule: a × b by b × c takes abc multiplications and a(b − 1)c additions; a transpose takes none; what is kept is
every input that is read, every intermediate result and the result, each once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from derive.analyse.cost.parts import Part, leaf, transposed
from derive.analyse.cost.polynomials import text, total
from derive.notation.index import Slot

RULE = (
    "An a × b matrix times a b × c matrix takes abc multiplications and a(b − 1)c additions; a transpose takes none. "
    "Kept are the inputs that are read, every intermediate result and the result, each once."
)


@dataclass(frozen=True, slots=True)
class Step:
    """name = part, one operation; a part that the file gave no name has none."""

    name: str
    part: Part

    def to_dict(self) -> dict[str, Any]:
        counted = {"multiplications": self.part.multiplications, "additions": self.part.additions}
        return {"name": self.name, **{k: text(v) for k, v in counted.items()}, "size": text(self.part.size)}


@dataclass(frozen=True, slots=True)
class Measured:
    """An order and its cost: kept are (the name or the part, its size)."""

    name: str
    whole: Part
    steps: tuple[Step, ...]
    kept: tuple[tuple[Part, str, Slot], ...]

    @property
    def multiplications(self) -> Slot:
        return total(step.part.multiplications for step in self.steps)

    @property
    def additions(self) -> Slot:
        return total(step.part.additions for step in self.steps)

    @property
    def memory(self) -> Slot:
        return total(size for _, _, size in self.kept)

    def to_dict(self) -> dict[str, Any]:
        counted = {"multiplications": self.multiplications, "additions": self.additions, "memory": self.memory}
        return {
            "name": self.name,
            **{key: text(value) for key, value in counted.items()},
            "steps": [step.to_dict() for step in self.steps],
        }


def measured(name: str, order: Mapping[str, Part]) -> Measured:
    """The cost of equations one after the other; the last is the result."""
    steps: list[Step] = []
    whole: dict[str, Part] = {}
    for own, part in order.items():
        *inner, last = list(part.operations()) or [part]
        steps += [Step("", met) for met in inner if Step("", met) not in steps]
        steps += [Step(own, last)] if last.args else []
        whole[own] = _opened(part, whole)
    return Measured(name, whole[own], tuple(steps), _kept(steps, order))


def _opened(part: Part, known: Mapping[str, Part]) -> Part:
    """The part with the names that the order gave put out again."""
    if part.op == "leaf" and part.name in known:
        return transposed(known[part.name]) if part.turned else known[part.name]
    return replace(part, args=tuple(_opened(argument, known) for argument in part.args))


def _kept(steps: list[Step], order: Mapping[str, Part]) -> tuple[tuple[Part, str, Slot], ...]:
    """Inputs and results in the order in which they are met."""
    kept: dict[tuple[Part | str, ...], tuple[Part, str, Slot]] = {}
    for step in steps:
        for argument in step.part.args:
            if argument.op == "leaf" and argument.name not in order:
                plain = leaf(argument.name, argument.rows, argument.columns)
                kept.setdefault((argument.name,), (plain, argument.name, argument.size))
        kept[(step.part, step.name)] = (step.part, step.name, step.part.size)
    return tuple(kept.values())
