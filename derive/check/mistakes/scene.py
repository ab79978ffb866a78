"""A claim that is wrong, and what edits of it need to know: its letters, how its writer writes, what ours is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.check.bound_letters import bounds
from derive.check.forms import TRANSPOSES, is_bar, spelled
from derive.check.mistakes.meanings import Meanings
from derive.check.surgery import all_nodes
from derive.syntax.marks import flat, text_of
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Big, Fenced, Fraction, Name, Node, Number, Times

ENTRYWISE = ("circ", "odot")


@dataclass(frozen=True, eq=False, slots=True)
class Lost:
    """A part of ours, what may be lost of it, and the rest of it: these two as they are said."""

    whole: Node
    part: str
    rest: str


@dataclass(frozen=True, eq=False, slots=True)
class Material:
    """What our own terms of the left side are made of, in the writer's notation: what may have been lost.

    wholes: sums, of which a term may be lost, and calls, of which the function may be.  functions, classes: names of
    these.  ops: what is taken over letters, sum or max.
    """

    factors: tuple[Node, ...] = ()
    wholes: tuple[Lost, ...] = ()
    functions: tuple[Name, ...] = ()
    classes: tuple[Name, ...] = ()
    ops: tuple[str, ...] = ("sum",)


@dataclass(frozen=True, eq=False)
class Scene(Meanings):
    """left = right, in one reading; `ours`: what our own right side is made of."""

    ours: Material = Material()

    # letters

    def is_letter(self, node: Node) -> bool:
        return isinstance(node, Name) and spelled(node) in self.letters and not node.accents

    @cached_property
    def letters(self) -> dict[str, Name]:
        """The letters of positions in the claim, in reading order, each as it is written."""
        found: dict[str, Name] = {}
        free = self.evaluator.letters
        for side in (self.left, self.right):
            names = [o.letter for o in free.occurrences(side)] + self.bound_in(side)
            for node in all_nodes(side):
                if isinstance(node, Name) and not node.accents and spelled(node) in names:
                    found.setdefault(spelled(node), node)
        return found

    def bound_in(self, node: Node) -> list[str]:
        return [name for big in all_nodes(node) if isinstance(big, Big) for name, _, _ in bounds(big)]

    @cached_property
    def kept(self) -> frozenset[str]:
        """The letters of the left side: what the right side must keep."""
        return self.evaluator.letters.free(self.left)

    # how the writer writes

    @cached_property
    def accent(self) -> str:
        """The writer's bar."""
        accents = [a for node in self.nodes if isinstance(node, Name) for a in node.accents if is_bar(a)]
        return accents[0] if accents else r"\bar"

    @cached_property
    def transpose(self) -> Name:
        """The writer's sign of a transpose."""
        for node in self.nodes:
            for sup in flat(getattr(node, "sups", ())):
                if isinstance(sup, Name) and sup.base in TRANSPOSES and not sup.subs and not self.is_letter(sup):
                    return sup
        return Name("T", tex="T")

    @cached_property
    def entrywise(self) -> str:
        """The writer's sign of a product entry by entry."""
        joins = [join for node in self.nodes if isinstance(node, Times) for join in node.joins]
        if "cdot" in joins and self.reading.dot == "elementwise":
            return "cdot"
        return next((join for join in joins if join in ENTRYWISE), "circ")

    @cached_property
    def notation(self) -> str:
        """How the writer writes error signals: bar, partial (∂E/∂x), nabla, d or delta."""
        for node in self.nodes:
            if isinstance(node, Name) and any(is_bar(a) for a in node.accents):
                return "bar"
            if self.signal(node) is not None:
                return "partial" if isinstance(node, Fraction) else "nabla" if text_of_head(node) == "nabla" else "d"
            if isinstance(node, Name) and node.base == "delta" and (q := self.quantity(node)) and q.bar:
                return "delta"
        return "bar"

    @cached_property
    def cost(self) -> Name:
        """The writer's name of the cost."""
        for node in self.nodes:
            above = self.after_mark(node.top) if isinstance(node, Fraction) else None
            if above is not None and self.is_cost(above):
                return above
            if isinstance(node, Times) and text_of_head(node) == "nabla" and isinstance(node.factors[-1], Name):
                return node.factors[-1]
        network = self.symbols.derivation.network
        own = self.printed(network.tensors[network.cost]) if network.cost else None
        return own or Name("E", tex="E")


def name_of(tex: str) -> Name | None:
    """The one name that a LaTeX is."""
    try:
        found = read(tex) if tex else ()
    except Unreadable:
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], Name) else None


def text_of_head(node: Node) -> str:
    """The letter of a product's first factor."""
    head = node.factors[0] if isinstance(node, Times) else node
    return head.base if isinstance(head, Name) else ""


def is_number(node: Node) -> bool:
    """2, ½."""
    parts = (node.top, node.bottom) if isinstance(node, Fraction) else (node,)
    return all(isinstance(part, Number) for part in parts)


def mark_text(node: Node) -> str:
    """2 of (2) and of 2."""
    return text_of(node.body if isinstance(node, Fenced) else node)
