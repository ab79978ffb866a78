"""Positions beside a name: w_{ij}, z_{1,j}, h_{k}^{(t)}, h_{t,k}."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.document import COMMA, Math, Row, Symbol, row


@dataclass(frozen=True, slots=True)
class At:
    """Where an array is read: a box for each axis that is no label (None: all of it), and a box for each label.

    `above` are the labels that stand as a superscript, `below` those that stand as a subscript.
    """

    slots: tuple[Math, ...] | None = None
    above: tuple[Math, ...] = ()
    below: tuple[Math, ...] = ()

    @property
    def whole(self) -> At:
        """All that the array is at these labels."""
        return replace(self, slots=None)


WHOLE = At()


def listed(boxes: Iterable[Math]) -> Math:
    """a, b, c."""
    parts: list[Math] = []
    for box in boxes:
        parts.extend((COMMA, box) if parts else (box,))
    return Row(tuple(parts)) if len(parts) != 1 else parts[0]


def hung(own: Math | None, at: Math | None) -> Math | None:
    """A name's own subscript, then the position: 2,nj and q,ji."""
    return row(own, COMMA, at) if own is not None and at is not None else own or at


def subscript(slots: tuple[Math, ...]) -> Math | None:
    """Subscripts side by side; with commas where one of them is more than a letter, or a number before the last."""
    if not slots:
        return None
    one = all(isinstance(s, Symbol) and len(s.text) == 1 for s in slots)
    tight = one and not any(_is_digit(s) for s in slots[:-1])
    return row(*slots) if tight else row(listed(slots))


def _is_digit(box: Math) -> bool:
    return isinstance(box, Symbol) and box.text.isdigit()
