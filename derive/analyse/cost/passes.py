"""The cost of a network's two passes: each line's operations, their sums, the ratio's limit, what has to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from derive.analyse.cost.index_forms import Operations, added, operations, size_of
from derive.analyse.cost.polynomials import Limit, limit, text, total
from derive.derivation import Derivation, Line
from derive.notation.expression import Tensor
from derive.notation.index import Slot
from derive.notation.walk import entries


@dataclass(frozen=True, slots=True)
class Counted:
    """A line and its operations."""

    line: Line
    operations: Operations

    def to_dict(self) -> dict[str, Any]:
        return {"quantity": self.line.tensor.name, "bar_of": list(self.line.tensor.cost), **_plain(self.operations)}


@dataclass(frozen=True, slots=True)
class Passes:
    """stored: hidden quantities that the backward pass reads, and inputs apart; each with its size."""

    derivation: Derivation
    forward: tuple[Counted, ...]
    backward: tuple[Counted, ...]
    stored: tuple[tuple[Tensor, Slot], ...]
    inputs: tuple[tuple[Tensor, Slot], ...]
    parameters: tuple[tuple[Tensor, Slot], ...]

    @property
    def sums(self) -> tuple[Operations, Operations]:
        """Of the forward pass, of the backward pass."""
        return added(c.operations for c in self.forward), added(c.operations for c in self.backward)

    @property
    def ratio(self) -> Limit | None:
        """What backward multiplications / forward multiplications go to where all sizes grow alike."""
        forward, backward = self.sums
        return limit(backward.multiplications, forward.multiplications)

    def to_dict(self) -> dict[str, Any]:
        forward, backward = self.sums
        return {
            "forward": {"lines": [c.to_dict() for c in self.forward], **_plain(forward)},
            "backward": {"lines": [c.to_dict() for c in self.backward], **_plain(backward)},
            "ratio": _ratio(self.ratio),
            "stored": {tensor.name: text(size) for tensor, size in self.stored},
            "memory": {
                "activations": text(total(size for _, size in self.stored)),
                "inputs": text(total(size for _, size in self.inputs)),
                "parameters": text(total(size for _, size in self.parameters)),
            },
        }


def _plain(found: Operations) -> dict[str, str]:
    return {
        "multiplications": text(found.multiplications),
        "additions": text(found.additions),
        "evaluations": text(found.evaluations),
    }


def _ratio(found: Limit | None) -> dict[str, str | None] | None:
    if found is None:
        return None
    ends = {"low": found.low, "high": found.high}
    return {"equal_sizes": str(found.equal), **{k: None if v is None else str(v) for k, v in ends.items()}}


def passes(derivation: Derivation) -> Passes:
    """What a derivation's forward and backward lines take."""
    read = _read(derivation.backward)
    return Passes(
        derivation,
        _counted(derivation.forward),
        _counted(derivation.backward),
        _sized(t for t in read if t.role == "hidden"),
        _sized(t for t in read if t.role in ("input", "class")),
        _sized(t for t in derivation.network.tensors.values() if t.role == "parameter"),
    )


def _counted(lines: Sequence[Line]) -> tuple[Counted, ...]:
    return tuple(Counted(line, operations(line.scalar.right, line.scalar.letters)) for line in lines)


def _read(lines: Sequence[Line]) -> dict[Tensor, None]:
    """What the backward pass reads of the forward pass, in its own order."""
    found = (entry.tensor for line in lines for entry in entries(line.scalar.right))
    return dict.fromkeys(tensor for tensor in found if not tensor.is_bar)


def _sized(tensors: Iterable[Tensor]) -> tuple[tuple[Tensor, Slot], ...]:
    return tuple((tensor, size_of(tensor.axes)) for tensor in tensors)
