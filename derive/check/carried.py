"""Which line above a wrong line takes its error from: the nearest wrong one whose left side it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.report import Claim
from derive.syntax.marks import flat, text_of
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Fraction, Name, Node, Relation, Times, children


def carried_from(claims: Sequence[Claim], place: int) -> Claim | None:
    """The wrong claim above that the claim at a place follows from; None if it cannot be told."""
    own = claims[place]
    sides = _sides(own)
    if own.verdict != "wrong" or own.follows != "yes" or sides is None:
        return None
    left, needed = _key(sides[0]), _read(sides[1])
    above = [(claim, there) for claim in claims[:place] if (there := _sides(claim)) is not None]
    needed |= {name for _, there in above if _key(there[0]) == left for name in _read(there[1])}
    wrong = [(claim, there[0]) for claim, there in above if claim.verdict == "wrong"]
    same = [claim for claim, there in wrong if there.tex == sides[0].tex]
    near = [claim for claim, there in wrong if _key(there) in needed | {left} - {""}]
    found = same or near
    return found[-1] if found else None


def _read(node: Node) -> set[str]:
    """The names that a side reads."""
    return {_key(one) for one in _nodes(node)} - {""}


def _sides(claim: Claim) -> tuple[Node, Node] | None:
    try:
        found = read(claim.reading or claim.tex)
    except (Unreadable, RecursionError):
        return None
    only = found[0] if found else None
    return (only.sides[0], only.sides[-1]) if isinstance(only, Relation) and len(only.sides) > 1 else None


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one))


def _key(node: Node) -> str:
    """A quantity's name, whatever positions it is read at: h̄_i and h̄ are one, W⁽¹⁾ and W⁽²⁾ two, ∂J/∂x is a bar."""
    if isinstance(node, Fraction):
        below = node.bottom.factors[-1] if isinstance(node.bottom, Times) else node.bottom
        return _named(below, True) if isinstance(below, Name) and isinstance(node.bottom, Times) else ""
    return _named(node, False) if isinstance(node, Name) else ""


def _named(name: Name, gradient: bool) -> str:
    bar = "bar " if name.accents or gradient else ""
    above = [text_of(s) for s in flat(name.sups) if text_of(s) not in ("T", "top", "")]
    below = [text_of(s) for s in flat(name.subs) if text_of(s).isdigit()]
    return f"{bar}{name.base.lower()}{'′' * name.primes}{','.join(sorted((*above, *below)))}"
