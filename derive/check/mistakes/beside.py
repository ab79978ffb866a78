"""A wrong claim beside our lines, in the writer's notation: where little is different, that is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from derive.check.mistakes.compare import Compare
from derive.check.mistakes.difference import Difference, Match, Spent
from derive.check.mistakes.edit import spots
from derive.check.mistakes.kinds import edits_at
from derive.check.mistakes.lefts import Left
from derive.check.mistakes.likely import Likely, Read
from derive.check.mistakes.models import Model, closed_of, models_of, written
from derive.check.mistakes.ours import Part
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.target import Target, target_of
from derive.syntax.tree import Node

MOST = 8
"""How many of our forms a claim is compared with."""
TRIED = 4
"""How many of these, the nearest, are tried."""
DIFFERENT = 4
"""How many differences are mended at most, the left side's among them."""
CLOSED = 3
"""How many other left sides' closed forms are looked at."""
NEAR = 1.5
"""A form of ours that is as near as this makes closed forms needless."""
ONE = 1.3
"""A form of ours that is as near as this is taken; no other one is looked at."""
READS = 8
"""How many quantities more or less one of our forms may read."""


@dataclass(frozen=True, eq=False, slots=True)
class Form:
    """A form of ours that may be meant, of a left side that may be.  far: how many quantities more or less it reads."""

    far: float
    left: Left | None
    scene: Scene
    model: Model
    target: Target


@dataclass(frozen=True, eq=False, slots=True)
class Mended:
    """left = right as it may be meant, and how it differs from what is written."""

    left: Left | None
    match: Match

    @property
    def cost(self) -> float:
        return self.match.cost + (0 if self.left is None else 1 + self.left.rank / 10)

    @property
    def lost(self) -> int:
        return sum(difference.lost for difference in self.match.found)

    @property
    def count(self) -> int:
        return len(self.match.found) + (self.left is not None)


def beside(scene: Scene, likely: Likely, others: Sequence[Left]) -> list[Mended]:
    """What the claim may be of our lines, the nearest first."""
    compare = Compare(scene)
    half = compare.size(scene.right) / 2
    found: list[Mended] = []
    for meant in _nearest(scene, likely.read(scene.right), others):
        one = _compared(compare, meant)
        if one is not None and 0 < one.count <= DIFFERENT and one.lost <= half:
            found.append(one)
            if one.cost < ONE:
                break
    return sorted(found, key=lambda one: one.cost)[:TRIED]


def _compared(compare: Compare, meant: Form) -> Mended | None:
    ours = written(meant.scene, meant.model, meant.target)
    try:
        return None if ours is None else Mended(meant.left, compare.match(compare.scene.right, ours))
    except Spent:
        return None


def _nearest(scene: Scene, reads: Read, others: Sequence[Left]) -> list[Form]:
    """Forms of ours that read about the same quantities as the claim does, the nearest first."""
    found = [
        meant for left in (None, *others) for meant in _of_left(scene, reads, left, models_of) if meant.far <= READS
    ]
    if min((meant.far for meant in found), default=READS) > NEAR:
        few = [left for left in others if left.rank < 2][:CLOSED]
        size = 60 + 50 * (sum(reads.values()) // 10)
        forms = partial(closed_of, longest=size)
        found += [m for left in (None, *few) for m in _of_left(scene, reads, left, forms) if m.far <= READS]
    return sorted(found, key=lambda meant: meant.far)[:MOST]


def _of_left(
    scene: Scene, reads: Read, left: Left | None, forms: Callable[[Scene, Target], Iterator[Model]]
) -> Iterator[Form]:
    """Our forms of one left side."""
    own = scene if left is None else replace(scene, left=left.node)
    target = target_of(own)
    if target is not None:
        for model in forms(own, target):
            far = _apart(reads, model.reads) + (0 if left is None else 1 + left.rank / 10)
            yield Form(far, left, own, model, target)


def _apart(reads: Read, others: Read) -> int:
    names = {name for name in (*reads, *others) if isinstance(name[1], bool)}
    return sum(abs(reads[name] - others[name]) for name in names)


def told(scene: Scene, parts: Sequence[Part], difference: Difference) -> tuple[str, Node | None]:
    """A difference in words, and what belongs there: as a kind of mistake where it is one."""
    old, new = difference.old, difference.new
    if new is not None and difference.kind == "path":
        said = next((part.words for part in parts if say(part.node) == say(new)), None)
        return said or difference.said(), None
    if old is None or new is None:
        return difference.said(), None
    wanted = say(new)
    for spot in spots(scene, scene.right):
        if spot.node is old:
            for edit in edits_at(scene, spot):
                if say(edit.new) == wanted:
                    return edit.words, edit.new
    return difference.said(), None
