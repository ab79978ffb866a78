"""At which points claims are judged: few of them, that show as much as can be seen.

Every size is the smaller one and the larger one of any two, no quantity is 0 throughout, every kink is seen from both
sides, and classes are the first one and the last one: else a sum that leaves one position out may agree by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from derive.backward import outputs
from derive.check.setting import Setting
from derive.check.sizes import orders, varied_sizes
from derive.check.symbols import along
from derive.derivation import Derivation, Line
from derive.graph import facts_of
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Tensor, bar
from derive.notation.walk import factors
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.sample import TRIES, Names, draw_arrays, generator, smooth_functions, style_of
from derive.referee.world import Key, World, key_of
from derive.selfcheck import LARGEST
from derive.selfcheck.lines import by_definition, finite, is_given, lefts, sides, through, without_bar

KINKED = ("relu", "leaky_relu", "abs", "step", "max", "min", "sign", "hardtanh", "relu6")
LIVELY = 12
"""How many more points are drawn to find some that show what the first ones do not."""
REGULAR = 1e6
"""Up to which condition number a condition is taken to be solvable."""
COUNT = 3
"""At how many points a claim is judged."""


def settings(derivation: Derivation, seed: int = 0, count: int = COUNT) -> tuple[Setting, ...]:
    """Points at which all quantities have values; fewer than `count` where the network has too few such points."""
    found = _settings(derivation, seed, count, _solvable)
    return found or (_settings(derivation, seed, count, _any) if derivation.network.implicit else ())


def _settings(derivation: Derivation, seed: int, count: int, wanted: Callable[[Setting], bool]) -> tuple[Setting, ...]:
    kinked = _has_kinks(derivation)
    usable = filter(wanted, _usable(derivation, seed, 3 * TRIES if kinked else TRIES))
    if kinked:
        return tuple(sorted(usable, key=lambda setting: not _alive(derivation, setting)))
    at_kinks = _through_kinks(derivation)
    found = list(islice(usable, count))
    while len(found) < count + LIVELY and not _show_all(derivation, found, at_kinks, count):
        another = next(usable, None)
        if another is None:
            break
        found.append(another)
    return _chosen(derivation, found, at_kinks, count)


def first(derivation: Derivation, seed: int = 0) -> tuple[Setting, ...]:
    """One point at which all quantities have values, the first that is found; none if there is none."""
    return tuple(islice(_usable(derivation, seed, TRIES), 1))


def _show_all(derivation: Derivation, points: Sequence[Setting], at_kinks: Iterable[Tensor], count: int) -> bool:
    """Whether enough of the points are lively, and these see all sides of all kinks."""
    living = [s for s in points if _alive(derivation, s)]
    return len(living) >= count and {seen for s in living for seen in _seen(s, at_kinks)} >= _sought(at_kinks)


def _any(setting: Setting) -> bool:
    return True


def _solvable(setting: Setting) -> bool:
    """Whether what a condition defines is the only solution near by: the Xᵀ X of least squares has an inverse."""
    network = setting.derivation.network
    if len(network.implicit) != 1:
        return True  # of several, which may be solved together, each alone says nothing
    ((name, condition),) = network.implicit.items()
    below = network.tensors[name]
    count = setting.array(below).size
    slope = setting.slope(condition.tensor, below, False).reshape(-1, count)
    return slope.shape[0] == count and bool(np.linalg.cond(slope) < REGULAR)


def _chosen(
    derivation: Derivation, points: Sequence[Setting], at_kinks: Iterable[Tensor], count: int
) -> tuple[Setting, ...]:
    """Those that show most, taken one after the other; those at which something is 0 throughout come last."""
    rest = sorted(points, key=lambda setting: not _alive(derivation, setting))
    found: list[Setting] = []
    met: set[Hashable] = set()
    while rest and len(found) < count:
        best = max(rest, key=lambda s: (_alive(derivation, s), len(_shown(s, at_kinks) - met)))
        met |= _shown(best, at_kinks)
        found.append(best)
        rest.remove(best)
    return tuple(found)


def _shown(setting: Setting, at_kinks: Iterable[Tensor]) -> set[Hashable]:
    return {*orders(setting.world.sizes), *_seen(setting, at_kinks), *_classes(setting)}


def _through_kinks(derivation: Derivation) -> tuple[Tensor, ...]:
    """What goes through a function with a kink at 0."""
    applied = (f for e in derivation.network.equations for f in factors(e.right))
    found = [list(reads(f.args[0].body)) for f in applied if isinstance(f, Apply) and f.function in KINKED and f.args]
    return tuple(dict.fromkeys(read[0] for read in found if len(read) == 1))


def _seen(setting: Setting, at_kinks: Iterable[Tensor]) -> set[tuple[str, bool, int]]:
    """The sides of the kinks at which something is, and the sign of its bar there."""
    return {seen for t in at_kinks for seen in _sides_of(setting, t)}


def _sides_of(setting: Setting, tensor: Tensor) -> set[tuple[str, bool, int]]:
    above = setting.array(tensor) > 0
    signal = setting.world.arrays.get(key_of(bar(tensor, setting.derivation.cost)))
    found = {(tensor.name, bool(side), 0) for side in np.unique(above)}
    if signal is None:
        return found
    signs = np.sign(np.asarray(signal, float)[above])
    return found | {(tensor.name, True, int(sign)) for sign in np.unique(signs) if sign}


def _sought(at_kinks: Iterable[Tensor]) -> set[tuple[str, bool, int]]:
    """Both sides, and above 0 both signs of the bar: else ReLU′(z) is ReLU′(z̄)."""
    return {(t.name, *seen) for t in at_kinks for seen in ((False, 0), (True, 0), (True, 1), (True, -1))}


def _classes(setting: Setting) -> set[tuple[str, str, int]]:
    """Which classes are the first, and which the last."""
    found = set()
    for tensor in setting.derivation.network.tensors.values():
        if tensor.among is not None:
            ends = setting.world.limits(tensor.among)
            met = setting.array(tensor)
            found |= {("class", tensor.name, n) for n, end in enumerate(ends) if np.any(met == end)}
    return found


def _usable(derivation: Derivation, seed: int, tries: int) -> Iterator[Setting]:
    """Points one after the other; the sizes of each stand in other orders than those of the ones before."""
    before: list[Mapping[str, int]] = []
    for attempt in range(tries):
        setting = _drawn(derivation, seed, attempt, before)
        if setting is not None:
            yield setting
            before += [setting.world.sizes] if _alive(derivation, setting) else []


def _has_kinks(derivation: Derivation) -> bool:
    """Whether a scalar goes through a function with a kink: at one point only one side of it is seen."""
    scalars = (e for e in derivation.network.equations if not e.left.tensor.axes)
    return any(isinstance(f, Apply) and f.function in KINKED for e in scalars for f in factors(e.right))


def _alive(derivation: Derivation, setting: Setting) -> bool:
    """Whether nothing is 0 throughout but what is 0 at every point, such as the bar of what the cost does not read."""
    lines = (line for line in (*derivation.forward, *derivation.backward) if line.scalar.right.terms)
    return all(np.any(setting.array(line.tensor)) or setting.array(line.tensor).size == 0 for line in lines)


def _drawn(derivation: Derivation, seed: int, attempt: int, before: Sequence[Mapping[str, int]]) -> Setting | None:
    network = derivation.network
    forward = [network.equations[n] for n in network.order]
    backward = [line for line in (*derivation.backward, *derivation.folded) if not is_given(line)]
    names = _names(derivation, forward, backward)
    random = generator(seed, "check", attempt)
    fixed = {n: size.number for n, size in network.sizes.items() if size.number is not None and size.number <= LARGEST}
    functions = smooth_functions([*names.functions, *network.functions], tuple(network.functions), seed + attempt)
    world = World(
        varied_sizes(names.stated(network.facts), fixed, random, before), functions=functions, facts=facts_of(network)
    )
    with np.errstate(all="ignore"):
        drawn = draw_arrays(names.tensors, world, random, style_of(attempt))
        start = world.with_arrays({**drawn, **_ends(names.tensors, drawn, world, len(before))})
        state = evaluate_equations([line.scalar for line in backward], evaluate_equations(forward, start))
        state = evaluate_equations([met.equation for met in network.implicit.values()], state)
    bound = {
        key_of(along(c)): evaluate(c.line.scalar.right, c.line.scalar.letters, state) for c in derivation.constrained
    }
    state = state.with_arrays(bound) if bound else state
    state = replace(state, equations=by_definition(through(derivation)))
    tensors = [*(e.left.tensor for e in forward), *(line.tensor for line in derivation.backward)]
    return Setting(derivation, state) if finite(state, tensors) else None


def _names(derivation: Derivation, forward: Sequence[Equation], backward: Iterable[Line]) -> Names:
    network = derivation.network
    names = Names.of(*sides(forward), *sides([line.scalar for line in backward]), *lefts(derivation.backward))
    for line in derivation.backward:
        names.tensor(without_bar(line.tensor))
    for tensor in network.tensors.values():
        names.tensor(tensor)
    for tensor in () if network.cost else outputs(network):
        names.tensor(bar(tensor, derivation.cost))
    for name, size in network.sizes.items():
        names.slot(size.called(name))
    return names


def _ends(tensors: Iterable[Tensor], drawn: Mapping[Key, Array], world: World, point: int) -> dict[Key, Array]:
    """Classes, one of which is the first one at the first point, and the last one at the second."""
    found: dict[Key, Array] = {}
    for tensor in tensors:
        array = drawn.get(key_of(tensor))
        if tensor.among is not None and array is not None and array.size and point < 2:
            found[key_of(tensor)] = array.copy()
            found[key_of(tensor)].flat[-point] = world.limits(tensor.among)[point]
    return found
