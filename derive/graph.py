"""Who reads whom, and the order in which bars can be derived."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.declare.network import Network
from derive.notation.equation import Equation
from derive.notation.expression import Tensor
from derive.notation.fact import Fact
from derive.notation.pattern import Pattern, pattern
from derive.operators.matrices import NAMES, inside

if TYPE_CHECKING:
    from derive.operators.known import Known


@dataclass(frozen=True, slots=True)
class Written:
    """An equation with its pattern and what it reads, which are worked out once."""

    equation: Equation
    pattern: Pattern
    read: tuple[Tensor, ...]

    @staticmethod
    def of(equation: Equation) -> Written:
        found = pattern(equation)
        return Written(equation, found, found.read)


def known(network: Network) -> Known | None:
    """What is known of the quantities beside their equations; not imported for a network of which nothing is."""
    if not network.facts:
        return None
    from derive.operators.known import Known

    return Known(network.facts, (network.equations[n] for n in network.order))


def facts_of(network: Network) -> tuple[Fact, ...]:
    """The facts of a network, and those that follow from them."""
    met = known(network)
    return met.facts if met is not None else ()


class Graph:
    """The reads of a network: equations by the tensor they define and by the tensors they read, in file order.

    Of what an equation reads, parameters come first: people finish a layer before they go on to the one below. The
    matrix of A x = b comes last: its bar is −b̄ xᵀ.
    """

    def __init__(self, network: Network) -> None:
        self.written = tuple(map(Written.of, network.equations))
        self.reads: dict[Tensor, list[Tensor]] = {}
        self.readers: dict[Tensor, list[Written]] = {}
        for written in self.written:
            met = self.reads.setdefault(written.equation.left.tensor, [])
            for tensor in written.read:
                if tensor.role not in ("class", "constant") and tensor.among is None:
                    self.readers.setdefault(tensor, []).append(written)
                    if tensor not in met:
                        met.append(tensor)
            last = inside(written.equation.right) if written.pattern.functions & NAMES else ()
            met.sort(key=lambda t: (t in last, t.role != "parameter"))
        self.delayed = network.delayed
        self.known = known(network)
        self.around = self._around(network) if network.implicit else {}
        self.reached: set[Tensor] = set()

    @property
    def reads_bars(self) -> bool:
        """Whether equations read error signals, as grad(D, x) does."""
        return any(tensor.is_bar for written in self.written for tensor in written.pattern.tensors)

    def outputs(self, cost: str | None) -> tuple[Tensor, ...]:
        """The cost, or, where none is named, every quantity that no equation reads: their bars start the pass."""
        if cost is not None:
            return tuple(t for t in self.reads if t.key == cost)
        return tuple(t for t in self.reads if t.among is None and not self.outside(t))

    def outside(self, tensor: Tensor) -> list[Written]:
        """The equations that read a tensor, those aside that are solved together with what defines it."""
        own = self.around.get(tensor, frozenset())
        return [w for w in self.readers.get(tensor, ()) if w.equation.left.tensor not in own]

    def _around(self, network: Network) -> dict[Tensor, frozenset[Tensor]]:
        """All that is solved together with a quantity that a condition defines: what it reads and what reads it."""
        onward = {t: [w.equation.left.tensor for w in readers] for t, readers in self.readers.items()}
        found: dict[Tensor, frozenset[Tensor]] = {}
        for name in network.implicit:
            tensor = network.tensors[name]
            if tensor not in found:
                both = frozenset(_closure((tensor,), self.reads) & _closure((tensor,), onward))
                found.update(dict.fromkeys(both, both))
        return found

    def below(self, start: tuple[Tensor, ...]) -> set[Tensor]:
        """All that is read on the way to some tensors, these too."""
        return _closure(start, self.reads)

    def order(self, start: tuple[Tensor, ...], asked: tuple[Tensor, ...]) -> list[Tensor]:
        """The outputs, each tensor between them and the asked ones once its readers are there, the unreached ones.

        Within a recurrence, readers at another position are not waited for.
        """
        self.reached = reached = _closure(start, self.reads)
        onward = {t: [w.equation.left.tensor for w in readers] for t, readers in self.readers.items()}
        needed = _closure(asked, onward)
        readers = {t: {r for r in onward.get(t, ()) if r in reached} for t in reached if t in needed}
        waiting = {t: sum(not self._is_delayed(r, t) for r in met) for t, met in readers.items()}
        ready = deque(t for t in start if waiting.get(t) == 0)
        done: list[Tensor] = []
        while waiting:
            # one that is read at other positions alone, or a cycle of fixed positions, is nobody's turn: see _stuck
            tensor = ready.popleft() if ready else self._stuck(waiting)
            del waiting[tensor]
            done.append(tensor)
            for read in self.reads.get(tensor, ()):
                if read in waiting and not self._is_delayed(tensor, read):
                    waiting[read] -= 1
                    if waiting[read] == 0:
                        ready.append(read)
        return done + [t for t in asked if t not in reached]

    def _stuck(self, waiting: Mapping[Tensor, int]) -> Tensor:
        """The tensor that waits for the fewest readers, the first of the file."""
        return min((t for t in self.readers if t in waiting), key=waiting.__getitem__)

    def _is_delayed(self, reader: Tensor, read: Tensor) -> bool:
        return bool(self.delayed) and (reader.key, read.key) in self.delayed


def _closure(start: Sequence[Tensor], onward: Mapping[Tensor, Sequence[Tensor]]) -> set[Tensor]:
    met, waiting = set(start), list(start)
    while waiting:
        for tensor in onward.get(waiting.pop(), ()):
            if tensor not in met:
                met.add(tensor)
                waiting.append(tensor)
    return met
