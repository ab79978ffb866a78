"""How a quantity is printed, and whether a name in an answer is that quantity: its base, its accents, primes and marks.

Marks are scripts that belong to the name, the layer of W⁽¹⁾, the q of W_q; they may stand above or below. What is left
over above is a label, a transpose or a power, and what is left over below are positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from derive.notation.expression import Tensor
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, List, Name, Node, Number, Relation, edited

BARS = (r"\bar", r"\overline", r"\overbar", r"\widebar")
TRANSPOSES = ("T", "top", "intercal", "mathsf", "t", "tr", "*")


@dataclass(frozen=True, eq=False, slots=True)
class Form:
    """How a quantity is printed: the parts of its name."""

    tensor: Tensor
    base: str
    face: str
    accents: tuple[str, ...]
    primes: int
    marks: tuple[str, ...]
    own: bool = False
    """Whether the answer defines it."""
    letters: int = 0
    """How many letters of positions stand beside a name of the answer's own, where it is defined."""


@dataclass(frozen=True, eq=False, slots=True)
class Quantity:
    """A quantity, or its bar, at some positions: `slots` has one for each of the leading axes that are read at a
    position, None for one that runs. transposed: an odd number of times.  power: an exponent, None for none."""

    tensor: Tensor
    bar: bool
    slots: tuple[Node | None, ...] = ()
    transposed: bool = False
    power: Node | None = None
    layer: str = ""
    dot: bool = False
    """Whether it is the change along the direction in which some quantities move: ż, and the dot of a bar."""

    @property
    def is_entry(self) -> bool:
        return len(self.slots) == len(self.tensor.axes) and not self.is_slice

    @property
    def is_slice(self) -> bool:
        """Whether some of the leading axes run, all of them, P_{:,i}, or a part, P_{2:N,i}."""
        return any(slot is None or is_part(slot) for slot in self.slots)


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function's name with its order of derivative, and a power that its value is raised to: tanh²(x)."""

    name: str
    order: int
    power: Node | None = None
    slots: tuple[Node, ...] = ()
    condition: Node | None = None


Meaning: TypeAlias = Quantity | Function


def is_part(slot: Node) -> bool:
    """Whether this is a part of an axis, 2:N."""
    return isinstance(slot, Relation) and slot.relations == (":",)


def is_bar(accent: str) -> bool:
    return accent in BARS


@lru_cache(maxsize=8192)
def spelled(name: Name) -> str:
    """A name in plain letters, as `--let` has it: J, y′, W^(1), delta_1."""
    accents = "".join(a.replace("\\", "") + " " for a in name.accents if not is_bar(a))
    subs = "".join(text_of(s) for s in flat(name.subs))
    sups = "".join(text_of(s) for s in flat(name.sups))
    return accents + name.base + "′" * name.primes + (f"_{subs}" if subs else "") + (f"^{sups}" if sups else "")


def called(name: Name) -> str:
    """A name without its positions, its transpose and its powers: a of a_j."""
    marks = [text_of(s) for s in flat((*name.sups, *name.subs))]
    own = "".join(mark for mark in marks if mark.isdigit())
    return " ".join((*name.accents, name.base + "′" * name.primes, own))


def matches(form: Form, name: Name, exponents: frozenset[str] = frozenset()) -> Quantity | None:
    """The quantity of a form at the positions that a name gives; None if the name is another. exponents: letters that
    are no transposes."""
    accents = list(name.accents)
    for accent in form.accents:
        if accent not in accents:
            return None
        accents.remove(accent)
    if any(not is_bar(a) for a in accents) or len(accents) > 1 or name.primes != form.primes:
        return None
    for below_first in (True, False) if form.marks else (True,):
        subs, sups = flat(name.subs), flat(name.sups)
        if all(_take(mark, subs, sups, below_first) for mark in form.marks):
            found = _at(form, bool(accents), subs, sups, exponents)
            if found is not None:
                return found
    return None


def _take(mark: str, subs: list[Node], sups: list[Node], below_first: bool) -> bool:
    """Take a mark out of the scripts: one above, or the first ones below."""
    if below_first:
        return _take_below(mark, subs) or _take_above(mark, sups)
    return _take_above(mark, sups) or _take_below(mark, subs)


def _take_above(mark: str, sups: list[Node]) -> bool:
    for place, node in enumerate(sups):
        if text_of(node) == mark:
            del sups[place]
            return True
    return False


def _take_below(mark: str, subs: list[Node]) -> bool:
    joined = ""
    for count, node in enumerate(subs, 1):
        joined += text_of(node)
        if joined == mark:
            del subs[:count]
            return True
        if not joined or not mark.startswith(joined):
            break
    return False


def _at(form: Form, bar: bool, subs: list[Node], sups: list[Node], exponents: frozenset[str]) -> Quantity | None:
    tensor = form.tensor
    above: list[Node] = []
    transposed, power, signs = False, None, {*TRANSPOSES} - exponents
    for node in sups:
        text = text_of(node)
        if isinstance(node, Fenced):
            above.extend(node.body.items if isinstance(node.body, List) else (node.body,))
        elif isinstance(node, Name) and node.base in signs and not (node.subs or node.sups):
            transposed = not transposed
        elif len(above) < len(tensor.labels) and not isinstance(node, Number) and text:
            above.append(node)
        elif power is None:
            power = node
        else:
            return None
    slots = _slots(tensor, above, _digits_apart(subs, len(tensor.axes) - len(above)))
    if slots is None:
        return None
    return Quantity(tensor, bar, slots, transposed, power, "".join(form.marks))


def _digits_apart(subs: list[Node], room: int) -> list[Node]:
    """w_{12} of a matrix is w_{1,2}."""
    only = subs[0] if len(subs) == 1 else None
    if isinstance(only, Number) and only.text.isdigit() and len(only.text) == room > 1:
        return [edited(only, text=digit) for digit in only.text]
    return subs


def _slots(tensor: Tensor, above: list[Node], below: list[Node]) -> tuple[Node | None, ...] | None:
    """A position for each leading axis, None where a colon stands; None if there are too many."""
    if len(above) > len(tensor.labels) or len(above) + len(below) > len(tensor.axes):
        return None
    if above:
        waiting, rest = iter(above), iter(below)
        order = [next(waiting, None) if n in tensor.labels else next(rest, None) for n in range(len(tensor.axes))]
        while order and order[-1] is None:
            order.pop()
    else:
        order = list(below)
    return tuple(None if isinstance(node, Name) and node.base == ":" else node for node in order)
