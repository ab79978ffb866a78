"""A bottleneck as a document: the rank, what is lost, and the counts beside each other."""

from __future__ import annotations

from collections.abc import Iterable

from derive.analyse.bottleneck import Bottleneck, Size
from derive.document import (
    Block,
    Chain,
    Display,
    Document,
    Fenced,
    Fraction,
    Items,
    Math,
    Operator,
    Prose,
    Script,
    Symbol,
    Table,
    Words,
    row,
)
from derive.typeset.reader import letters

PLUS, TIMES, EQUALS = Operator("+", "plus"), Operator("×", "product"), Operator("=", "relation")
UNTOLD = "How well either trains or generalises, by its depth or by what the narrow layer learns, no count decides."
LESS, AT_MOST = Operator("<", "relation"), Operator("≤", "relation")


def document(found: Bottleneck) -> Document:
    """What several linear layers can do, against one."""
    blocks: list[Block] = [Prose(_told(found)), Display((_product(found), _rank(found)))]
    blocks += [Items(tuple(_remarks(found))), *_table(found)]
    return Document("Bottleneck", tuple(blocks))


def number(value: int) -> Math:
    return Symbol(f"{value:,}", "upright")


def _size(size: Size) -> Math:
    return number(size) if isinstance(size, int) else letters(size)


def _joined(boxes: Iterable[Math], operator: Operator) -> Math:
    parts = [part for box in boxes for part in (operator, box)]
    return row(*parts[1:])


def _told(found: Bottleneck) -> Words:
    count = len(found.layers)
    sizes = _joined(map(_size, found.sizes), Operator("→", "relation"))
    one = row(_size(found.sizes[0]), Operator("→", "relation"), _size(found.sizes[-1]))
    return (f"{'Two' if count == 2 else count} linear layers, ", sizes, ", against one, ", one, ".")


def _weight(n: int) -> Math:
    return Script(Symbol("W", "bold"), None, Fenced(Symbol(str(n), "upright")))


def _product(found: Bottleneck) -> Chain:
    """𝐖 = 𝐖⁽²⁾ 𝐖⁽¹⁾."""
    weights = (_weight(n) for n in range(len(found.layers), 0, -1))
    return Chain(Symbol("W", "bold"), (_joined(weights, Operator("", "product")),))


def _rank(found: Bottleneck) -> Chain:
    least = row(Symbol("min", "upright"), Fenced(_joined(map(_size, found.sizes), Operator(",", "comma"))))
    rank = row(Symbol("rank", "upright"), Operator("", "product"), Symbol("W", "bold"))
    known = (number(found.rank),) if found.rank is not None else ()
    box = row(least, Operator("=", "relation"), *known) if known else least
    return Chain(rank, (box,), relation=AT_MOST)


def _remarks(found: Bottleneck) -> list[Words]:
    remarks = [_lost(found)]
    if found.dimensions is not None and found.loses:
        kept, every = map(number, found.dimensions)
        remarks.append(("A matrix of that rank has ", kept, " free numbers, one of any rank has ", every, "."))
    if found.loses is None and len(found.sizes) == 3 and not found.biases:
        remarks.append(_when_fewer(found))
    return [*remarks, (UNTOLD,)]


def _lost(found: Bottleneck) -> Words:
    if found.loses and found.rank is not None and found.full is not None:
        first = _joined((number(1), Symbol("…", "upright"), number(found.rank + 1)), Operator(",", "comma"))
        lost: Words = ("Functions are lost: every one whose matrix has a rank from ", number(found.rank + 1), " to ")
        return (*lost, number(found.full), ", such as the one that copies the inputs ", first, " to the outputs.")
    if found.loses is False:
        return ("No linear function is lost: no inner layer is smaller than both ends.",)
    ends = row(Symbol("min", "upright"), Fenced(_joined(_ends(found), Operator(",", "comma"))))
    inner = _joined(map(_size, found.sizes[1:-1]), Operator(",", "comma"))
    many = "one of " if len(found.sizes) > 3 else ""
    return ("Functions are lost where ", many, row(inner, LESS, ends), ", and only there.")


def _ends(found: Bottleneck) -> tuple[Math, Math]:
    return _size(found.sizes[0]), _size(found.sizes[-1])


def _when_fewer(found: Bottleneck) -> Words:
    first, last = _ends(found)
    bound = Fraction(row(first, Operator("", "product"), last), row(first, PLUS, last))
    return ("The two layers have fewer parameters where ", row(_size(found.sizes[1]), LESS, bound), ".")


def _table(found: Bottleneck) -> list[Block]:
    """Parameters and multiplications, with the products spelled out."""
    several = _joined((row(_size(a), TIMES, _size(b)) for a, b in found.layers), PLUS)
    one = row(_size(found.sizes[0]), TIMES, _size(found.sizes[-1]))
    biases = _joined(map(_size, found.sizes[1:]), PLUS)
    written = [(several, one)] * 2
    if found.biases:
        written[0] = (row(several, PLUS, biases), row(one, PLUS, _size(found.sizes[-1])))
    counts = (found.parameters, found.multiplications)
    rows = []
    for name, boxes, met in zip(("parameters", "multiplications"), written, counts, strict=True):
        cells = [row(box, EQUALS, number(n)) for box, n in zip(boxes, met, strict=True)] if met else boxes
        rows.append(((name,), *((cell,) for cell in cells)))
    head: tuple[Words, ...] = (("number of",), (f"{len(found.layers)} layers",), ("1 layer",))
    return [Table(head, tuple(rows))]
