"""Lines about a condition F that leave labels out, (∂F/∂y)ᵀ λ = ȳ: they hold at each position of the labels."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.bound_letters import bounds
from derive.check.forms import Quantity, spelled
from derive.check.surgery import all_nodes, exchanged
from derive.check.symbols import Symbols
from derive.notation.expression import Tensor
from derive.syntax.marks import text_of
from derive.syntax.tree import Big, Fenced, Name, Node, edited


def with_labels(symbols: Symbols, left: Node, right: Node) -> tuple[Node, Node] | None:
    """The sides with the letters of the labels put above all names that lack them; None where no condition is named
    without its labels, or where some other name has labels of its own and F is no left side."""
    if not symbols.derivation.network.implicit:
        return None
    bare = [one for side in (left, right) for one in all_nodes(side) if _letters(symbols, one)]
    conditions = {met.tensor for met in symbols.derivation.network.implicit.values()}
    named = [one for one in bare if _tensor(symbols, one) in conditions]
    if not named or _sums(bare, symbols, left, right):
        return None
    if [left] == named:
        bare = [left]  # F = y⁽ⁿ⁾ − …: its right side has them
    new: dict[Node, Node] = {one: _above(symbols, one) for one in bare if isinstance(one, Name)}
    return exchanged(left, new), exchanged(right, new)


def _tensor(symbols: Symbols, node: Node) -> Tensor | None:
    found = symbols.meanings(node)[:1] if isinstance(node, Name) else ()
    return next((m.tensor for m in found if isinstance(m, Quantity) and not m.slots), None)


def _letters(symbols: Symbols, node: Node) -> list[str]:
    """The letters of the labels that a name has, and is written without."""
    tensor = _tensor(symbols, node)
    if tensor is None or not tensor.labels:
        return []
    network = symbols.derivation.network
    found = [x for place in tensor.labels if (x := _letter(symbols, tensor, place)) in network.labels and x]
    return found if len(found) == len(tensor.labels) else []


def _letter(symbols: Symbols, tensor: Tensor, place: int) -> str | None:
    network = symbols.derivation.network
    runs = tensor.axes[place]
    return next((x for x in network.labels if x in network.letters and network.letters[x].hi == runs.hi), None)


def _above(symbols: Symbols, name: Name) -> Name:
    fences = [Fenced("(", ")", Name(x, spelled=x)) for x in _letters(symbols, name)]
    return edited(name, sups=(*fences, *name.sups))


def _sums(bare: list[Node], symbols: Symbols, *sides: Node) -> bool:
    """Whether a Σ runs over one of these letters."""
    letters = {x for one in bare for x in _letters(symbols, one)}
    return bool(letters & set(_summed(sides)))


def _summed(sides: tuple[Node, ...]) -> Iterator[str]:
    for side in sides:
        for one in all_nodes(side):
            if isinstance(one, Big):
                yield from (name for name, _, _ in bounds(one))
                yield from (spelled(s) if isinstance(s, Name) else text_of(s) for s in one.subs)
