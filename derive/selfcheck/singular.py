"""Matrices that have to have an inverse and have none, whatever the numbers: b bᵀ, XᵀX with more columns than rows.

    inv(A), solve(A, b), logdet(A)      the rank of A
    F(w, x) = 0                         the rank of ∂F/∂w, by central differences, at any w: what is deficient
                                        everywhere is so at the solution, too

One point at which the rank is full settles it, so that networks that are well lose no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from derive.backward.implicit import residual
from derive.declare.network import Condition, Network
from derive.errors import Place
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Expr, Lambda, Tensor
from derive.notation.walk import entries, factors, free_letters
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import TRIES, Names, draw_arrays, generator, style_of
from derive.referee.sizes import NoSizes
from derive.referee.world import World, key_of
from derive.selfcheck.finding import Setting
from derive.selfcheck.lines import INVERTED, sides

ATTEMPTS = 20
"""How many random points of sizes of their own are tried."""
POINTS = 4
"""At how many points a matrix is singular before it is called so."""
STEP, SMALL = 1e-4, 1e-7


@dataclass(frozen=True, slots=True)
class Singular:
    """A matrix of the equation of `name`, its rank at the last point, and its rows there."""

    name: str
    place: Place | None
    which: str
    points: int
    rank: int
    rows: int
    sizes: tuple[tuple[str, int], ...]

    @property
    def what(self) -> str:
        at = f"{self.place}: " if self.place else ""
        said = f"has no inverse at any of {self.points} random points: its rank is {self.rank}, of {self.rows} rows"
        mend = "add lamda*eye(N) to it, or check its sizes" if self.rank else "let it read what it is to define"
        return f"{at}{self.which} {said}; mend: {mend}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A matrix that must have an inverse, as a function of a point; what it reads, and what it needs to be drawn."""

    name: str
    place: Place | None
    which: str
    reads: Expr
    matrix: Callable[[World], Array]
    drawn: tuple[Tensor, ...] = ()


def singular(network: Network, setting: Setting) -> Singular | None:
    """The first matrix that has no inverse anywhere; None where all have one somewhere, or nothing can be said."""
    for asked in (*_conditions(network), *_inverted(network)):
        found = _everywhere(asked, network, setting)
        if found is not None:
            return found
    return None


def _inverted(network: Network) -> Iterator[_Asked]:
    for equation in network.equations:
        for factor in factors(equation.right):
            if isinstance(factor, Apply) and factor.function in INVERTED and len(factor.args[0].letters) == 2:
                name, which = equation.left.tensor.name, "the matrix that is inverted in it"
                argument = factor.args[0]
                yield _Asked(name, equation.place, which, argument.body, _value_of(argument))


def _value_of(argument: Lambda) -> Callable[[World], Array]:
    outer = tuple(x for x in free_letters(argument.body) if x not in argument.letters)
    return lambda world: np.asarray(evaluate(argument.body, (*outer, *argument.letters), world), float)


def _conditions(network: Network) -> Iterator[_Asked]:
    around = Graph(network).around if network.implicit else {}
    for name, met in network.implicit.items():
        unknown = met.right.left.tensor
        if sum(t.multiplier != "" for t in around[unknown]) == 1:
            whole = residual(met, network)
            place = _place(met)
            yield _Asked(name, place, "the matrix ∂F/∂" + name, whole.right, _slopes(whole, unknown), (unknown,))


def _place(met: Condition) -> Place | None:
    return met.left.place or met.right.place


def _slopes(whole: Equation, unknown: Tensor) -> Callable[[World], Array]:
    """∂F/∂w, a row for each entry of F and a column for each of those of w that it is about."""

    def at(world: World) -> Array:
        here, found = world.real(key_of(unknown)), []
        for place in range(here.size):
            step = np.zeros(here.size)
            step[place] = STEP
            ends = (here + sign * step.reshape(here.shape) for sign in (1, -1))
            points = (world.with_arrays({key_of(unknown): end}) for end in ends)
            up, down = (np.ravel(evaluate(whole.right, whole.letters, point)) for point in points)
            found.append((up - down) / (2 * STEP))
        return np.stack(found, -1)

    return at


def _everywhere(asked: _Asked, network: Network, setting: Setting) -> Singular | None:
    """What is to be said of a matrix that is singular at all points that have a value."""
    needed = _needed(asked, network)
    if needed is None:
        return None
    names = Names.of(asked.reads, *sides(needed))
    for tensor in (*asked.drawn, *(e.left.tensor for e in needed)):
        names.tensor(tensor)
    met: list[Singular] = []
    computed = {e.left.tensor for e in needed}
    for count, own in enumerate(_settings(names, setting)):
        random = generator(setting.seed, "singular", asked.name, count)
        try:
            world = own.world(names, random)
        except NoSizes:
            continue
        free = [t for t in names.tensors if t not in computed]
        try:
            start = world.with_arrays(draw_arrays(free, world, random, style_of(2 * count % TRIES)))
            with np.errstate(all="ignore"):
                matrix = asked.matrix(evaluate_equations(needed, start))
        except (NoSizes, KeyError, np.linalg.LinAlgError):
            return None
        if not np.all(np.isfinite(matrix)) or matrix.size == 0:
            continue
        rows, rank = matrix.shape[-2], _rank(matrix)
        if rows > matrix.shape[-1] or rank == rows:
            return None
        sizes = tuple(sorted((str(name), number) for name, number in world.sizes.items()))
        met.append(Singular(asked.name, asked.place, asked.which, len(met) + 1, rank, rows, sizes))
    return met[-1] if len(met) >= POINTS else None


def _settings(names: Names, setting: Setting) -> Iterator[Setting]:
    """Sizes as they are drawn, and each of them in its turn longer than all others together: a rank may rest on it."""
    yield from [setting] * ATTEMPTS
    free = [name for name in names.sizes if name not in setting.fixed]
    for long in free:
        sizes = {name: 2 * len(free) + 1 if name == long else 2 for name in free}
        yield from [replace(setting, fixed={**setting.fixed, **sizes})] * 2


def _rank(matrix: Array) -> int:
    """The least rank among matrices that stand one behind the other."""
    values = np.linalg.svd(matrix.reshape(-1, *matrix.shape[-2:]), compute_uv=False)
    return int(np.min(np.sum(values > SMALL * np.max(values, axis=-1, keepdims=True), axis=-1)))


def _needed(asked: _Asked, network: Network) -> list[Equation] | None:
    """The equations that what a matrix reads is computed by; None where a condition is among them."""
    by: dict[Tensor, list[Equation]] = {}
    for n in network.order:
        by.setdefault(network.equations[n].left.tensor, []).append(network.equations[n])
    known, waiting = set[Tensor](), _read(asked.reads, asked.drawn)
    while waiting:
        tensor = waiting.pop()
        if tensor in known:
            continue
        if tensor.multiplier or tensor.cost:
            return None
        known.add(tensor)
        for equation in by.get(tensor, ()):
            waiting += _read(equation.right, asked.drawn)
    return [network.equations[n] for n in network.order if network.equations[n].left.tensor in known]


def _read(expr: Expr, drawn: Iterable[Tensor]) -> list[Tensor]:
    return [e.tensor for e in entries(expr) if e.tensor not in drawn]
