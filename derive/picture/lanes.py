"""A graph for a narrow terminal, from the top down: a row for each quantity, a line below it until its last reader.

●      [x_t]
├─●    r̂_t    ← (W_r), (U_r), h_t at t − 1
│ ●    r_t
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from derive.picture.grid import DOWN, LEFT, RIGHT, SIGNS, UP
from derive.picture.model import Edge, Node, Plan
from derive.render.plain import Paper, cells

DOT, GAP = "●", 2
"""What stands for a quantity on its line; cells between the lines and the names."""


@dataclass
class Lines:
    """carried: which quantity each line is, from the left; waiting: who still reads it."""

    waiting: dict[str, set[str]]
    carried: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def add(self, name: str, sources: Iterable[str]) -> None:
        """The row of a quantity, and what a row without one looks like below it."""
        before = list(self.carried)
        read = {self.carried.index(source) for source in sources}
        for source in sources:
            self.waiting[source].discard(name)
        ended = {n for n in read if not self.waiting[before[n]]}
        self.carried = ["" if n in ended else held for n, held in enumerate(before)]
        at = self._place(sorted(ended), read)
        ways = {n: _ways(n, at, read, bool(held), bool(self.carried[n])) for n, held in enumerate(before)}
        self.rows.append(_drawn(len(self.carried), at, read, ways))
        self.carried[at] = name if self.waiting[name] else ""
        self.below.append(" ".join("│" if held else " " for held in self.carried))

    def _place(self, ended: Sequence[int], read: set[int]) -> int:
        """A line for a quantity: one that ends here, else the next that is free."""
        free = [n for n, held in enumerate(self.carried) if not held]
        beyond = [n for n in free if n > max(read, default=-1)]
        found = next(iter([*ended[::-1], *beyond]), len(self.carried))
        self.carried += [""] * (found + 1 - len(self.carried))
        return found


def _ways(line: int, at: int, read: set[int], above: bool, below: bool) -> int:
    """Where a line leads in a row: up, down, and to the dot where it is read."""
    ways = (UP if above else 0) | (DOWN if below else 0)
    return ways if line not in read or line == at else ways | (RIGHT if line < at else LEFT)


def _drawn(count: int, at: int, read: set[int], ways: Mapping[int, int]) -> str:
    """A row: a line that is read leads to the dot, below those that it crosses."""
    first, last = min({at, *read}), max({at, *read})
    cells: list[str] = []
    for n in range(count):
        inner = LEFT | RIGHT if first < n < last and n in read else 0
        sign = SIGNS.get(ways.get(n, 0) | inner, "─" if first < n < last else " ")
        cells += [DOT if n == at else sign, "─" if first <= n < last else " "]
    return "".join(cells).rstrip()


def lanes(drawn: Plan, written: Callable[[Node], str], width: int, paper: Paper) -> list[str]:
    """The graph in rows; written: what stands for a quantity."""
    onward = [edge for edge in drawn.edges if not edge.back and edge.source != edge.target]
    waiting: dict[str, set[str]] = {node.name: set() for node in drawn.nodes}
    reads: dict[str, list[str]] = {node.name: [] for node in drawn.nodes}
    for edge in onward:
        waiting[edge.source].add(edge.target)
        reads[edge.target].append(edge.source)
    shared = {node.name for node in drawn.nodes if node.kind not in ("parameter", "constant")}
    beside = {n for n in waiting if not reads[n] and (len(waiting[n]) == 1 or (waiting[n] and n not in shared))}
    found, names = Lines(waiting), _order(reads, beside)
    for name in names:
        found.add(name, [source for source in dict.fromkeys(reads[name]) if source in found.carried])
    of = {node.name: node for node in drawn.nodes}
    told = {name: _told([e for e in drawn.edges if e.target == name], beside, of, written, paper) for name in names}
    return list(_rows(found, [written(of[name]) for name in names], [told[name] for name in names], width, paper))


def _order(reads: Mapping[str, Sequence[str]], beside: set[str]) -> list[str]:
    """Each after what it reads, and what reads nothing just before its first reader."""
    placed: dict[str, None] = {}
    waiting = [name for name in reads if name not in beside]
    inner = [name for name in waiting if reads[name]]
    while inner:
        ready = (n for n in inner if all(s in placed or s in beside or not reads[s] for s in reads[n]))
        name = next(ready, inner[0])
        placed |= dict.fromkeys(s for s in reads[name] if s not in beside and not reads[s])
        placed[name] = None
        inner.remove(name)
    return [*placed, *(name for name in waiting if name not in placed)]


def _told(
    edges: Sequence[Edge], beside: set[str], of: Mapping[str, Node], written: Callable[[Node], str], paper: Paper
) -> list[str]:
    """What is read besides the lines: parameters, what nobody else reads, and what comes from another position."""
    alone = [written(of[edge.source]) for edge in edges if edge.source in beside]
    back = [edge for edge in edges if edge.back or edge.source == edge.target]
    return alone + [f"{paper.math(of[edge.source].label)}{_at(edge, paper)}" for edge in back]


def _at(edge: Edge, paper: Paper) -> str:
    return "" if edge.label is None or edge.signal else f" at {paper.math(edge.label)}"


def _rows(found: Lines, names: Sequence[str], told: Sequence[list[str]], width: int, paper: Paper) -> Iterator[str]:
    """Lines, names in a column, and what else is read, over several rows where it is long."""
    start = max(map(len, found.rows)) + GAP
    column = max((cells(name) for name, more in zip(names, told, strict=True) if more), default=0)
    arrow = "<-" if paper.ascii else "←"
    for row, below, name, more in zip(found.rows, found.below, names, told, strict=True):
        head = f"{row:<{start}}{name}"
        if not more:
            yield head
            continue
        head += " " * (column - cells(name)) + f" {arrow} "
        first, *others = _filled(more, max(20, width - start - column - len(arrow) - 2))
        yield head + first
        yield from (f"{below:<{start + column + len(arrow) + 2}}{other}" for other in others)


def _filled(parts: Sequence[str], width: int) -> list[str]:
    """Parts with commas, in rows."""
    rows = [""]
    for n, part in enumerate(parts):
        shown = part + ("," if n < len(parts) - 1 else "")
        if rows[-1] and cells(rows[-1]) + 1 + cells(shown) > width:
            rows.append(shown)
        else:
            rows[-1] = f"{rows[-1]} {shown}" if rows[-1] else shown
    return rows
