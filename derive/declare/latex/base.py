"""What the writers of sums, products and calls share: the names, the shapes, the letters in force."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from derive.declare.latex.names import Known
from derive.declare.latex.shapes import Shapes
from derive.declare.latex.text import Text, listed, text
from derive.declare.scope import Bound
from derive.notation.layout import Array
from derive.syntax.tree import Grid, Name, Node, Relation


@dataclass
class Base(ABC):
    """Writes the nodes of one equation. letters: those in force, None where their range is not known yet; notes: what
    a reading took for granted.  own: the quantity that the equation gives.  goal: its LaTeX on the left, and the right
    side.  draft: shapes may not be known yet."""

    known: Known
    shapes: Shapes
    letters: dict[str, Bound | None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    own: str = ""
    goal: tuple[str, Node | None] = ("", None)
    draft: bool = False

    @abstractmethod
    def write(self, node: Node) -> Text:
        """A value."""

    @abstractmethod
    def named(self, node: Name) -> Text | None:
        """A letter, a size, a quantity at positions; None for an unknown name."""

    @abstractmethod
    def hung(self, found: Text, sups: list[Node], node: Node) -> Text:
        """Transposes and a power."""

    @abstractmethod
    def condition(self, node: Relation) -> Text:
        """a <= b < c"""

    @abstractmethod
    def cases(self, node: Grid) -> Text:
        """Values with their conditions."""

    @property
    def bounds(self) -> dict[str, Bound]:
        """The letters whose range is known."""
        return {name: bound for name, bound in self.letters.items() if bound is not None}

    def shape(self, piece: Text) -> Array | None:
        return self.shapes.of(piece, self.bounds)

    def call(self, at: int, name: str, *arguments: Text) -> Text:
        return text(at, f"{name}(", *listed(at, list(arguments)), ")")

    def ranged(self, names: Iterable[str], said: list[str], body: Callable[[], Text]) -> dict[str, Bound | None]:
        """Letters that are bound around a body, each with the range that the body or the conditions give it."""
        free = dict.fromkeys(names)
        with self.within(free):
            draft = str(body())
            return {n: self.shapes.bound(n, [f"[{one}]" for one in said], draft, self.bounds) for n in free}

    @contextmanager
    def within(self, bound: Mapping[str, Bound | None]) -> Iterator[None]:
        before = dict(self.letters)
        self.letters.update(bound)
        try:
            yield
        finally:
            self.letters = before
