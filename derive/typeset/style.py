"""The choices that people make differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Notation: TypeAlias = Literal["bar", "partial", "nabla", "d", "delta"]
Product: TypeAlias = Literal["circ", "odot"]


@dataclass(frozen=True, slots=True)
class Style:
    """How error signals are written (x̄, ∂E/∂x, ∇_x E, dx, δ_x), and the sign of the entrywise product (∘, ⊙)."""

    notation: Notation = "bar"
    product: Product = "circ"

    @property
    def entrywise(self) -> str:
        return {"circ": "∘", "odot": "⊙"}[self.product]
