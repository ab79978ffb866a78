"""From a derivation to a document: the one place that decides letters, precedence and order, for every target."""

from __future__ import annotations

from derive.typeset.document import derivation_document
from derive.typeset.style import Style

__all__ = ["Style", "derivation_document"]
