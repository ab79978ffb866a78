"""Which bars are 0 for every value of the rest, given facts about the network.

    facts: ["z[1] == -1"]      h₁ = relu(z₁) = 0, so W̄²_{i1} = r̄_i h₁ = 0 and z̄₁ = h̄₁ relu′(z₁) = 0

YES comes with a proof: a factor of every term is 0, down to the facts. NO comes with numbers under which the facts
hold and the bar is not 0, and with what it needs. Where there is neither, that is said.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

import numpy as np

from derive.analyse import Asked
from derive.analyse.facts import Fact, facts, said
from derive.analyse.known import MOST, Known
from derive.analyse.reasons import Need, Reason, needs, reasons
from derive.analyse.spelled import spelled
from derive.analyse.witness import Draws, bar_of
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.notation.expression import ZERO, Entry, Tensor, bar, of
from derive.notation.index import Index, Slot, position
from derive.pipeline import derive_network
from derive.referee.world import World

Answer: TypeAlias = Literal["YES", "NO", "not decided"]
KEYS = ("facts", "of")
ASKED_FOR = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\[\s*(\d+(?:\s*,\s*\d+)*)\s*\])?\s*")
SMALLEST = 1e-9
POINTS = 60
"""At how many points a bar is looked at before nothing more is expected."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Numbers for what is declared under which an entry of a bar is not 0.

    at: the entry's positions.  abstract: functions without a value of their own, taken as random smooth ones here.
    """

    numbers: Mapping[str, Any]
    sizes: Mapping[str, int]
    at: tuple[int, ...]
    value: float
    abstract: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Zero:
    """Whether a bar, or a part of it, is 0 whatever the rest is.

    parts: those parts of a bar that is not 0 as a whole which are.  points: at how many points it was 0 where nothing
    is decided.
    """

    name: str
    entry: Entry
    answer: Answer
    proof: tuple[Reason, ...] = ()
    witness: Witness | None = None
    needs: tuple[Need, ...] = ()
    parts: tuple[Zero, ...] = ()
    points: int = 0

    def to_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {"bar": self.name, "answer": self.answer}
        if self.proof:
            told["proof"] = [_reason(reason) for reason in self.proof]
        if self.witness is not None:
            told["witness"] = {"values": dict(self.witness.numbers), "value": self.witness.value}
            told["witness"] |= {"sizes": dict(self.witness.sizes)} if self.witness.sizes else {}
            told["witness"] |= {"entry": list(self.witness.at)} if self.witness.at else {}
        if self.needs:
            told["needs"] = [f"{spelled(need.expr)} {need.sign} 0" for need in self.needs]
        if self.parts:
            told["zero_parts"] = [part.to_dict() for part in self.parts]
        return told


def _reason(reason: Reason) -> str:
    left = spelled(of(reason.left))
    if reason.right is None:
        return f"{left} = 0 is given"
    zeros = ", ".join(f"{spelled(of(cause.factor))} = 0" for cause in reason.causes)
    whole = f"{left} = {spelled(reason.right)}"
    return f"{whole}, {zeros}" if zeros else whole if reason.right == ZERO else f"{whole} = 0"


@dataclass(frozen=True, slots=True)
class Zeros:
    """The answers for the bars that were asked for, under the facts."""

    title: str
    facts: tuple[Fact, ...]
    zeros: tuple[Zero, ...]
    derivation: Derivation = field(repr=False, compare=False)

    def document(self) -> Document:
        from derive.analyse.zeros_shown import document

        return document(self)

    def to_dict(self) -> dict[str, Any]:
        return {"facts": [*dict.fromkeys(fact.text for fact in self.facts)], "bars": [z.to_dict() for z in self.zeros]}


def answer(asked: Asked, settings: Any) -> Zeros:
    """settings: {facts: [...], of: [names, or parts such as W1[1]]}; of: default the bars that the file wants."""
    network = asked.needs_network("guaranteed zeros are zeros of a network's bars")
    given = _settings(asked, settings)
    stated = facts(asked, given.get("facts", []), network)
    wanted = _wanted(asked, given, network)
    names = tuple(dict.fromkeys(tensor.name for _, tensor, _ in wanted))
    derivation = derive_network(network, names)
    known = Known(derivation, stated)
    draws = Draws(derivation, stated)
    work = _Work(asked, derivation, known, draws, draws.points())
    entries = wanted or tuple((name, network.tensors[name], ()) for name in derivation.wanted)
    found = tuple(work.zero(name, _entry(tensor, at, derivation)) for name, tensor, at in entries)
    return Zeros(network.title, stated, found, derivation)


def _settings(asked: Asked, settings: Any) -> Mapping[str, Any]:
    given = {} if settings is None else settings
    if not isinstance(given, Mapping) or not set(given) <= set(KEYS):
        what = "zeros: what is known, and which bars are asked for"
        raise DeriveError(Problem(asked.place(), what, 'zeros: {facts: ["z[1] == -1"], of: [W1]}'))
    return given


Wanted: TypeAlias = tuple[str, Tensor, tuple[int, ...]]


def _wanted(asked: Asked, given: Mapping[str, Any], network: Network) -> tuple[Wanted, ...]:
    texts = given.get("of", [])
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise DeriveError(Problem(asked.place("of"), "of: a list of quantities is expected", "of: [W1, W1[2]]"))
    return tuple(_one_wanted(asked, n, text, network) for n, text in enumerate(texts))


def _one_wanted(asked: Asked, n: int, text: str, network: Network) -> Wanted:
    met = ASKED_FOR.fullmatch(text)
    tensor = network.tensors.get(met[1]) if met else None
    if met is None or tensor is None or tensor.role in ("constant", "class"):
        close = get_close_matches(met[1] if met else text, network.tensors, 1)
        mend = f"did you mean {close[0]}?" if close else f"there are {', '.join(network.tensors)}"
        raise DeriveError(Problem(asked.place("of", n), f"`{text}` is no quantity that has a bar", mend))
    at = tuple(int(part) for part in met[2].split(",")) if met[2] else ()
    if len(at) > len(tensor.axes):
        what = f"`{text}`: {tensor.name} has {len(tensor.axes)} axes"
        raise DeriveError(Problem(asked.place("of", n), what, "leave positions out"))
    return text.strip(), tensor, at


def _entry(tensor: Tensor, at: tuple[int, ...], derivation: Derivation) -> Entry:
    """The bar of a tensor at positions, in letters of its own for the axes that are left."""
    above = bar(tensor, derivation.cost)
    line = next((x for x in derivation.backward if x.tensor == above), None)
    names = [letter.name if (letter := next(s.letters(), None)) else "i" for s in line.left.slots] if line else []
    names += ["i"] * (len(tensor.axes) - len(names))
    slots = [position(n) for n in at]
    free = [Index(name, axis).slot for name, axis in list(zip(names, tensor.axes, strict=True))[len(at) :]]
    return Entry(above, (*slots, *free))


@dataclass(frozen=True, slots=True)
class _Work:
    """What every question about one derivation needs."""

    asked: Asked
    derivation: Derivation
    known: Known
    draws: Draws
    source: Iterator[World]
    worlds: list[World] = field(default_factory=list)

    def zero(self, name: str, entry: Entry) -> Zero:
        sure = self.known.of(of(entry))
        if self.known.contradicted or any(said(self.known.facts, f.expr).is_empty for f in self.known.facts):
            raise DeriveError(Problem(self.asked.place("facts"), "the facts contradict each other", "drop one of them"))
        if sure.is_zero:
            return Zero(name, entry, "YES", reasons(self.known, entry))
        single = tuple(self._single(entry))
        if single and all(self.known.of(of(one)).is_zero for one in single):
            proofs = [reason for one in single for reason in reasons(self.known, one)]
            return Zero(name, entry, "YES", tuple(dict.fromkeys(proofs)))
        witness, points = self._witness(entry)
        parts = tuple(self._parts(name, entry))
        if witness is None:
            return Zero(name, entry, "not decided", parts=parts, points=points)
        return Zero(name, entry, "NO", witness=witness, needs=needs(self.known, entry), parts=parts)

    def _single(self, entry: Entry) -> Iterator[Entry]:
        """The entry at each of its positions, where the facts name some and there are few."""
        ranges = [self.known.positions(x) if (x := slot.letter) else (slot.constant,) for slot in entry.slots]
        few = [met for met in ranges if met is not None]
        if entry.slots and len(few) == len(ranges) and math.prod(map(len, few)) <= MOST:
            for at in itertools.product(*few):
                yield Entry(entry.tensor, tuple(position(n) for n in at))

    def _parts(self, name: str, entry: Entry) -> Iterator[Zero]:
        """The parts of a bar at the positions that the facts name that are 0."""
        for place, slot in enumerate(entry.slots):
            for at in self.known.spots if slot.letter is not None else ():
                slots = (*entry.slots[:place], position(at), *entry.slots[place + 1 :])
                part = Entry(entry.tensor, slots)
                if self.known.of(of(part)).is_zero:
                    written = ", ".join(_place(s) for s in slots)
                    yield Zero(f"{name}[{written}]", part, "YES", reasons(self.known, part))

    def _witness(self, entry: Entry) -> tuple[Witness | None, int]:
        """Numbers under which an entry is not 0, and at how many points that was looked at."""
        count = 0
        for world in self._points():
            count += 1
            found = self._not_zero(entry, world)
            if found is not None:
                return found, count
            if count >= POINTS:
                break
        return None, count

    def _points(self) -> Iterator[World]:
        """The points at which the facts hold, each found once for all bars."""
        yield from self.worlds
        for world in self.source:
            self.worlds.append(world)
            yield world

    def _not_zero(self, entry: Entry, world: World) -> Witness | None:
        tensor = self.derivation.network.tensors[entry.tensor.name]
        values = bar_of(world, tensor, self.derivation.cost)
        lows = [world.limits(axis)[0] for axis in tensor.axes]
        for at in np.ndindex(values.shape):
            there = tuple(n + lo for n, lo in zip(at, lows, strict=True))
            fits = all(not s.is_number or s.constant == n for s, n in zip(entry.slots, there, strict=True))
            if fits and np.isfinite(values[at]) and abs(values[at]) > SMALLEST:
                numbers = {name: _plain(array) for name, array in self.draws.declared(world).items()}
                used = {str(name): n for name, n in world.sizes.items()}
                return Witness(numbers, used, there, float(values[at]), self.draws.abstract)
        return None


def _place(slot: Slot) -> str:
    letter = slot.letter
    return letter.name if letter is not None else str(slot.constant)


def _plain(array: Any) -> Any:
    """Numbers as nested lists, whole ones as integers, others to twelve digits."""
    if isinstance(array, (list, tuple)):
        return [_plain(item) for item in array]
    if np.ndim(array):
        return [_plain(item) for item in np.asarray(array).tolist()]
    number = float(f"{float(array):.12g}")
    return int(number) if number.is_integer() else number
