"""The right side term by term: what each is worth as it stands, and what it may be instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from derive.check.mistakes.edit import Edit
from derive.check.mistakes.ours import Part
from derive.check.mistakes.say import say
from derive.check.mistakes.trial import Trial
from derive.check.surgery import exchanged
from derive.check.values import Array
from derive.syntax.tree import Node, Sum, edited

Signed: TypeAlias = tuple[Node, str]


@dataclass(frozen=True, eq=False, slots=True)
class Option:
    """What a term may be after some edits. node: None for no term at all.  along: what it adds to the sum, its sign
    included, in the directions of the trial."""

    node: Node | None
    sign: str
    along: Array
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rank: int = 0


@dataclass(eq=False)
class Term:
    """One term of the right side. along: what it adds as it stands; None if it has no value of the right shape.
    options: what it may be after one edit, as far as that has such a value.  edits: all single edits; fitting: those
    that give such a value."""

    node: Node
    sign: str
    along: Array | None
    options: list[Option] = field(default_factory=list)
    fitting: set[Edit] = field(default_factory=set)
    edits: list[Edit] = field(default_factory=list)

    def with_edits(self, trial: Trial, edits: Sequence[Edit]) -> Option | None:
        """The term after some edits; None if it has no value then."""
        path = frozenset(node for edit in edits for node in (edit.old, *edit.spot.above))
        node = exchanged(self.node, {edit.old: edit.new for edit in edits}, path)
        array = trial.array(node)
        if array is None:
            return None
        kinds, words = (tuple(getattr(edit, part) for edit in edits) for part in ("kind", "words"))
        rank = sum(edit.rank for edit in edits)
        return Option(node, self.sign, signed(self.sign, trial.along(array)), kinds, words, rank)

    @property
    def as_it_is(self) -> Option:
        assert self.along is not None
        return Option(self.node, self.sign, self.along)

    @property
    def turned(self) -> Option | None:
        """With the other sign."""
        if self.along is None:
            return None
        return Option(self.node, other(self.sign), -self.along, ("sign",), (f"the sign of {say(self.node)}",))

    def gone(self, zero: Array, twice: bool) -> Option:
        """Without it."""
        words = f"{say(self.node)} is counted twice" if twice else f"without the term {say(self.node)}"
        return Option(None, self.sign, zero, ("term",), (words,), 1)


def terms_of(trial: Trial, right: Node) -> list[Term]:
    """The terms as they stand."""
    found = []
    for node, sign in _signed_terms(right):
        array = trial.array(node)
        found.append(Term(node, sign, None if array is None else signed(sign, trial.along(array))))
    return found


def _signed_terms(right: Node) -> list[Signed]:
    return list(zip(right.terms, right.signs, strict=True)) if isinstance(right, Sum) else [(right, "+")]


def assembled(right: Node, chosen: Sequence[Option], added: Sequence[Part]) -> Node | None:
    """The right side of other terms, and some of ours; None if nothing is left."""
    kept = [(o.node, o.sign) for o in chosen if o.node is not None] + [(part.node, part.sign) for part in added]
    flat = [(n, sign if s == "+" else other(sign)) for node, sign in kept for n, s in _signed_terms(node)]
    if not flat:
        return None
    if len(flat) == 1 and flat[0][1] == "+":
        return flat[0][0]
    terms, signs = tuple(node for node, _ in flat), tuple(sign for _, sign in flat)
    if isinstance(right, Sum):
        return edited(right, terms=terms, signs=signs)
    return Sum(terms, signs)  # type: ignore[arg-type]


def other(sign: str) -> str:
    return "-" if sign == "+" else "+"


def signed(sign: str, along: Array) -> Array:
    return along if sign == "+" else -along
