"""What a claim says of its question: that it is about this problem, or that it has quantities of its own.

A definition speaks of another problem where no mistake explains it: it reads nothing that the problem's quantity rests
on, or mostly what the problem does not have in the place of what the quantity is made of. A slip in a forward line,
an update w ← w − η w̄ and a name of the answer's own are no such definitions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from derive.check.forms import Quantity, spelled
from derive.check.mistakes.names import bare_of
from derive.check.questions import NOTHING, Kind
from derive.check.report import Verdict
from derive.check.show_claim import Head, head_of
from derive.check.symbols import Symbols
from derive.derivation import Derivation
from derive.referee.evaluate_equations import reads
from derive.syntax.tree import Big, Fenced, Name, Node, Number, Scripted, children

MARKS = ("partial", "nabla", "delta")


@dataclass(frozen=True, slots=True)
class _Read:
    """What a right side reads: quantities of the problem by name, error signals or slopes, and names unknown to it."""

    known: frozenset[str]
    signals: bool
    foreign: bool


def kind_of(
    symbols: Symbols, verdict: Verdict, left: Node | None, right: Node | None, made: Collection[str] = ()
) -> Kind:
    """made: names that the answer has defined; left, right: None where the claim is such a definition."""
    if left is None or right is None or _is_made(left, made):
        return Kind(foreign=verdict == "unknown")
    head = head_of(symbols, _whole(left))
    declared = bool(head.name) and head.name in symbols.derivation.network.tensors
    if head.is_bar:
        return Kind(own=verdict == "right", signal=True)
    if not declared:
        return Kind(foreign=verdict == "unknown" and _read(symbols, left).foreign)
    if _is_update(left, right):
        return NOTHING
    if verdict == "given":
        return Kind(own=True)
    read = _read(symbols, right)
    if verdict not in ("wrong", "unknown") or read.signals:
        return NOTHING
    return _of_definition(symbols.derivation, head, read, verdict)


def _of_definition(derivation: Derivation, head: Head, read: _Read, verdict: Verdict) -> Kind:
    if not head.is_forward:
        return Kind(other=verdict == "wrong")
    rests = _rests_on(derivation, head.name)
    made_of = _made_of(derivation, head.name)
    lacks = [name for name in made_of if not ({name} | _rests_on(derivation, name)) & read.known]
    redefines = read.foreign and 2 * len(lacks) > len(made_of)
    return Kind(other=redefines or not rests & read.known, redefines=redefines)


def _whole(left: Node) -> Node:
    """∇_x E of (∇_x E)_i."""
    while isinstance(left, (Scripted, Fenced)):
        left = left.body
    return left


def _is_made(left: Node, made: Collection[str]) -> bool:
    """Whether a left side is a name of the answer's own, or its transpose."""
    return isinstance(left, Name) and (spelled(left) in made or spelled(bare_of(left)[0]) in made)


def _is_update(left: Node, right: Node) -> bool:
    """w = w − η g, z = z: the right side reads what the left one is."""
    own = spelled(left) if isinstance(left, Name) else None
    return own is not None and any(spelled(name) == own for name in _names(right))


def _read(symbols: Symbols, node: Node) -> _Read:
    known, signals, foreign = set[str](), False, False
    for name in _names(node):
        meanings = symbols.meanings(name)
        quantity = next((m for m in meanings if isinstance(m, Quantity)), None)
        signals = signals or name.base in MARKS or (quantity is not None and quantity.bar)
        if quantity is not None:
            known.add(quantity.tensor.name)
        foreign = foreign or (not meanings and symbols.size(name) is None and name.base not in MARKS)
    return _Read(frozenset(known), signals, foreign)


def _names(node: Node) -> Iterator[Name]:
    """The names in a formula that are no positions, ranges or marks."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name):
            yield one
        elif isinstance(one, (Scripted, Big)):
            waiting.append(one.body)
        elif not isinstance(one, Number):
            waiting.extend(children(one))


def _made_of(derivation: Derivation, name: str) -> frozenset[str]:
    """What the equations of a quantity read."""
    own = [e for e in derivation.network.equations if e.left.tensor.name == name]
    return frozenset(t.name for e in own for t in reads(e.right))


def _rests_on(derivation: Derivation, name: str) -> frozenset[str]:
    """What a quantity is made of, what this is made of, and so on."""
    met, waiting = set[str](), [name]
    while waiting:
        more = _made_of(derivation, waiting.pop()) - met
        met |= more
        waiting.extend(more)
    return frozenset(met)
