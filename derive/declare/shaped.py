"""Which statement can be read next: one whose right side reads only quantities of known shape.

Linear in statements and reads; in the order of the file where that is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush


class Shaped:
    """The statements that wait, and the quantities whose shape is known."""

    def __init__(self, reads: Sequence[Sequence[str]], targets: Sequence[str], known: frozenset[str]) -> None:
        self.targets = targets
        self.known = set(known)
        self.waiting = [sum(name not in known for name in names) for names in reads]
        self.readers: dict[str, list[int]] = {}
        for n, names in enumerate(reads):
            for name in names:
                if name not in known:
                    self.readers.setdefault(name, []).append(n)
        self.ready = [n for n, count in enumerate(self.waiting) if not count]
        heapify(self.ready)
        self.taken: set[int] = set()

    def next(self) -> int | None:
        """The first statement of the file that can be read; None if there is none."""
        return heappop(self.ready) if self.ready else None

    def done(self, n: int) -> None:
        """A statement was read, rightly or not: its quantity's shape is known, or no longer waited for."""
        self.taken.add(n)
        self.shaped(self.targets[n])

    def shaped(self, name: str) -> None:
        """The shape of a quantity is known."""
        if name in self.known:
            return
        self.known.add(name)
        for reader in self.readers.get(name, ()):
            self.waiting[reader] -= 1
            if not self.waiting[reader]:
                heappush(self.ready, reader)

    @property
    def left(self) -> list[int]:
        """The statements that wait."""
        return [n for n in range(len(self.targets)) if n not in self.taken]

    @property
    def stuck(self) -> bool:
        return not self.ready and len(self.taken) < len(self.targets)
