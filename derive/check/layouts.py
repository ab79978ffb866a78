"""Whether an answer has the slopes of a number as columns or as rows (numerator layout): one layout an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.check.entries import USUAL, Reading
from derive.check.judge import readings_of
from derive.check.show_claim import example_of
from derive.check.surgery import all_nodes
from derive.syntax.tree import Fenced, Fraction, Name, Node, Scripted

if TYPE_CHECKING:
    from derive.check.marked import Marked

Layout: TypeAlias = Literal["usual", "rows"]
"""rows: all bars are rows.  usual: columns, but ∂E/∂y ∂y/∂x alone is read as the chain rule has it."""


def laid_out(readings: Sequence[Reading], layout: Layout) -> tuple[Reading, ...]:
    """The readings that a layout leaves open."""
    return tuple(replace(r, rows=True, row_gradients=True) for r in readings) if layout == "rows" else tuple(readings)


def is_row_of_slopes(marked: Marked) -> bool:
    """Whether a claim says that the slope ∂E/∂v of a number by a vector is a row, vᵀS + rᵀB: not the usual column
    with a transpose around all of it, which is a slip."""
    if (
        marked.left is None
        or not _is_slope(marked.left)
        or isinstance(marked.right, (Name, Scripted))
        or marked.claim.why.partition(" of ")[0] != "a column"
    ):
        return False
    return " = a row of " in marked.claim.why


def of_one_layout(marked: Sequence[Marked]) -> list[Marked]:
    """Chains ∂E/∂y ∂y/∂x that need rows are wrong in an answer that transposes its slopes: there ∂E/∂y is a column."""
    shown = next((m for m in marked if m.claim.verdict == "right" and not m.reading.rows and _transposes(m)), None)
    if shown is None:
        return list(marked)
    why = f"slopes are columns in this answer (line {shown.claim.line}): something lacks its transpose"
    return [_against(m, why) if _needs_rows(m) else m for m in marked]


def _transposes(marked: Marked) -> bool:
    """Whether there is a (∂y/∂x)ᵀ in the right side."""
    return marked.right is not None and any(
        isinstance(node, Scripted) and any(_is_transpose(s) for s in node.sups) and _is_slope(node.body)
        for node in all_nodes(marked.right)
    )


def _is_transpose(node: Node) -> bool:
    return isinstance(node, Name) and node.base in ("T", "top", "intercal", "t") and not node.subs


def _is_slope(node: Node) -> bool:
    inner = node.body if isinstance(node, Fenced) else node
    return isinstance(inner, Fraction) and any(isinstance(n, Name) and n.base == "partial" for n in all_nodes(inner))


def _needs_rows(marked: Marked) -> bool:
    """Whether a claim is right as rows, and not as columns."""
    read = marked.reading
    if (
        marked.claim.verdict != "right"
        or marked.judge is None
        or read.rows
        or not (read.row_gradients or read.schematic)
    ):
        return False
    judge, left, right = marked.parts()
    chains = [r for r in readings_of(left, right) if r.row_gradients]
    return any(judge.agrees(left, right, r).answer == "right" for r in chains)


def _against(marked: Marked, why: str) -> Marked:
    judge, left, right = marked.parts()
    example = example_of(judge, left, right, USUAL)
    claim = replace(marked.claim, verdict="wrong", follows="no", under=(), why=why, example=example)
    return replace(marked, claim=claim, reading=USUAL)
