"""Lines on a grid of characters: what leads where in each cell, and the box-drawing sign for it."""

from __future__ import annotations

from dataclasses import dataclass, field

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
SIGNS = {
    LEFT: "─", RIGHT: "─", LEFT | RIGHT: "─", UP: "│", DOWN: "│", UP | DOWN: "│", RIGHT | DOWN: "╭", LEFT | DOWN: "╮",
    RIGHT | UP: "╰", LEFT | UP: "╯", LEFT | RIGHT | DOWN: "┬", LEFT | RIGHT | UP: "┴", UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤", 15: "┼",
}  # fmt: skip
PLAIN = {"─": "-", "│": "|", "▸": ">", "◂": "<", "↺": "@", "●": "*"}


@dataclass
class Grid:
    """cells: (row, column) -> for each bundle of lines the directions that it leads in; texts: what is written."""

    cells: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    def across(self, row: int, start: int, end: int, bundle: int) -> None:
        """A line from one column to another, both cells met from the side that it comes from."""
        for x in range(start, end + 1):
            self._lead(row, x, bundle, (LEFT if x > start else 0) | (RIGHT if x < end else 0))

    def down(self, x: int, rows: tuple[int, int], bundle: int) -> None:
        first, last = sorted(rows)
        for row in range(first, last + 1):
            self._lead(row, x, bundle, (UP if row > first else 0) | (DOWN if row < last else 0))

    def _lead(self, row: int, x: int, bundle: int, ways: int) -> None:
        met = self.cells.setdefault((row, x), {})
        met[bundle] = met.get(bundle, 0) | ways

    def write(self, row: int, x: int, text: str, width: int) -> None:
        """A text over so many cells."""
        self.texts[row, x] = text
        for at in range(x, x + width):
            self.cells.pop((row, at), None)
            if at > x:
                self.texts[row, at] = ""

    def lines(self) -> list[str]:
        places = [*self.cells, *self.texts]
        rows = range(min(r for r, _ in places), max(r for r, _ in places) + 1)
        last = max(x for _, x in places)
        return ["".join(self._cell(row, x) for x in range(last + 1)).rstrip() for row in rows]

    def _cell(self, row: int, x: int) -> str:
        if (row, x) in self.texts:
            return self.texts[row, x]
        bundles = [ways for ways in self.cells.get((row, x), {}).values() if ways]
        if {LEFT | RIGHT, UP | DOWN} == set(bundles):  # two lines that cross: the one across goes under
            return "│"
        ways = 0
        for met in bundles:
            ways |= met
        return SIGNS.get(ways, " ")


def plain(line: str) -> str:
    """The signs in ASCII."""
    return "".join(PLAIN.get(c, "+" if c in SIGNS.values() else c) for c in line)
