"""The smallest edit that makes a wrong line right.

First the claim is taken as a whole: with another left side, or beside our lines (`meant`), where little may differ.
Then the right side is a sum of terms, and what each is worth is compared at one point, in two random directions: so an
edit of one term is one evaluation of that term, two edits in two terms are an addition, and only edits that fit are
looked at again, whole, at all points. In order: one edit; two or three in different terms, or a term of ours that is
missing; terms that can each be mended into one of ours; two edits in one term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations

import numpy as np

from derive.check.entries import Reading
from derive.check.judge import Judge
from derive.check.mistakes.edit import Edit
from derive.check.mistakes.kinds import edits, whole_edits
from derive.check.mistakes.material import material
from derive.check.mistakes.meanings import Meanings, with_slopes
from derive.check.mistakes.meant import Meant
from derive.check.mistakes.ours import Part, parts_of
from derive.check.mistakes.pairs import pairs
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.terms import Option, Term, other
from derive.check.mistakes.trial import Trial, trial
from derive.check.mistakes.worth import Hint
from derive.syntax.tree import Node

RATE = 1_600
"""How many pairs of edits are tried for each second of the budget where positions have two letters; with more letters
each takes longer, and there are fewer. A count, not a clock: equal input gives equal output."""
LIKELY = 120
"""How many single edits are tried before the claim is compared with lines of ours that differ in several places."""
DEEPEST = 3
"""How many terms are changed, or added, before terms are matched with ours."""


def mend(judge: Judge, left: Node, right: Node, reading: Reading, budget: float = 0.25) -> Hint | None:
    """The smallest edit of `right` that makes left = right hold at all points, in one reading; None if none is found.

    budget: how long that may take, in seconds, about: it sets how many candidates are tried.
    """
    with judge.symbols.forgetting():
        own = replace(judge, _evaluators={})
        goal = trial(own, left, reading)
        if goal is None:
            return None
        left, right = (with_slopes(Meanings(own, left, right, reading), side) for side in (left, right))
        scene = Scene(own, left, right, reading)
        parts = parts_of(scene)
        scene = replace(scene, ours=material(scene, [part.node for part in parts]))
        limit = int(budget * RATE * 4 / (2 + max(2, len(scene.letters))))
        return Search(scene, goal, parts, limit).found()


def _turned(option: Option) -> Option | None:
    """An edited term with the other sign as well."""
    if option.node is None or "sign" in option.kinds:
        return None
    kinds, words = (*option.kinds, "sign"), (*option.words, "the sign")
    return Option(option.node, other(option.sign), -option.along, kinds, words, option.rank)


class Search(Meant):
    """One search."""

    def __init__(self, scene: Scene, goal: Trial, parts: Sequence[Part], limit: int) -> None:
        super().__init__(scene, goal, parts)
        self.limit = limit

    def found(self) -> Hint | None:
        for stage in (
            self.whole,
            self.left_likely,
            self.one_mark,
            self.near,
            self.one_of_ours,
            self.one,
            self.left_unlikely,
            self.little,
            self.one_unlikely,
            self.several,
            self.matched,
            self.pairs,
            self.exchanged,
        ):
            hint = stage()
            if hint is not None:
                return hint
        return None

    # stages

    def whole(self) -> Hint | None:
        """An edit of the whole side: its sign, its transpose."""
        for edit in whole_edits(self.scene, self.scene.right):
            array = self.trial.array(edit.new)
            if array is not None and self.close(self.trial.along(array) - self.target):
                hint = self.confirmed(edit.new, [edit.words], [edit.kind])
                if hint is not None:
                    return hint
        return None

    def one_of_ours(self) -> Hint | None:
        """The sign of a term, a term too many, a term that is missing."""
        return next(self._one_of_ours(), None)

    def one_mark(self) -> Hint | None:
        """One bar, transpose, sign, prime, pair of indices or ∘: the smallest there is."""
        return self._one([one for one in self.waiting if one[2].rank == 0][:LIKELY])

    def one(self) -> Hint | None:
        """One edit of one term, of the likely ones."""
        return self._one(self.waiting[:LIKELY])

    def one_unlikely(self) -> Hint | None:
        """One edit of one term, of the others."""
        return self._one(self.waiting[LIKELY : self.limit])

    @cached_property
    def waiting(self) -> list[tuple[float, int, Edit]]:
        """All single edits of terms, the likelier ones first."""
        ours = [part.node for part, _ in self.parts]
        return sorted(
            (w for n, term in enumerate(self.terms) for w in self._waiting(n, term, ours)), key=lambda w: w[0]
        )

    def _one(self, waiting: Sequence[tuple[float, int, Edit]]) -> Hint | None:
        for _, n, edit in waiting:
            option = self.terms[n].with_edits(self.trial, [edit])
            if option is not None:
                self.terms[n].options.append(option)
                self.terms[n].fitting.add(edit)
                hint = self._fits(n, option)
                if hint is not None:
                    return hint
        return None

    def _waiting(self, n: int, term: Term, ours: Sequence[Node]) -> Iterator[tuple[float, int, Edit]]:
        """The edits of a term, each with how likely it is."""
        term.edits = edits(self.scene, term.node)
        if term.edits:
            far = self.likely.distances(term, ours, [(edit,) for edit in term.edits])
            yield from ((float(f), n, edit) for f, edit in zip(far, term.edits, strict=True))

    def _one_of_ours(self) -> Iterator[Hint]:
        """The sign of a term, no such term, a term more."""
        for n, term in enumerate(self.terms):
            twice = sum(say(t.node) == say(term.node) for t in self.terms) > 1
            simple = [term.turned, term.gone(self.zero, twice) if len(self.terms) > 1 else None]
            term.options = [option for option in simple if option is not None]
            for option in term.options:
                hint = self._fits(n, option)
                if hint is not None:
                    yield hint
        rest = self._rest(())
        for part, along in self.parts:
            if rest is not None and not self._idle(()) and self.close(rest - along):
                hint = self.mended({}, [part])
                if hint is not None:
                    yield hint

    def _fits(self, n: int, option: Option) -> Hint | None:
        rest = self._rest((n,))
        if rest is None or not self.close(rest - option.along):
            return None
        return self.mended({n: option}, ())

    def several(self) -> Hint | None:
        """Two or three changes, in as many terms or with terms of ours."""
        broken = {n for n, term in enumerate(self.terms) if term.along is None}
        places = range(len(self.terms))
        shares = [p for p in range(len(self.parts)) if not self._is_there(p)]
        for count in range(2, DEEPEST + 1):
            for changed in range(min(2, count), -1, -1):
                for ns in combinations(places, changed):
                    if broken <= set(ns):
                        for ps in combinations(shares, count - changed):
                            hint = self._combined(ns, ps)
                            if hint is not None:
                                return hint
        return None

    def _combined(self, ns: Sequence[int], ps: Sequence[int]) -> Hint | None:
        """Some terms changed and some of ours added, so that the sum is right."""
        rest = self._rest(ns)
        assert rest is not None
        for p in ps:
            rest = rest - self.parts[p][1]
        added = [self.parts[p][0] for p in ps]
        if ps and self._idle(ns):
            return None
        if not ns:
            return self.mended({}, added) if self.close(rest) else None
        found = [[o for o in self.terms[n].options if not ps or not self.close(o.along)] for n in ns]
        lengths = [np.array([option.along for option in options]).reshape(-1, 2) for options in found]
        sums = lengths[0] if len(ns) == 1 else lengths[0][:, None] + lengths[1][None]
        fits = np.argwhere(self._close(sums - rest))
        options = [tuple(options[a] for options, a in zip(found, fit, strict=True)) for fit in fits]
        for chosen in sorted(options, key=lambda o: sum(option.rank for option in o))[:8]:
            hint = self.mended(dict(zip(ns, chosen, strict=True)), added)
            if hint is not None:
                return hint
        return None

    def matched(self) -> Hint | None:
        """Every term mended into one of ours, and those of ours that are missing added."""
        return self._matched({})

    def pairs(self) -> Hint | None:
        """Two edits in one term."""
        better: dict[int, Option] = {}
        lost = [along for p, (_, along) in enumerate(self.parts) if not self._is_there(p)]
        ours = [part.node for part, _ in self.parts]
        wrong = [n for n in range(len(self.terms)) if not self._is_ours(n)]
        for n in wrong:
            rest = self._rest((n,))
            goals = [*([rest] if rest is not None else []), *(lost if len(self.terms) + len(self.parts) > 2 else [])]
            if not goals:
                continue
            turned = (option for option in map(_turned, self.terms[n].options) if option is not None)
            two = pairs(self.scene, self.trial, self.terms[n], ours, self.likely, self.limit // len(wrong))
            for option in chain(turned, two):
                if rest is not None and self.close(rest - option.along):
                    hint = self.mended({n: option}, ())
                    if hint is not None:
                        return hint
                elif n not in better and any(self.close(along - option.along) for along in lost):
                    better[n] = option
        return self._matched(better) if better else None

    def exchanged(self) -> Hint | None:
        """One of our terms for one of several that no edit mends."""
        for n, term in enumerate(self.terms):
            rest = self._rest((n,))
            if rest is None or len(self.terms) == 1:
                continue
            for part, along in self.parts:
                if self.close(rest - along):
                    words = f"{say(part.node)}, not {say(term.node)}"
                    hint = self.mended({n: Option(part.node, part.sign, along, ("exchange",), (words,))}, ())
                    if hint is not None:
                        return hint
        return None

    def _matched(self, better: dict[int, Option]) -> Hint | None:
        left = list(range(len(self.parts)))
        chosen: dict[int, Option] = {}
        waiting = []
        for n, term in enumerate(self.terms):
            own = [p for p in left if term.along is not None and self.close(term.along - self.parts[p][1])]
            if own:
                left.remove(own[0])
            else:
                waiting.append(n)
        for n in waiting:
            fits = [
                (o, p)
                for o in [*self.terms[n].options, *([better[n]] if n in better else [])]
                for p in left
                if self.close(o.along - self.parts[p][1])
            ]
            if not fits:
                return None
            chosen[n], p = fits[0]
            left.remove(p)
        if not self.parts or (not waiting and not left):
            return None
        return self.mended(chosen, [self.parts[p][0] for p in left])
