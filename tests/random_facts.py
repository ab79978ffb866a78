"""Random networks of which facts are known: every line by numbers at points that satisfy the facts, and beside the
lines of the same network without them.

python -m tests.random_facts 1000 --seed 3
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from derive.declare.load import parse_problem
from derive.declare.network import Moved, Network
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.notation.expression import Tensor
from derive.notation.walk import entries
from derive.pipeline import derive_network
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import Names, draw_arrays, generator
from derive.referee.sizes import draw_sizes
from derive.referee.world import World, key_of
from derive.selfcheck import Report, selfcheck
from derive.selfcheck.lines import sides
from derive.selfcheck.stated import facts_stand

SHAPES = {
    "x": "[N]", "v": "[N]", "u": "[N]", "t": "[N]", "mask": "[N]", "s": "[N]", "c": "[N]", "n": "[]", "y": "[K]",
    "A": "[N, N]", "B": "[N, N]", "Q": "[N, N]", "D": "[N, N]", "L": "[N, N]", "U": "[N, N]", "H": "[N, N]",
    "X": "[K, N]", "G": "[N, N]", "P": "[K, N]", "W": "[K, N]", "V": "[N, K]",
}  # fmt: skip
FACTS = (
    "sum(t) == 1", "t one_hot", "norm(u) == 1", "x > 0", "mask in {0, 1}", "s in {-1, 1}", "c in (0, 1)", "n > 0",
    "A symmetric", "B symmetric", "Q orthogonal", "D diagonal", "L lower", "U upper", "H definite", "X.T @ X == G",
    "sum(i, P[k, i]) == 1", "V == W.T", "A == A.T", "v >= 0", "Q.T @ Q == eye(N)", "sum(c) == 2", "P > 0",
    "0 < n < 3", "sum(u**2) == 1",
)  # fmt: skip
VECTORS, SQUARE = ("x", "v", "u", "t", "mask", "s", "c"), ("A", "B", "Q", "D", "L", "U", "H", "G")


class Writer:
    """Equations of a random network."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.hidden = draw, list[str]()

    def vector(self, depth: int) -> str:
        if depth == 0:
            return self.draw.choice([*VECTORS, *self.hidden, *self.hidden])
        inner = self.vector(depth - 1)
        matrix, other = self.draw.choice(SQUARE), self.draw.choice(VECTORS)
        return self.draw.choice([
            f"{matrix} @ ({inner})", f"{matrix}.T @ ({inner})", f"{matrix}.T @ {matrix} @ ({inner})",
            f"{matrix} @ {matrix}.T @ ({inner})", f"inv({matrix}) @ ({inner})", f"solve({matrix}, {inner})",
            f"solve({matrix}.T, {inner})", f"({inner}) * {other}", f"{other}**2 * ({inner})",
            f"abs({other}) * ({inner})",
            f"relu({other}) + ({inner})", f"sum({other}) * ({inner})", f"norm({other})**2 * ({inner})",
            f"({inner}) / norm({other})", f"abs(n) * ({inner})", f"tanh({inner})", f"sign({other}) + ({inner})",
            f"X.T @ X @ ({inner})", f"V @ (W @ ({inner}))", f"W.T @ W @ ({inner})", f"P.T @ y + ({inner})",
            f"({inner}) - {other}", f"step({other}) * ({inner})",
        ])  # fmt: skip

    def cost(self) -> str:
        a, b, matrix = self.vector(0), self.vector(0), self.draw.choice(SQUARE)
        return self.draw.choice([
            f"sum({a})", f"1/2*norm({a} - {b})**2", f"{a}.T @ {matrix} @ {b}", f"logdet({matrix})", f"trace({matrix})",
            f"{a}.T @ {matrix} @ {b} + {b}.T @ {matrix} @ {a}",
            f"1/2*{a}.T @ solve({matrix}, {a}) + 1/2*logdet({matrix})",
            f"-sum(t * log_softmax({a}))", f"sum(P @ {a})", f"norm(u)**4 + sum({a})", f"-sum(t * log(softmax({a})))",
            f"trace({matrix} @ {matrix}.T)", f"sum({matrix} @ {matrix} @ {a})",
        ])  # fmt: skip

    def equations(self) -> list[str]:
        lines: list[str] = []
        for n in range(self.draw.randint(1, 3)):
            lines.append(f"h{n} = {self.vector(self.draw.choice((1, 1, 2)))}")
            self.hidden.append(f"h{n}")
        costs = " + ".join(self.cost() for _ in range(self.draw.randint(1, 2)))
        return [*lines, f"E = {costs}"]


def written(seed: int) -> str:
    """The text of a random problem with facts."""
    draw = random.Random(seed)
    lines = Writer(draw).equations()
    body = "\n".join(f"  {line}" for line in lines)
    names = [name for name in SHAPES if any(name in _words(line) for line in lines)]
    about = [f for f in FACTS if any(n in _words(f) for n in names)]
    facts = draw.sample(about, min(len(about), draw.randint(1, 4))) if about else []
    names = [name for name in SHAPES if name in names or any(name in _words(f) for f in facts)]
    given = ", ".join(f"{name}: {SHAPES[name]}" for name in names)
    size = draw.choice(("N: inputs, K: outputs", "N: 3, K: 3", "N: inputs, K: 2"))
    stated = "\n".join(f"  - {fact!r}" for fact in facts)
    constrained = draw.choice(("along", "projected", "entries"))
    return (
        f"version: 1\nsizes: {{{size}}}\nindices: {{i: N, k: K}}\nparameters: {{{given}}}\nconstrained: {constrained}\n"
        f"facts:\n{stated}\nequations: |\n{body}\ncost: E\n"
    ).replace("facts:\n\n", "")


def _words(text: str) -> set[str]:
    return {"".join(group) for group in _groups(text)}


def _groups(text: str) -> Iterator[list[str]]:
    current: list[str] = []
    for character in [*text, " "]:
        if character.isalnum() or character == "_":
            current.append(character)
        elif current:
            yield current
            current = []


def check(text: str, second: bool = False) -> tuple[Report, str, Derivation]:
    """The self-check's report, what disagrees with the network without facts, and the derivation."""
    network = facts_stand(parse_problem(text))
    names = tuple(t.name for t in network.tensors.values() if t.role == "parameter")
    derivation = _derived(network, names, second)
    return selfcheck(derivation), _beside(derivation, names), derivation


def _derived(network: Network, names: tuple[str, ...], second: bool) -> Derivation:
    """With products and a Hessian in what the equations read, as far as these are not 0."""
    read = [n for n in names if any(e.tensor.name == n for line in network.equations for e in entries(line.right))]
    for moved in (Moved((), tuple(read[:2]), tuple(read[:1])), Moved((), tuple(read))) if second and read else ():
        try:
            return derive_network(network, names, moved=moved)
        except DeriveError:
            continue
    return derive_network(network, names)


def _beside(derivation: Derivation, names: tuple[str, ...]) -> str:
    """Which quantity or bar differs from what the network without facts gives, at a point that satisfies them."""
    network = derivation.network
    plain = derive_network(replace(network, facts=(), constrained="entries"), names)
    for count in range(20):
        point = _point(network, plain, count)
        ours = {line.tensor: line for line in (*derivation.forward, *derivation.backward)}
        state = _passes(plain, point)
        with np.errstate(all="ignore"):
            found = evaluate_equations([line.scalar for line in derivation.backward], _passes(plain, point))
        keys = [key_of(tensor) for tensor in ours]
        if all(np.all(np.isfinite(state.real(key))) for key in keys):
            return next((f"{key}" for key in keys if _apart(state, found, key) > 1e-8), "")
    return ""


def _point(network: Network, plain: Derivation, count: int) -> World:
    names = Names.of(*sides([line.scalar for line in (*plain.forward, *plain.backward)]))
    for fact in network.facts:
        for tensor in fact.tensors:
            names.tensor(tensor)
    fixed = {n: size.number for n, size in network.sizes.items() if size.number is not None}
    draw = generator("beside", count)
    world = World(draw_sizes(names.stated(network.facts), fixed, draw), facts=network.facts)
    return world.with_arrays(draw_arrays([t for t in names.tensors if _is_given(t)], world, draw))


def _is_given(tensor: Tensor) -> bool:
    return not tensor.cost and tensor.role != "hidden"


def _passes(derivation: Derivation, point: World) -> World:
    with np.errstate(all="ignore"):
        equations = [derivation.network.equations[n] for n in derivation.network.order]
        return evaluate_equations([*equations, *(line.scalar for line in derivation.backward)], point)


def _apart(one: World, other: World, key: tuple[str, tuple[str, ...]]) -> float:
    a, b = one.real(key), other.real(key)
    return float(np.max(np.abs(a - b), initial=0.0) / max(1.0, np.max(np.abs(a), initial=0.0)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Random networks with facts, by numbers.")
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--second", action="store_true", help="products with Hessians, too")
    parser.add_argument("--say", action="store_true", help="why networks are refused")
    options = parser.parse_args()
    draw, met, started = random.Random(options.seed), Counter[str](), time.monotonic()
    for n in range(1, options.count + 1):
        text, said = written(draw.getrandbits(32)), ""
        try:
            report, beside, derivation = check(text, options.second)
            lines = (*derivation.forward, *derivation.backward)
            met["with facts"] += any(step.facts for line in lines for step in line.steps)
            unchecked = not report.ok and {f.kind for f in report.failures} == {"unchecked"}
            met["unchecked"] += unchecked
            said = beside or ("" if report.ok or unchecked else report.sentence)
        except DeriveError as error:
            met["refused"] += 1
            if options.say:
                print(error)
        except Exception as error:  # whatever went wrong, the problem that did it is shown and the run goes on
            said = f"{type(error).__name__}: {error}\n" + "".join(traceback.format_tb(error.__traceback__)[-3:])
        met["failed"] += bool(said)
        if said:
            print(f"\n{text}\n{said}\n", flush=True)
        if n % 50 == 0 or n == options.count:
            print(f"{n} networks, {dict(met)}, {time.monotonic() - started:.0f} s", flush=True)
    return 1 if met["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
