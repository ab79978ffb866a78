"""The counts of a table of layers, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.analyse.counts.layers import Layer, Totals, totals
from derive.analyse.counts.suggestions import Suggestion
from derive.analyse.counts.tables import Entry
from derive.document import Document


@dataclass(frozen=True, slots=True)
class Counts:
    """suggestions: goal -> changes.  judged: the entries of an answer's table, where one was given."""

    title: str
    layers: tuple[Layer, ...]
    suggestions: Mapping[str, list[Suggestion]]
    judged: tuple[Entry, ...] = ()

    @property
    def totals(self) -> Totals:
        return totals(self.layers)

    def share(self, kind: str, quantity: str) -> float | None:
        """The part of a count that the layers of a kind have; None where sizes are symbolic."""
        whole = getattr(self.totals, quantity)
        own = [getattr(layer, quantity).value for layer in self.layers if layer.spec.kind == kind]
        if not whole.is_number or not whole.constant:
            return None
        return float(sum(value.constant for value in own) / whole.constant)

    def to_dict(self) -> dict[str, Any]:
        return {
            "layers": [layer.to_dict() for layer in self.layers],
            "totals": self.totals.to_dict(),
            "suggestions": {goal: [s.to_dict() for s in found] for goal, found in self.suggestions.items()},
            "judged": [entry.to_dict() for entry in self.judged],
        }

    def document(self) -> Document:
        from derive.analyse.counts.shown import document

        return document(self)
