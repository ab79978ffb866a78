"""The lines of a backward pass as a sheet has them: each with its result alone, entry by entry and in vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from derive.derivation import Derivation, Line
from derive.document import Chain
from derive.notation.expression import Tensor
from derive.notation.matrix import MatrixEquation
from derive.typeset.chains import entry_chains, result_chains
from derive.typeset.names import Names
from derive.typeset.scribe import Scribe

Form: TypeAlias = Literal["entries", "vectors"]

GIVEN = ("seed", "upstream", "unreached")
"""Lines that nobody has to derive."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: left = right, what it is about, and its matrices where it is one of vectors.

    given: it stands as it is, Ē = 1.  part: it only gives a name, N or d, to what a line below it reads.
    block: of a line of changes, the display among theirs that it stands in, from 1; 0 in the backward pass.
    judged: whether `derive check` calls it right, so that it may be asked for.
    """

    tensor: Tensor
    form: Form
    chain: Chain
    equation: MatrixEquation | None = None
    given: bool = False
    part: bool = False
    cost: str = ""
    block: int = 0
    judged: bool = True

    @property
    def asked(self) -> bool:
        """Whether it may have a blank or a mistake."""
        return self.judged and not self.given and not self.part and bool(self.chain.rights)


def backward_items(derivation: Derivation, scribe: Scribe, forms: Callable[[str], Sequence[Form]]) -> tuple[Item, ...]:
    """The lines of the backward pass, from the cost on, each once; of each cost's, where there are several.

    forms: in which forms those of a cost are shown.
    """
    found: dict[tuple[str, Form, Chain], Item] = {}
    for one in derivation.by_cost():
        cost = one.cost if derivation.network.costs else ""
        own = replace(scribe, names=Names(one.network, one.cost, scribe.names.style)) if cost else scribe
        for form in forms(cost):
            for item in (item for line in one.backward for item in items_of(line, own, form)):
                found.setdefault((cost, form, item.chain), replace(item, cost=cost))
    return tuple(found.values())


def items_of(line: Line, scribe: Scribe, form: Form) -> Iterator[Item]:
    """The chains of a line's result in one form."""
    result = Line(line.left, line.entry_by_entry, line.vector, parts=line.parts)
    chains = entry_chains(result, scribe) if form == "entries" else result_chains(result, scribe)
    equations = _equations(line, form, len(chains))
    given = line.steps[-1].rule in GIVEN
    for n, (chain, equation) in enumerate(zip(chains, equations, strict=True)):
        yield Item(line.tensor, form, chain, equation, given, n < len(chains) - 1)


def _equations(line: Line, form: Form, count: int) -> tuple[MatrixEquation | None, ...]:
    """The matrices of each chain, as `result_chains` lists them."""
    if form == "vectors" and line.parts:
        return line.parts
    return (line.vector,) if form == "vectors" and line.vector is not None else (None,) * count
