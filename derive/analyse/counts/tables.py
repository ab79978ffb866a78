"""A table of counts in an answer, judged entry by entry against the layers' own counts.

Columns may be displaced and rows may have entries left out: an entry belongs to the column that it agrees with, entries
of a row being in the order of the columns. Each entry gets two verdicts: whether its arithmetic holds, and whether it
is the count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any, Literal, TypeAlias

from derive.analyse.cost.polynomials import total
from derive.analyse.counts.arithmetic import Arithmetic, Slip, judged
from derive.analyse.counts.layers import QUANTITIES, Kind, Layer, Product, Spec
from derive.notation.index import Slot

Verdict: TypeAlias = Literal["right", "slip", "wrong", "unknown"]
COLUMNS = ("units", "weights", "connections")
_RULE = re.compile(r"\s*(?:\\(?:hline|(?:top|mid|bottom)rule|[ch]line\{[^}]*\})\s*)*")
"""An empty line, or a rule between rows."""
_ROW_END = re.compile(r"\\\\(?:\[[^\]]*\])?(?:\s*\\[a-z]+(?:\{[^}]*\})?)*\s*$")
_WORDS = {"units": "unit", "weights": "weight", "biases": "bias", "connections": "connection"}
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("input", r"\binput"),
    ("convolution", r"conv"),
    ("pooling", r"pool"),
    ("full", r"full|dense|\bfc|output|softmax|linear"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.  verdict: right; slip: the value is the count, the product as printed is not; wrong; unknown.

    column: 0 for the first after the layer's name, where it stands; displaced: that is not its own.
    at: the line and the character where it stands in the text, from 1.
    """

    layer: str
    quantity: str
    text: str
    column: int
    verdict: Verdict
    arithmetic: Arithmetic
    expected: int
    reason: str = ""
    displaced: bool = False
    at: tuple[int, int] = (1, 1)

    def to_dict(self) -> dict[str, Any]:
        return {
            "layer": self.layer, "quantity": self.quantity, "text": self.text, "verdict": self.verdict,
            "expected": self.expected, "reason": self.reason, "displaced": self.displaced,
            "arithmetic": self.arithmetic.to_dict(),
        }  # fmt: skip


def judged_table(text: str, layers: Sequence[Layer]) -> tuple[Entry, ...]:
    """Every entry of the rows that are about layers; entries that are no arithmetic are left out."""
    rows = [row for n, line in enumerate(text.splitlines(), 1) if (row := _row(line, n))]
    columns = _headed(next((cells for cells in _cells_of(text) if not _row_of(cells)), []))
    return tuple(e for layer, cells in _matched(rows, layers) for e in _entries(layer, cells, columns))


def table_in(text: str, layers: Sequence[Layer]) -> tuple[Entry, ...]:
    """The same for a text of which the table is a part: neighbouring lines that have the most entries."""
    blocks = [judged_table(block, layers) for block in _blocks(text)]
    return max(blocks, key=lambda found: (sum(e.verdict != "unknown" for e in found), len(found)), default=())


def _blocks(text: str) -> Iterator[str]:
    """Neighbouring lines that are rows of a table, empty lines for those above them, so that each keeps its number."""
    lines = text.splitlines()
    rows = [_is_row(line) for line in lines]
    for is_row, group in groupby(range(len(lines)), key=lambda n: rows[n] or bool(_RULE.fullmatch(lines[n]))):
        places = list(group)
        if is_row and any(rows[n] for n in places):
            yield "\n" * places[0] + "\n".join(lines[n] for n in places)


def _is_row(line: str) -> bool:
    """Whether a line has several cells, and the first is no mathematics but a name, or nothing."""
    return len(cells := _split(line)) > 1 and not re.search(r"[\\=${}]", cells[0])


def _headed(head: list[str]) -> Mapping[str, int]:
    """Each quantity's column by the head of the table; where it does not say so, in the usual order."""
    said = {q: n for n, cell in enumerate(head[1:]) for q, word in _WORDS.items() if word in cell.lower()}
    return {q: said[q] for q in QUANTITIES if q in said} if len(said) > 1 else {q: n for n, q in enumerate(COLUMNS)}


Cells: TypeAlias = "list[tuple[int, str, Arithmetic, tuple[int, int]]]"
"""(column, text, arithmetic, (line, character)) of each entry that says something."""


def _cells_of(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        cells = _split(line)
        if len(cells) > 1:
            yield cells


def _split(line: str) -> list[str]:
    bare = _ROW_END.sub("", line.strip("\n")).rstrip("\\ ").removeprefix("|")
    return [cell.strip() for cell in re.split(r"\t|(?<!\\)&|\|(?=\s|$)", bare)]


def _row(line: str, number: int) -> tuple[str, Cells] | None:
    cells = _split(line)
    starts, end = list[int](), 0
    for cell in cells:
        starts.append(line.index(cell, end))
        end = starts[-1] + len(cell)
    return _row_of(cells, [(number, start + 1) for start in starts])


def _row_of(cells: list[str], places: Sequence[tuple[int, int]] = ()) -> tuple[str, Cells] | None:
    """The layer's name and the entries."""
    at = (*places, *[(1, 1)] * len(cells))
    found = [(n, cell, met, at[n + 1]) for n, cell in enumerate(cells[1:]) if (met := judged(cell)) is not None]
    return (cells[0], found) if found and cells[0] and judged(cells[0]) is None else None


def _matched(rows: list[tuple[str, Cells]], layers: Sequence[Layer]) -> Iterator[tuple[Layer, Cells]]:
    """Each row's layer: the next of its kind; in order where the kind is not said."""
    left = list(layers)
    for name, cells in rows:
        if re.search(r"total|together|altogether|\ball\b", name.lower()):
            yield _total(layers), cells
            continue
        kinds = [kind for kind, pattern in _KINDS if re.search(pattern, name.lower())]
        own = [x for x in left if x.name.lower() == name.lower()] or [x for x in left if x.spec.kind in kinds[:1]]
        found = own or (left if not kinds else [])
        if found:
            yield found[0], cells
            left.remove(found[0])


def _total(layers: Sequence[Layer]) -> Layer:
    """All layers as one; its counts are sums."""
    units, weights, biases, connections = (
        Product((total(getattr(layer, quantity).value for layer in layers),)) for quantity in QUANTITIES
    )
    return Layer(Spec("full", "Total"), (), units, weights, biases, connections)


def _entries(layer: Layer, cells: Cells, columns: Mapping[str, int]) -> Iterator[Entry]:
    for (column, text, met, at), quantity in zip(cells, _columns(layer, cells, tuple(columns)), strict=False):
        product: Product = getattr(layer, quantity)
        verdict, reason = _verdict(met, product, layer)
        if verdict == "wrong" and met.right and met.written.said == _with_biases(layer, quantity):
            verdict, reason = "right", "the biases are counted too"
        expected = _whole(product.value)
        displaced = columns[quantity] != column
        yield Entry(layer.name, quantity, text, column, verdict, met, expected, reason, displaced, at)


def _columns(layer: Layer, cells: Cells, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a row's entries, in order, so that most agree."""
    choices = combinations(columns, min(len(cells), len(columns)))
    return max(choices, key=lambda choice: sum(_agreement(layer, q, c) for q, c in zip(choice, cells, strict=False)))


def _agreement(layer: Layer, quantity: str, cell: tuple[int, str, Arithmetic, tuple[int, int]]) -> int:
    """How well an entry fits a column: its value, its product, at least a product of the same kind of numbers."""
    expected = _whole(getattr(layer, quantity).value)
    written = cell[2].written
    if expected and expected in (written.said, written.computed):
        return 4
    if written.said == (_with_biases(layer, quantity) or None):
        return 3
    if expected and (expected % max(written.said, 1) == 0 or written.said % expected == 0):
        return 2
    factors = {_whole(f) for f in getattr(layer, quantity).factors}
    return 1 if factors and written.terms and len(factors & set(written.terms[0])) * 2 > len(factors) else 0


def _with_biases(layer: Layer, quantity: str) -> int:
    return _whole(layer.weights.value + layer.biases.value) if quantity == "weights" else 0


def _whole(value: Slot) -> int:
    return value.constant if value.is_number else 0


def _verdict(met: Arithmetic, product: Product, layer: Layer) -> tuple[Verdict, str]:
    expected = _whole(product.value)
    if not product.value.is_number:
        return "unknown", "the sizes are symbolic"
    if met.right:
        return ("right", "") if met.written.said == expected else ("wrong", _reason(met.written.said, expected, layer))
    computed = f"as printed the product is {met.written.computed:,}"
    if met.written.value == expected:
        slip = _likely(met.slips, product)
        return "slip", f"{computed}; {slip.words()}" if slip else computed
    if met.written.computed == expected:
        return "wrong", f"the product is right, and comes to {expected:,}"
    return "wrong", f"{computed}, and the count is {expected:,}"


def _likely(slips: Iterable[Slip], product: Product) -> Slip | None:
    """The slip whose meant factor is one of the count's own, else the nearest."""
    factors = [_whole(f) for f in product.factors]
    joined = {a * b for a, b in combinations(factors, 2)} | set(factors)
    found = list(slips)
    return next((s for s in found if s.cause == "factor" and s.meant in joined), found[0] if found else None)


def _reason(said: int, expected: int, layer: Layer) -> str:
    """Which factor lacks or is too many."""
    held = f"the arithmetic holds, and the count is {expected:,}"
    groups = layer.spec.groups
    if groups > 1 and said * groups == expected:
        return f"{held}: the factor {groups} for the groups is missing"
    if groups > 1 and said == expected * groups:
        return f"{held}: {groups} groups are taken for one, so that it is {groups} times too large"
    if said and expected % said == 0:
        return f"{held}: a factor {expected // said:,} is missing"
    if expected and said % expected == 0:
        return f"{held}: a factor {said // expected:,} is too many"
    return held
