"""The facts of a network against numbers: those that the file gives, and random ones.

What is declared is drawn so that the facts hold; what is computed from it must then satisfy them too. Facts that no
numbers satisfy contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from derive.declare.network import Network
from derive.errors import DeriveError, Place, Problem
from derive.notation.expression import Tensor
from derive.notation.fact import Fact
from derive.notation.layout import described, extent
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import TRIES, Names, draw_arrays, generator, smooth_functions, style_of
from derive.referee.sizes import NoSizes, draw_sizes, fit
from derive.referee.stated import NoNumbers, broken
from derive.referee.values import given_world
from derive.referee.world import World, key_of
from derive.selfcheck.lines import finite, sides

POINTS = 3
GIVEN = 1e-4
"""How well the numbers of a file satisfy a fact: people write few digits."""
COMPUTED = 1e-7
LARGEST = 8


def facts_stand(network: Network, seed: int = 0) -> Network:
    """The network itself; raises DeriveError where its facts contradict numbers or each other."""
    problems = list(_at_values(network)) or list(_at_random(network, seed))
    if problems:
        raise DeriveError(*dict.fromkeys(problems))
    return network


def _at_values(network: Network) -> Iterator[Problem]:
    """The facts that the file's own numbers contradict."""
    if not network.values:
        return
    world = given_world(network)
    with np.errstate(all="ignore"):
        for fact in network.facts:
            if all(key_of(t) in world.arrays for t in fact.tensors) and broken([fact], world, GIVEN):
                names = " and ".join(t.name for t in fact.tensors)
                what = f"`{fact.text}`: the numbers of {names} under `values` say otherwise"
                yield Problem(fact.place, what, "mend the fact or the numbers")


def _at_random(network: Network, seed: int) -> Iterator[Problem]:
    """The facts that have no numbers, and those that computed quantities do not satisfy."""
    equations = [network.equations[n] for n in network.order]
    computed = {e.left.tensor for e in equations}
    names = Names.of(*sides(equations), *(side for f in network.facts for side in (f.left, f.right)))
    names.stated(network.facts)
    given = tuple(f for f in network.facts if not computed.intersection(f.tensors))
    given_sizes = {n: s.number for n, s in network.sizes.items() if s.number is not None}
    fixed = {n: number for n, number in given_sizes.items() if number <= LARGEST}
    wide = [f for f in network.facts if not fit(Names().stated([f]), given_sizes)]
    if wide:
        what = f"`{wide[0].text}`: there are more columns here than their length, and so they cannot be orthonormal"
        yield Problem(wide[0].place, what, "state it of the rows, Q @ Q.T == eye(...), or mend the sizes")
        return
    points = 0
    for count in range(TRIES):
        random = generator(seed, "facts", count)
        try:
            sizes = draw_sizes(names, fixed, random)
        except NoSizes:
            return
        functions = smooth_functions(names.functions, tuple(network.functions), seed)
        world = World(sizes, functions=functions, facts=given)
        declared = [t for t in names.tensors if t not in computed]
        with np.errstate(all="ignore"):
            try:
                start = world.with_arrays(draw_arrays(declared, world, random, style_of(count)))
            except NoNumbers as none:
                yield _contradiction(none, given, declared, world, count, seed)
                return
            state = evaluate_equations(equations, start)
            if not finite(state, computed):
                continue
            wrong = broken([f for f in network.facts if f not in given], state, COMPUTED)
        if wrong:
            yield from (_not_so(fact, state) for fact in wrong)
            return
        points += 1
        if points == POINTS:
            return


def _contradiction(
    none: NoNumbers, given: Sequence[Fact], declared: Sequence[Tensor], world: World, count: int, seed: int
) -> Problem:
    """The first fact that those before it leave no numbers for."""
    for n in range(1, len(given) + 1):
        try:
            draw_arrays(declared, replace(world, facts=tuple(given[:n])), generator(seed, "facts", count))
        except NoNumbers:
            last = given[n - 1]
            others = [f for f in given[: n - 1] if set(f.tensors) & set(last.tensors)]
            before = others[-1] if others else None
            if (whole := _of_every_entry(last)) is not None:
                return whole
            what = f"`{last.text}` contradicts `{before.text}`" if before else f"`{last.text}`: nothing satisfies it"
            mend = "no numbers satisfy both: mend one of them" if before else "mend it"
            return Problem(last.place, what, mend, _at(before))
    return Problem(none.facts[0].place, str(none), "mend one of them")


def _of_every_entry(fact: Fact) -> Problem | None:
    """Qᵀ Q = 1, which says that all entries of a square matrix are 1: the identity is probably meant."""
    value, letters = fact.right.number, fact.letters[-2:]
    if fact.kind != "equal" or value is None or len(letters) < 2 or letters[0].range != letters[1].range:
        return None
    size = extent(letters[0].range)
    left, _, right = (part.strip() for part in fact.text.partition("=="))
    left = right if left == str(value) else left
    matrix = described(*(x.range for x in letters))
    what = f"`{fact.text}`: `{left}` is {matrix}, and no numbers make every entry {value}"
    identity = f"eye({size})" if value == 1 else f"{value} * eye({size})"
    return Problem(fact.place, what, f"if the identity is meant, write `{left} == {identity}`")


def _at(fact: Fact | None) -> Place | None:
    return fact.place if fact is not None else None


def _not_so(fact: Fact, state: World) -> Problem:
    """A fact of what is computed that the equations do not give."""
    sizes = ", ".join(f"{name} = {number}" for name, number in sorted(state.sizes.items()))
    what = f"`{fact.text}` does not follow: random numbers say otherwise" + (f" (at {sizes})" if sizes else "")
    return Problem(fact.place, what, "state what holds of the inputs and parameters, or leave it out")
