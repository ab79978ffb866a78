"""What stands above a square matrix: Aᵗ, t a label or a size, is a product of matrices, or each entry's power; and Aᵀ,
where T is a size too, is the transpose or a power."""

from __future__ import annotations

from dataclasses import replace

from derive.check.entries import Reading
from derive.check.forms import TRANSPOSES
from derive.check.surgery import all_nodes
from derive.check.symbols import Symbols
from derive.notation.expression import Tensor
from derive.notation.index import position
from derive.syntax.marks import flat
from derive.syntax.tree import Fenced, Name, Node, Number, Scripted


def has_powers(symbols: Symbols, *sides: Node) -> bool:
    """Whether something is raised to what is no number, in a problem that has no matrix_power to say how."""
    if "matrix_power" in symbols.used:
        return False
    above = (sup for side in sides for sup in _above(side))
    return any(not (isinstance(sup, (Number, Fenced)) or _sign(sup)) for sup in above)


def _above(side: Node) -> tuple[Node, ...]:
    scripted = (node for node in all_nodes(side) if isinstance(node, (Name, Scripted)))
    return tuple(sup for node in scripted for sup in flat(node.sups))


def _sign(sup: Node) -> str:
    """The T of a transpose."""
    plain = isinstance(sup, Name) and sup.base in TRANSPOSES and not (sup.subs or sup.sups)
    return sup.base if plain and isinstance(sup, Name) else ""


def entry_by_entry(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings once more, with Aᵗ the power of each entry."""
    return tuple(replace(reading, powers="entries") for reading in readings)


def with_counts(symbols: Symbols, readings: tuple[Reading, ...], *sides: Node) -> tuple[Reading, ...]:
    """The readings once more, with the T of Aᵀ the number of steps, in a line about positions: h_T = Aᵀ h_0."""
    above = [sign for side in sides for sup in _above(side) if (sign := _sign(sup))]
    if not any(counts(symbols, sign) for sign in above) or not any(_is_placed(n) for s in sides for n in all_nodes(s)):
        return ()
    ways = ("all", "outer") if len(above) > 1 else ("all",)
    return tuple(replace(reading, counts=way) for way in ways for reading in readings)


def _is_placed(node: Node) -> bool:
    """Whether something has a position: h_T, h⁽⁰⁾."""
    return isinstance(node, Name) and (bool(node.subs) or any(isinstance(sup, Fenced) for sup in flat(node.sups)))


def counts(symbols: Symbols, sign: str) -> bool:
    """Whether the sign of a transpose is a label, or a size that a label ends at, too."""
    if sign not in ("T", "t"):
        return False
    network = symbols.derivation.network
    if sign in network.sizes:
        steps = (axis for tensor in network.tensors.values() for n, axis in enumerate(tensor.axes) if _runs(tensor, n))
        return any(axis.hi == position(sign) for axis in steps)
    placed = ((e.left.tensor, n, slot) for e in network.equations for n, slot in enumerate(e.left.slots))
    return any(_runs(tensor, n) and sign in {x.name for x in slot.letters()} for tensor, n, slot in placed)


def _runs(tensor: Tensor, place: int) -> bool:
    """Whether an axis is one of steps: a label's, or one that begins at 0."""
    return place in tensor.labels or tensor.axes[place].lo == position(0)
