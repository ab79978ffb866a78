"""What a wrong claim was meant to be: another left side, or one of our lines that it nearly is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from derive.check.mistakes.beside import Mended, beside, told
from derive.check.mistakes.difference import Difference
from derive.check.mistakes.lefts import Left, lefts
from derive.check.mistakes.likely import Likely
from derive.check.mistakes.target import reads, target_of
from derive.check.mistakes.worth import Hint, Worth
from derive.check.surgery import all_nodes, exchanged, tidied
from derive.check.write import write


class Meant(Worth):
    """The stages of a search that compare whole claims."""

    @cached_property
    def likely(self) -> Likely:
        return Likely(self.scene)

    @cached_property
    def lefts(self) -> list[Left]:
        return list(lefts(self.scene))

    @cached_property
    def beside(self) -> list[Mended]:
        return list(beside(self.scene, self.likely, self.lefts))

    def left_likely(self) -> Hint | None:
        """The left side with or without a bar, of another layer, with its positions the other way round."""
        return self._left([left for left in self.lefts if left.rank < 2])

    def left_unlikely(self) -> Hint | None:
        """Another quantity on the left side."""
        return self._left([left for left in self.lefts if left.rank >= 2])

    def _left(self, lefts: Sequence[Left]) -> Hint | None:
        for left in lefts:
            if not self._says_itself(left) and self.holds(left.node, self.scene.right):
                return Hint(left.words, self.scene.right, write(self.scene.right), left.kind, 1, left.node)
        return None

    def _says_itself(self, left: Left) -> bool:
        """Whether the right side reads what the left one would be: y = y, by which nothing is said."""
        target = target_of(replace(self.scene, left=left.node))
        return target is not None and any(reads(self.scene, node, target) for node in all_nodes(self.scene.right))

    def near(self) -> Hint | None:
        """One difference from a line of ours."""
        return next((hint for one in self.beside if one.count == 1 and (hint := self._mended(one))), None)

    def little(self) -> Hint | None:
        """A few differences from a line of ours."""
        return next((hint for one in self.beside if one.count > 1 and (hint := self._mended(one))), None)

    def _mended(self, one: Mended) -> Hint | None:
        """The hint of what is different, as far as it matters."""
        left = one.left.node if one.left is not None else self.scene.left
        built = one.match.built
        chosen = list(one.match.found)
        if not self.holds(left, built(frozenset(chosen))):
            return None
        for difference in one.match.found:
            rest = [d for d in chosen if d is not difference]
            if rest and self.holds(left, built(frozenset(rest))):
                chosen = rest
        return self._hint(one, chosen)

    def _hint(self, one: Mended, chosen: Sequence[Difference]) -> Hint:
        """The differences in words, and mended in the writer's hand."""
        said = [told(self.scene, [part for part, _ in self.parts], difference) for difference in chosen]
        words, kinds = [w for w, _ in said], [d.kind for d in chosen]
        if one.left is not None:
            words, kinds = [*words, one.left.words], [*kinds, one.left.kind]
        left = one.left.node if one.left is not None else None
        right = one.match.built(frozenset(chosen))
        own = {d.new: new for d, (_, new) in zip(chosen, said, strict=True) if d.new is not None and new is not None}
        in_hand = exchanged(right, own)
        right = tidied(in_hand if self.holds(left or self.scene.left, in_hand) else right)
        return Hint(" and ".join(dict.fromkeys(words)), right, write(right), " and ".join(kinds), len(kinds), left)
