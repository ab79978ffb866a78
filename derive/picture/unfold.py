"""A repetition written out: h⁽⁰⁾ → a⁽¹⁾ → h⁽¹⁾ → a⁽²⁾ …, the parameters shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from derive.declare.network import Network
from derive.errors import DeriveError, Problem
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Atom, Index, Range, Slot
from derive.notation.walk import entries
from derive.picture.model import At, Edge, Node
from derive.picture.read import key, kind, label, places, quantities
from derive.typeset.scribe import Scribe

Letters = Mapping[Index, int]
MOST = 400
"""How many nodes are drawn."""


def unfolds(network: Network) -> tuple[str, ...]:
    """The letters along which something repeats: labels up to an end that is no number."""
    return tuple(name for name in network.labels if any(True for _ in network.letters[name].hi.atoms()))


@dataclass(frozen=True, slots=True)
class Unfolding:
    """sizes: how long each repetition is; ends: the last positions of the axes that are written out."""

    network: Network
    sizes: Mapping[str, int]
    ends: frozenset[Slot]

    @staticmethod
    def of(network: Network, letters: Mapping[str, int]) -> Unfolding:
        """Raises DeriveError for a letter along which nothing repeats."""
        known = unfolds(network)
        for letter in letters:
            if letter not in known:
                mend = f"it can be {' or '.join(f'{name}=3' for name in known)}" if known else "leave --unfold out"
                raise DeriveError(Problem(None, f"nothing repeats along `{letter}`", mend))
        ends = {letter: network.letters[letter].hi for letter in letters}
        sizes = {str(atom): letters[letter] for letter, end in ends.items() for atom in end.atoms()}
        return Unfolding(network, sizes, frozenset(ends.values()))

    def axes(self, tensor: Tensor) -> tuple[int, ...]:
        """The axes of a quantity that are written out."""
        return tuple(n for n in tensor.labels if tensor.axes[n].hi in self.ends)

    def value(self, slot: Slot, at: Letters) -> int | None:
        """A position as a number, if it is one."""
        total = slot.constant
        for monomial, coefficient in slot.parts:
            for atom in monomial:
                number = self._number(atom, at)
                if number is None:
                    return None
                coefficient *= number
            total += coefficient
        return total

    def _number(self, atom: Atom, at: Letters) -> int | None:
        if isinstance(atom, Index):
            return at.get(atom)
        return self.sizes.get(atom) if isinstance(atom, str) else None

    def run(self, limits: Range, at: Letters) -> range:
        first, last = self.value(limits.lo, at), self.value(limits.hi, at)
        return range(0) if first is None or last is None else range(first, last + 1)

    def spots(self, entry: Entry, at: Letters) -> Iterator[tuple[At, Letters]]:
        """Where an entry may be, its letters that are not fixed running; what lies outside an axis is 0."""
        axes = self.axes(entry.tensor)
        free = list(dict.fromkeys(x for n in axes for x in entry.slots[n].letters() if x not in at))
        for numbers in product(*(self.run(x.range, at) for x in free)):
            inner = {**at, **dict(zip(free, numbers, strict=True))}
            met = [(n, self.value(entry.slots[n], inner)) for n in axes]
            spot = tuple((n, p) for n, p in met if p is not None and p in self.run(entry.tensor.axes[n], inner))
            if len(spot) == len(axes):
                yield spot, inner


def name(tensor: Tensor, at: At) -> str:
    """h-2, of h at 2."""
    return "-".join([key(tensor.key), *(str(position) for _, position in at)])


def unfolded(network: Network, scribe: Scribe, letters: Mapping[str, int]) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges of a network, one for each position of these letters."""
    found = Unfolding.of(network, letters)
    place = places(network)
    edges: dict[tuple[str, str], Edge] = {}
    met: dict[tuple[Tensor, At], None] = {}
    for equation in network.equations:
        for own, inner in found.spots(equation.left, {}):
            met[equation.left.tensor, own] = None
            for tensor, at in _reads(equation, inner, found):
                met[tensor, at] = None
                ends = name(tensor, at), name(equation.left.tensor, own)
                back = _is_back(tensor, equation, place, network)
                edges.setdefault(ends, Edge(*ends, back=back))
    if len(met) > MOST:
        raise DeriveError(Problem(None, f"the graph would have {len(met)} nodes", "unfold less of it"))
    return _nodes(list(met), network, scribe), list(edges.values())


def _reads(equation: Equation, inner: Letters, found: Unfolding) -> Iterator[tuple[Tensor, At]]:
    for read in entries(equation.right):
        for at, _ in found.spots(read, inner):
            yield read.tensor, at


def _is_back(read: Tensor, equation: Equation, place: Mapping[Tensor, int], network: Network) -> bool:
    """Whether a condition is solved: within a recurrence, what is read comes from another position."""
    reader = equation.left.tensor
    delayed = (reader.key, read.key) in network.delayed
    return not delayed and read in place and place[read] >= place.get(reader, -1)


def _nodes(met: Sequence[tuple[Tensor, At]], network: Network, scribe: Scribe) -> list[Node]:
    """In file order, each position by position."""
    order = {tensor: n for n, tensor in enumerate(quantities(network))}
    placed = sorted(met, key=lambda one: (order[one[0]], one[1]))
    return [Node(name(t, at), t.key, label(t, scribe, at), kind(t, network), at) for t, at in placed]
