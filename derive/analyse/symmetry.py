"""Units of a layer that start equal stay equal under gradient descent: proved from the lines, for all sizes.

Let the layer's units have equal parameters. Each line of the forward and of the backward pass whose left side has the
layer's axis is looked at: where nothing on its right side differs from unit to unit, neither does its left side. So the
bars of the units' parameters are equal, and W ← W − η W̄ keeps the parameters equal, step after step, for any cost that
is no exception. A term that differs from unit to unit, such as r_j in h̄_j = r_j + …, breaks it, and is shown.

From all zeros: those parameters never move whose bars are 0 as long as they are all 0 (the largest such set is found).
(Goodfellow, Bengio & Courville 2016, section 8.4.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.analyse import Asked
from derive.analyse.alike import Alike, Axis, Uneven, alike, axes_of_layer
from derive.analyse.descent import STARTS, Descent, Run
from derive.analyse.facts import Fact
from derive.analyse.known import Known
from derive.analyse.spelled import spelled
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Tensor, bar, of
from derive.notation.index import Index
from derive.notation.interval import NOTHING
from derive.notation.rewrite import rewrite
from derive.operators import TABLE
from derive.pipeline import derive_network

KEYS = ("layer", "axis", "functions", "steps", "rate")
STEPS, RATE = 50, 0.1
MOST = 10_000
"""Steps of a demonstration."""


@dataclass(frozen=True, slots=True)
class FromZero:
    """All parameters 0 at the start: which of them stay 0 for ever (proved), and which have a bar that may be other."""

    function: str
    stay: tuple[str, ...]
    move: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Symmetry:
    """What becomes of equal units.

    parameters: those with the layer's axis, and their axes.  uneven: the terms that break the symmetry, the first
    first; none: it is proved.  zeros, runs: for each function that the activation is taken as ("": as it is).
    """

    layer: str
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    lines: tuple[Equation, ...]
    uneven: tuple[Uneven, ...]
    zeros: tuple[FromZero, ...]
    runs: tuple[Run, ...]
    derivation: Derivation = field(repr=False, compare=False)

    @property
    def stays(self) -> bool:
        """Whether equal units stay equal."""
        return not self.uneven

    def document(self) -> Document:
        from derive.analyse.symmetry_shown import document

        return document(self)

    def to_dict(self) -> dict[str, Any]:
        broken = [
            {"line": f"{spelled(of(u.equation.left))} = {spelled(u.equation.right)}", "term": spelled(Expr((u.term,)))}
            for u in self.uneven
        ]
        return {
            "layer": self.layer,
            "stays_equal": self.stays,
            "parameters": [name for name, _ in self.parameters],
            "lines": [f"{spelled(of(e.left))} = {spelled(e.right)}" for e in self.lines],
            "broken_by": broken,
            "from_zero": [{"function": z.function, "stay": [*z.stay], "move": [*z.move]} for z in self.zeros],
            "runs": [_run(run) for run in self.runs],
        }


def _run(run: Run) -> dict[str, Any]:
    told = {"function": run.function, "start": run.start, "steps": run.steps}
    return {**told, "cost": [run.costs[0], run.costs[-1]], "apart": run.apart, "moved": dict(run.moved)}


def answer(asked: Asked, settings: Any) -> Symmetry:
    """settings: {layer: h, functions: {phi: [tanh, relu]}, steps: 50, rate: 0.1}, and the layer's axis as axis: 1."""
    network = asked.needs_network("symmetry is about the units of a layer")
    given = _settings(asked, settings)
    start = _layer(asked, given, network)
    axes = axes_of_layer(network.equations, start)
    parameters = [t for t in network.tensors.values() if t.role == "parameter"]
    own = [t for t in parameters if any(name == t.name for name, _ in axes)]
    if not own:
        raise DeriveError(
            Problem(asked.place("layer"), f"no parameter has an axis of {start[0]}", "name another layer")
        )
    derivation = derive_network(network, [t.name for t in parameters])
    lines = (*network.equations, *(line.scalar for line in (*derivation.folded, *derivation.backward)))
    met = alike(lines, axes, own)
    bars = [bar(t, derivation.cost) for t in own]
    broken = met.uneven if any(b not in met.even for b in bars) else ()
    chosen = _choices(asked, given, network)
    taken = [(name, derive_network(_taken(network, choice), [t.name for t in parameters])) for name, choice in chosen]
    return Symmetry(
        start[0],
        tuple((t.name, tuple(n for n in range(len(t.axes)) if (t.name, n) in axes)) for t in own),
        _shown_lines(lines, axes, met),
        broken,
        tuple(from_zero(name, one) for name, one in taken),
        tuple(run for name, one in taken for run in _runs(name, one, axes, given)),
        derivation,
    )


def _shown_lines(lines: tuple[Equation, ...], axes: frozenset[Axis], met: Alike) -> tuple[Equation, ...]:
    """The lines that are equal for all units."""
    own = [e for e in lines if any((e.left.tensor.name, n) in axes for n in range(len(e.left.slots)))]
    return tuple(e for e in own if e.left.tensor in met.even)


def _runs(name: str, derivation: Derivation, axes: frozenset[Axis], given: Mapping[str, Any]) -> list[Run]:
    """Gradient descent from each start; none where no cost is given."""
    steps, rate = given.get("steps", STEPS), given.get("rate", RATE)
    if derivation.network.cost is None or not steps:
        return []
    return [Descent(derivation, axes).run(start, name, steps, rate) for start in STARTS]


def from_zero(function: str, derivation: Derivation) -> FromZero:
    """The largest set of parameters whose bars are all 0 as long as they are 0, whatever the others are."""
    parameters = [t for t in derivation.network.tensors.values() if t.role == "parameter"]
    stay = list(parameters)
    while True:
        known = Known(derivation, [_is_zero(t) for t in stay])
        left = [t for t in stay if known.of(of(_whole(bar(t, derivation.cost)))).is_zero]
        if len(left) == len(stay):
            move = tuple(t.name for t in parameters if t not in stay)
            return FromZero(function, tuple(t.name for t in stay), move)
        stay = left


def _whole(tensor: Tensor) -> Entry:
    return Entry(tensor, tuple(Index("i", axis).slot for axis in tensor.axes))


def _is_zero(tensor: Tensor) -> Fact:
    return Fact(f"{tensor.name} == 0", of(_whole(tensor)), NOTHING)


def _taken(network: Network, choice: Mapping[str, str]) -> Network:
    """The network with its abstract functions taken as functions of the table."""

    def change(factor: Factor) -> Expr | None:
        if not isinstance(factor, Apply) or factor.function not in choice:
            return None
        args = tuple(Lambda(a.letters, rewrite(a.body, change)) for a in factor.args)
        return of(Apply(choice[factor.function], args, factor.slots, factor.partials))

    if not choice:
        return network
    equations = tuple(Equation(e.left, rewrite(e.right, change), e.place) for e in network.equations)
    functions = {name: kind for name, kind in network.functions.items() if name not in choice}
    return replace(network, equations=equations, functions=functions)


def _settings(asked: Asked, settings: Any) -> Mapping[str, Any]:
    example = "symmetry: {layer: h, functions: {phi: [tanh, relu]}, steps: 50}"
    if not isinstance(settings, Mapping) or "layer" not in settings or not set(settings) <= set(KEYS):
        raise DeriveError(Problem(asked.place(), "symmetry: say which layer's units start equal", example))
    steps, rate = settings.get("steps", STEPS), settings.get("rate", RATE)
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= MOST:
        raise DeriveError(Problem(asked.place("steps"), f"steps: a whole number up to {MOST} is expected", "steps: 50"))
    if not isinstance(rate, (int, float)) or isinstance(rate, bool) or not rate > 0:
        raise DeriveError(Problem(asked.place("rate"), "rate: a positive number is expected", "rate: 0.1"))
    return settings


def _layer(asked: Asked, given: Mapping[str, Any], network: Network) -> Axis:
    """The layer's axis: the one that is asked for, else its last that is no label."""
    name, hidden = given["layer"], [t.name for t in network.tensors.values() if t.role == "hidden" and t.axes]
    if name not in hidden:
        what = f"`{name}` is no layer that an equation defines"
        raise DeriveError(Problem(asked.place("layer"), what, f"there are {', '.join(hidden) or 'none'}"))
    tensor = network.tensors[name]
    plain = [n for n in range(len(tensor.axes)) if n not in tensor.labels] or list(range(len(tensor.axes)))
    axis = given.get("axis", plain[-1] + 1)
    if axis not in range(1, len(tensor.axes) + 1):
        raise DeriveError(Problem(asked.place("axis"), f"{name} has the axes 1 to {len(tensor.axes)}", "axis: 1"))
    return name, axis - 1


def _choices(asked: Asked, given: Mapping[str, Any], network: Network) -> list[tuple[str, dict[str, str]]]:
    """What the abstract functions are taken as, one after the other; as they are where nothing is said."""
    choices = given.get("functions", {})
    known = sorted(name for name, row in TABLE.items() if not row.axes and row.arity == 1)
    if not isinstance(choices, Mapping) or not set(choices) <= set(network.functions):
        what = "functions: for each abstract function of the file, those that it is taken as"
        raise DeriveError(Problem(asked.place("functions"), what, "functions: {phi: [tanh, relu, sigmoid]}"))
    lists = {name: [met] if isinstance(met, str) else met for name, met in choices.items()}
    for name, met in lists.items():
        wrong = [f for f in met if f not in known] if isinstance(met, list) else [met]
        if wrong or not met:
            what = f"{name}: {wrong[0] if wrong else 'nothing'} is no function of one number"
            raise DeriveError(Problem(asked.place("functions", name), what, f"there are {', '.join(known)}"))
    if not lists:
        return [("", {})]
    longest = max(map(len, lists.values()))
    picked = [{name: met[min(n, len(met) - 1)] for name, met in lists.items()} for n in range(longest)]
    return [(", ".join(dict.fromkeys(choice.values())), choice) for choice in picked]
