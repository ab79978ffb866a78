"""The lines of a derivation as equations to differentiate again, and what moves along with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.backward.contributions import Outputs, Reads, output_names, reads_by_tensor
from derive.derivation import Derivation
from derive.errors import DeriveError, Problem
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Factor, Tensor


@dataclass(frozen=True, slots=True)
class Differentiated:
    """An equation with its reads, by the tensor that is read."""

    equation: Equation
    reads: Reads
    named: Outputs

    @staticmethod
    def of(equation: Equation) -> Differentiated:
        return Differentiated(equation, reads_by_tensor(equation), output_names(equation))

    @property
    def tensor(self) -> Tensor:
        return self.equation.left.tensor


def forward_equations(derivation: Derivation) -> list[Equation]:
    """The equations of the network, in the order of the file."""
    return list(derivation.network.equations)


def bar_equations(derivation: Derivation) -> list[Equation]:
    """The backward lines as equations, those aside that the network has as its own; an error signal that is given has
    none, and does not move."""
    own = {e.left.tensor for e in derivation.network.equations if e.left.tensor.is_bar}
    lines = (line for line in derivation.backward if line.steps[-1].rule != "upstream")
    return [line.scalar for line in lines if line.tensor not in own]


def moving(seeds: Iterable[Tensor], equations: Sequence[Differentiated]) -> set[Tensor]:
    """The seeds and all that changes with them."""
    onward: dict[Tensor, list[Tensor]] = {}
    for met in equations:
        for read in met.reads:
            onward.setdefault(read, []).append(met.tensor)
    found = set(seeds)
    waiting = list(found)
    while waiting:
        for tensor in onward.get(waiting.pop(), ()):
            if tensor not in found:
                found.add(tensor)
                waiting.append(tensor)
    return found


def seed_of(derivation: Derivation, name: str) -> Tensor:
    """A declared quantity of real numbers, which can be moved; raises DeriveError."""
    tensor = derivation.network.tensors[name]
    if tensor.role not in ("input", "parameter") or tensor.among is not None:
        from derive.declare.moved import unmovable

        raise DeriveError(Problem(None, *unmovable(name, tensor)))
    return tensor


def computed(derivation: Derivation, name: str) -> Tensor:
    """A quantity that changes with others; raises DeriveError."""
    tensor = derivation.network.tensors[name]
    if tensor.role != "hidden":
        from derive.declare.moved import unchanging

        raise DeriveError(Problem(None, *unchanging(name)))
    return tensor


def with_factor(factors: Sequence[Factor], place: int, entry: Entry) -> tuple[Factor, ...]:
    """The factors with d entry at its place."""
    return (*factors[:place], entry, *factors[place:])
