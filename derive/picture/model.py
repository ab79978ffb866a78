"""A computation graph before and after it has its places: nodes, edges, and where they are drawn. Only data."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.document import Math

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal["input", "class", "parameter", "constant", "hidden", "cost", "words"]
"""words: no quantity but words, or … for what is left out; without a frame."""
Point: TypeAlias = tuple[float, float]
Direction: TypeAlias = Literal["", "right", "down"]
At: TypeAlias = tuple[tuple[int, int], ...]


BACK = 4.0
"""Points between a line and its bar's."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is drawn.

    nodes: the quantities to draw, others are folded into the edges; empty: all.  backward: the bars too, and on each
    edge its local partial.  unfold: letter -> to which position a repetition is written out.
    notation: how error signals are written.  direction: whether it leads to the right or down; empty: to the right,
    but down where it would be much wider than a page.
    """

    nodes: tuple[str, ...] = ()
    backward: bool = False
    unfold: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    notation: Literal["bar", "partial", "nabla", "d", "delta"] = "bar"
    direction: Direction = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A quantity. at: where, if a repetition is written out: (an axis, the position on it), ….

    bar: its error signal, where bars are drawn.  value and signal: what both come to.  told: what a unit does.
    """

    name: str
    tensor: str
    label: Math
    kind: Kind
    at: At = ()
    bar: Math | None = None
    value: Math | None = None
    signal: Math | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` reads `source`.

    label: what is written at it: a local partial, t − 1, folded parameters.  told: the same in full, where the label
    would be too long.  back: it leads from a later quantity to one before it: a recurrence, or a condition that is
    solved.  signal: whether a bar flows along it the other way.  through: the quantities that are folded into it.
    """

    source: str
    target: str
    label: Math | None = None
    told: Math | None = None
    back: bool = False
    signal: bool = False
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph without places; ordered: what stands below one another keeps its order, as units of a layer do.

    direction: as for a Look.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    ordered: bool = False
    direction: Direction = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where an edge passes a column; at one of them its label stands."""

    edge: int
    column: int
    labelled: bool = False


Item = int | Stop
"""A node, by its number, or where an edge passes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner and its size, in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return (self.x + self.width / 2, self.y + self.height / 2)

    def meets(self, other: Box, by: float = 0.0) -> bool:
        """Whether both have more than `by` points in common in either direction."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across > by and down > by


@dataclass(frozen=True, slots=True)
class PlacedNode:
    node: Node
    box: Box
    column: int


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """path: a start, then three points for each cubic curve (the last is where it ends).  label: where it stands."""

    edge: Edge
    path: tuple[Point, ...]
    label: Box | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph with places, from left to right or down."""

    plan: Plan
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    width: float
    height: float
    down: bool = False

    @property
    def title(self) -> str:
        return self.plan.title

    def returning(self, path: tuple[Point, ...]) -> tuple[Point, ...]:
        """The line of a bar beside that of its edge, the other way."""
        dx, dy = (BACK, 0.0) if self.down else (0.0, BACK)
        return tuple((x + dx, y + dy) for x, y in reversed(path))
