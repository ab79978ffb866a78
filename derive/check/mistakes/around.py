"""What stands around one of two formulas and not around the other: a Σ, a transpose, what it is divided by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from derive.check.bound_letters import bounds
from derive.check.mistakes.difference import PART, Chosen, Comparing, Difference, Letters, Match, is_round
from derive.check.mistakes.names import has_transpose, transposed
from derive.check.mistakes.say import say
from derive.check.surgery import exchanged
from derive.syntax.tree import Big, Fraction, Node, Number, Scripted, Times


def nested(compare: Comparing, a: Node, b: Node, letters: Letters) -> Iterator[Match]:
    """The writer's a beside ours, b, without what stands around one of them."""
    more = compare.sums(a) - compare.sums(b)
    if isinstance(a, Big) and (more > 0 or not isinstance(b, Big)):
        yield from _unsummed(compare, a, b, letters)
    if isinstance(b, Big) and (more < 0 or not isinstance(a, Big)):
        missing = f"the {b.op} over {_letters(b)} is missing"
        yield _within(compare, a, b, b.body, letters, partial(str, missing), "sum")
    if isinstance(a, Fraction) and compare.scene.after_mark(a.bottom) is None:
        below = a.bottom
        yield _without(compare, a, a.top, b, letters, lambda: f"not divided by {say(below)}", "factor")
    if isinstance(b, Fraction) and compare.scene.after_mark(b.bottom) is None:
        ours = b.bottom
        yield _within(compare, a, b, b.top, letters, lambda: f"the factor 1/{say(ours)} is missing", "factor")
    yield from _transposes(compare, a, b, letters)


def _letters(big: Big) -> str:
    return ", ".join(name for name, _, _ in bounds(big))


def _unsummed(compare: Comparing, a: Big, b: Node, letters: Letters) -> Iterator[Match]:
    """Without Σ: as it is, and y_j for Σ_l y_l, where j is a letter of the left side that has been lost."""
    names = [name for name, _, _ in bounds(a)]
    kept = any(name in compare.scene.kept for name in names)
    words = _must_keep(_letters(a)) if kept else f"no sum over {_letters(a)} here"
    yield _without(compare, a, a.body, b, letters, partial(str, words), "sum")
    lost = compare.scene.kept & compare.spelled_in(b) - compare.spelled_in(a)
    for name in sorted(lost) if len(names) == 1 else ():
        inner = compare.with_letter(a.body, names[0], name)
        yield _without(compare, a, inner, b, letters, partial(_must_keep, name), "sum")


def _must_keep(name: str) -> str:
    return f"this sums over {name} what it must keep"


def _without(
    compare: Comparing, a: Node, inner: Node, b: Node, letters: Letters, said: Callable[[], str], kind: str
) -> Match:
    """Only what is inside the writer's one."""
    rest = compare.match(inner, b, letters)
    found = Difference(said, kind)

    def built(chosen: Chosen) -> Node:
        made = rest.built(chosen)
        return made if found in chosen else a if made is inner else exchanged(a, {inner: made})

    return Match(1 + PART + rest.cost, (found, *rest.found), built)


def _within(
    compare: Comparing, a: Node, b: Node, inner: Node, letters: Letters, said: Callable[[], str], kind: str
) -> Match:
    """What is around ours put around the writer's."""
    rest = compare.match(a, inner, letters)
    found, mark = Difference(said, kind), Number("0")
    around = compare.ours(exchanged(b, {inner: mark}), letters)

    def built(chosen: Chosen) -> Node:
        made = rest.built(chosen)
        return exchanged(around, {mark: made}) if found in chosen else made

    return Match(1 + PART + rest.cost, (found, *rest.found), built)


def _transposes(compare: Comparing, a: Node, b: Node, letters: Letters) -> Iterator[Match]:
    if isinstance(a, Scripted) and has_transpose(a):
        yield _untransposed(compare, a, b, letters)
    if isinstance(b, Scripted) and has_transpose(b) and (isinstance(a, (Scripted, Fraction, Times)) or is_round(a)):
        yield _transposed(compare, a, transposed(compare.scene, b), letters)


def _untransposed(compare: Comparing, a: Scripted, b: Node, letters: Letters) -> Match:
    """Without the writer's transpose."""
    bare = transposed(compare.scene, a)
    rest = compare.match(bare, b, letters)
    found = Difference(lambda: f"no transpose: {say(bare)}", "transpose")

    def built(chosen: Chosen) -> Node:
        made = rest.built(chosen)
        return made if found in chosen else a if made is bare else transposed(compare.scene, made)

    return Match(1 + rest.cost, (found, *rest.found), built)


def _transposed(compare: Comparing, a: Node, bare: Node, letters: Letters) -> Match:
    """The writer's with our transpose."""
    rest = compare.match(a, bare, letters)
    found = Difference(lambda: f"transpose {say(a)}", "transpose")

    def built(chosen: Chosen) -> Node:
        made = rest.built(chosen)
        return transposed(compare.scene, made) if found in chosen else made

    return Match(1 + rest.cost, (found, *rest.found), built)
