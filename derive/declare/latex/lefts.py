"""Left sides: the quantity that an equation gives, and which of its scripts are positions.

A script is a position where it is an index or a label of the file, where the right side reads it as one, or where the
quantity's other equations have one there; else it belongs to the name: z^{(1)} is z1, h^{(t)} is h at t.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from derive.declare.latex.asked import shown
from derive.declare.latex.blocks import Unread, Written
from derive.declare.latex.names import TRANSPOSES, Known, function_of, readings
from derive.declare.latex.spelling import SCRIPT, canonical, spelled, stems
from derive.declare.notyet import SIGNS, refusal
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import (
    Big,
    Dots,
    Fenced,
    Fraction,
    List,
    Name,
    Node,
    Number,
    Relation,
    Scripted,
    Sum,
    Times,
    children,
)
from derive.syntax.unreadable import Unreadable


@dataclass(slots=True)
class Left:
    """An equation: the quantity's name, its positions, its right side, the ranges beside it."""

    written: Written
    name: Name
    right: Node
    scripts: tuple[tuple[Node, bool], ...] = ()
    """(what stands in a script, whether above)."""
    called: str = ""
    slots: tuple[Node, ...] = ()
    letters: set[str] = field(default_factory=set)
    raised: int = 0
    arguments: str = ""

    @property
    def stem(self) -> str:
        return stems(self.name)[0]

    @property
    def is_square(self) -> bool:
        """Whether a bare 2 stands above: σ² on the left."""
        return any(isinstance(node, Number) and node.text == "2" for node in flat(self.name.sups))


def left_of(written: Written) -> Left:
    """The left side of a statement; raises Unreadable."""
    node = written.statement.node
    if not isinstance(node, Relation):
        raise Unreadable(f"{shown(node)} is no equation", max(node.at, 0), "write `name = formula`")
    if node.relations[0] in SIGNS:
        what, mend = refusal(node.relations[0]) or ("", "")
        raise Unreadable(what, max(node.at, 0), mend)
    if node.relations[0] not in ("=", ":=", "=="):
        raise Unreadable(f"{shown(node)} is no equation", max(node.at, 0), "write `name = formula`")
    if len(node.sides) > 2:
        what = f"{shown(node.sides[0])} has two right sides"
        raise Unreadable(what, max(node.sides[2].at, 0), "keep one of the two, or give one an equation of its own")
    side, right = node.sides
    _no_slope_in_time(side)
    name, arguments = _named(side)
    scripts = [(n, False) for n in flat(name.subs)]
    for n in flat(name.sups):
        scripts += [(inner, True) for inner in _inner(n)]
    return Left(written, name, right, tuple(scripts), arguments=arguments)


def names_on_left(written: Sequence[Written]) -> Iterator[str]:
    """The names that the quantities on the left may have: where one cannot be read, nothing is said of them."""
    for one in written:
        node = one.statement.node
        sides = [node.sides[0]] if isinstance(node, Relation) else []
        sides += list(sides[0].factors) if sides and isinstance(sides[0], Times) else []
        for name in (side for side in sides if isinstance(side, Name)):
            marks = tuple(text for n in (*flat(name.sups), *flat(name.subs)) if (text := text_of(n)))[:3]
            for stem in stems(name):
                yield from (stem, *spelled(stem, marks), *spelled(stem, ("".join(marks),)))


def _no_slope_in_time(side: Node) -> None:
    """dh/dt = f(h) is a differential equation."""
    tops = (side.top, side.bottom) if isinstance(side, Fraction) else ()
    heads = [part.factors[0] if isinstance(part, Times) else part for part in tops]
    if heads and all(isinstance(head, Name) and head.base in ("d", "partial") for head in heads):
        what, mend = refusal("ode") or ("", "")
        raise Unreadable(what, max(side.at, 0), mend)


def _named(side: Node) -> tuple[Name, str]:
    """The name on the left, and what it is said to depend on: L(θ)."""
    if isinstance(side, Name):
        return side, ""
    if isinstance(side, Times) and side.joins == ("",):
        head, tail = side.factors
        if isinstance(head, Name) and isinstance(tail, Fenced) and tail.opening == "(":
            return head, tail.tex
    if isinstance(side, Dots):
        raise Unreadable("this equation has no left side", max(side.at, 0), "write `name = formula`")
    mend = "write `name = formula`; what is named may be all of this: `a = ...`"
    raise Unreadable(f"{shown(side)} on the left is no name", max(side.at, 0), mend)


def _inner(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Fenced):
        return node.body.items if isinstance(node.body, List) else (node.body,)
    return (node,)


def settle(lefts: Sequence[Left], known: Known) -> None:
    """Tell positions from marks on every left side, and name the quantities; raises Unread."""
    for left in lefts:
        left.letters = {*_ranged(left), *known.context.letters}
    for _ in range(len(lefts) + 2):
        before = dict(known.given), [set(left.letters) for left in lefts]
        known.given.clear()
        known.above.clear()
        known.squares.clear()
        for left in lefts:
            try:
                _settled(left, lefts, known)
            except Unreadable as bad:
                raise Unread(left.written, bad) from None
        for left in lefts:
            left.letters |= set(_read_letters(left.right, known, left.letters))
        if before == (known.given, [left.letters for left in lefts]):
            break


def _settled(left: Left, lefts: Sequence[Left], known: Known) -> None:
    """What of the scripts are positions, from the first one that is."""
    if left.arguments and (function := function_of(known, left.name)) is not None:
        mend = "name all of the left side, `a = ...`"
        raise Unreadable(f"`{function}` on the left is a function that is known", left.name.at, mend)
    others = [other for other in lefts if other.stem == left.stem and other is not left]
    moved = {(up, n) for other in others for up, n, node in _places(other) if _is_lettered(node, other.letters)}
    positions: list[Node] = []
    marks: list[str] = []
    raised = 0
    for up, n, node in _places(left):
        fixed = isinstance(node, Number) or _is_size(node, known)
        if _is_lettered(node, left.letters) or (((up, n) in moved or _stated(left, known)) and fixed):
            positions.append(node)
            raised += up
        else:
            marks.append(text_of(node))
    _no_diagonal(left.name, positions)
    _no_bar(left.name, known)
    if not all(marks):
        bad = next(node for node, _ in left.scripts if not text_of(node))
        raise Unreadable(f"{shown(bad)} in a script is neither a position nor part of a name", max(bad.at, 0), "")
    joined = tuple(mark for mark in (*marks,))
    square = left.is_square and "2" in joined
    if len(joined) > 1 and all(len(mark) == 1 for mark in joined) and not square:
        joined = ("".join(joined),)
    names = [t for stem in stems(left.name) for t in spelled(stem, joined)]
    stated = next((t for t in names if t in known.context.shapes or t in known.context.tensors), None)
    stated = next(iter(known.printed(left.name, joined)), stated)
    left.called, left.slots, left.raised = stated or _free(left, joined, known), tuple(positions), raised
    if square and left.called not in {*known.context.tensors, *known.context.shapes}:
        known.squares.add(left.called)
    known.given[left.called] = max(len(positions), known.given.get(left.called, 0))
    known.above[left.called] = max(raised, known.above.get(left.called, 0))
    if left.arguments:
        known.arguments[left.called] = left.arguments


def _no_diagonal(name: Name, positions: Sequence[Node]) -> None:
    """D_ii = ... leaves open what stands beside the diagonal."""
    letters = _letters(positions)
    letter = next((one for one in letters if letters.count(one) > 1), None)
    if letter is not None:
        what = f"{shown(name)} gives the diagonal alone, and nothing says what stands beside it"
        mend = rf"write `d_{letter} = ...` and `{_accented(name)} = \operatorname{{diag}}(d)`, zero elsewhere"
        raise Unreadable(what, name.at, mend)


def _no_bar(name: Name, known: Known) -> None:
    """\\bar{a} beside a is the error signal of a."""
    if name.accents[-1:] not in (("\\bar",), ("\\overline",)):
        return
    plain = replace(name, subs=(), sups=(), accents=name.accents[:-1])
    if any(known.is_quantity(stem) for stem in stems(plain)):
        own = _accented(plain)
        what = f"{shown(name)} is how the error signal of `{own}` is written"
        raise Unreadable(what, name.at, f"write another accent everywhere: `\\hat{{{own}}}`")


def _accented(name: Name) -> str:
    tex = name.spelled or name.base
    for accent in name.accents:
        tex = f"{accent}{{{tex}}}"
    return tex


def _letters(positions: Sequence[Node]) -> list[str]:
    return [node.base for node in positions if isinstance(node, Name)]


def _places(left: Left) -> Iterator[tuple[bool, int, Node]]:
    """What stands in the scripts, those above first: whether above, the how-manieth there, what."""
    for above in (True, False):
        yield from ((above, n, node) for n, node in enumerate(node for node, up in left.scripts if up == above))


def _free(left: Left, marks: tuple[str, ...], known: Known) -> str:
    """The name of a quantity that only an equation names; ℓ is l where that letter is free."""
    name = canonical(left.name, marks)
    context = known.context
    taken = {*context.letters, *context.sizes, *context.tensors}
    if left.name.base == "ell" and name.replace("ell", "l", 1) not in taken:
        return name.replace("ell", "l", 1)
    script = left.name.face in ("script", "double") and name in taken
    return f"{stems(left.name)[0]}{SCRIPT}" if script else name


def _stated(left: Left, known: Known) -> bool:
    """Whether the file states axes of a quantity of this name, without its scripts."""
    return any(stem in known.context.shapes for stem in stems(left.name))


def _is_lettered(node: Node, letters: set[str]) -> bool:
    """Whether a script is an index, alone or with a number beside it."""
    if isinstance(node, Name):
        return node.base in letters and not (node.subs or node.sups or node.accents or node.primes)
    return isinstance(node, (Sum, Times)) and any(_is_lettered(part, letters) for part in children(node))


def _is_size(node: Node, known: Known) -> bool:
    return isinstance(node, Name) and node.base in known.context.sizes and not node.subs


def _ranged(left: Left) -> Iterator[str]:
    """The letters of the ranges beside an equation."""
    for condition in left.written.statement.conditions:
        first = condition.sides[0] if isinstance(condition, Relation) else condition
        for one in first.items if isinstance(first, List) else (first,):
            if isinstance(one, Name) and not (one.subs or one.sups):
                yield one.base


def _read_letters(node: Node, known: Known, letters: set[str]) -> Iterator[str]:
    """The letters that a right side reads as positions of what is known, and that no Σ binds."""
    waiting: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while waiting:
        current, bound = waiting.pop()
        if isinstance(current, Big):
            bound |= frozenset(bound_by(current))
        if isinstance(current, Name):
            scripts = (*flat(current.subs), *_all(current.sups))
            free = {letter for script in scripts for letter in _letters_of(script, known)}
            found = readings(known, current, dict.fromkeys((*free, *letters)))
            for reading in found if all(one.slots for one in found) else ():
                for slot in reading.slots:
                    yield from (one for one in _letters_of(slot, known) if one not in bound)
        if isinstance(current, Relation):
            for side in current.sides:
                yield from (one for one in _letters_of(side, known) if one not in bound)
        if isinstance(current, Name) and current.base == "delta" and not known.is_quantity("delta"):
            for slot in flat(current.subs):
                yield from (one for one in _letters_of(slot, known) if one not in bound)
        if isinstance(current, Scripted):
            for slot in flat(current.subs):
                yield from (one for one in _letters_of(slot, known) if one not in bound)
        waiting.extend((child, bound) for child in children(current))


def _all(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in flat(nodes):
        yield from flat((node.body,)) if isinstance(node, Fenced) else (node,)
        if isinstance(node, Fenced) and isinstance(node.body, Sum):
            yield from node.body.terms


def _letters_of(slot: Node, known: Known) -> Iterator[str]:
    if isinstance(slot, Name) and not (slot.subs or slot.sups or slot.accents or slot.primes or slot.base == ":"):
        taken = slot.base in (*TRANSPOSES, *known.context.sizes) or known.is_quantity(slot.base)
        if not taken:
            yield slot.base
    elif isinstance(slot, (Sum, Times, Fenced)):
        for part in children(slot):
            yield from _letters_of(part, known)


def bound_by(node: Big) -> list[str]:
    """The letters that stand under a Σ."""
    found: list[str] = []
    for sub in node.subs:
        first = sub.sides if isinstance(sub, Relation) else (sub,)
        names = [n for side in first[:1] for n in flat((side,))] if not isinstance(sub, Relation) else flat(first[:1])
        found += [n.base for n in names if isinstance(n, Name) and not (n.subs or n.sups)]
    return found


def nodes(node: Node) -> Iterator[Node]:
    """A node and all inside."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))
