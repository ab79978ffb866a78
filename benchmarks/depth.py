"""All bars of a tanh MLP of depth L with its own sizes at each layer, against JAX and CasADi, in one run.

    pip install -e '.[bench]'
    python -m benchmarks.depth                 depths 10 to 1,000, each beside JAX and CasADi
    python -m benchmarks.depth --alone 10000   derive alone, up to that depth; prints the exponent of growth

Measured for derive: from the equations in index form to all bars, scalar and vector, steps included. For JAX: the trace
of the same gradient, make_jaxpr(grad(cost)), at small fixed sizes. For CasADi: building the expression (MX) and
its gradient. Reading the problem's text is timed in a column of its own.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from statistics import median

import click

from derive.api import Network
from derive.pipeline import derive_network


def problem(depth: int) -> dict[str, object]:
    """z_l = W_l h_{l−1} + b_l, h_l = tanh z_l, E = ½‖h_L − t‖²; layer l has N_l units."""
    layers = range(1, depth + 1)
    equations = [line for n in layers for line in (f"z{n} = W{n} @ h{n - 1} + b{n}", f"h{n} = tanh(z{n})")]
    return {
        "sizes": {f"N{n}": f"units of layer {n}" for n in range(depth + 1)},
        "inputs": {"h0": ["N0"], "t": [f"N{depth}"]},
        "parameters": {k: v for n in layers for k, v in ((f"W{n}", [f"N{n}", f"N{n - 1}"]), (f"b{n}", [f"N{n}"]))},
        "equations": "\n".join([*equations, f"E = 1/2 * norm(h{depth} - t)**2"]),
        "cost": "E",
    }


def with_derive(depth: int) -> Callable[[], object]:
    network = Network(**problem(depth)).declared

    def run() -> object:
        return tuple(derive_network(network).backward)

    return run


def with_jax(depth: int) -> Callable[[], object]:
    import jax
    import jax.numpy as jnp

    sizes = [2 + n % 3 for n in range(depth + 1)]
    weights = [jnp.zeros((sizes[n + 1], sizes[n])) for n in range(depth)]
    biases = [jnp.zeros(sizes[n + 1]) for n in range(depth)]
    target, x = jnp.zeros(sizes[-1]), jnp.zeros(sizes[0])

    def cost(parameters: object) -> object:
        h = x
        for w, b in zip(*parameters, strict=True):  # type: ignore[misc]
            h = jnp.tanh(w @ h + b)
        return 0.5 * jnp.sum((h - target) ** 2)

    return lambda: jax.make_jaxpr(jax.grad(cost))((weights, biases))


def with_casadi(depth: int) -> Callable[[], object]:
    import casadi

    def run() -> object:
        sizes = [2 + n % 3 for n in range(depth + 1)]
        h = casadi.MX.sym("x", sizes[0])
        parameters = []
        for n in range(depth):
            w, b = casadi.MX.sym(f"W{n}", sizes[n + 1], sizes[n]), casadi.MX.sym(f"b{n}", sizes[n + 1])
            parameters += [w, b]
            h = casadi.tanh(w @ h + b)
        cost = 0.5 * casadi.sumsqr(h - casadi.MX.sym("t", sizes[-1]))
        return casadi.jacobian(cost, casadi.veccat(*parameters))

    return run


def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    """The median of several runs, the first one not counted."""
    run()
    found = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return median(found)


def reading(depth: int) -> float:
    start = time.perf_counter()
    Network(**problem(depth))
    return time.perf_counter() - start


def exponent(smaller: tuple[int, float], larger: tuple[int, float]) -> float:
    return math.log(larger[1] / smaller[1]) / math.log(larger[0] / smaller[0])


@click.command()
@click.option("--alone", type=int, help="derive alone, up to this depth.")
def main(alone: int | None) -> None:
    if alone:
        depths = [n for n in (10, 100, 1000, 10_000, 100_000) if n <= alone]
        times = [(n, seconds(with_derive(n), 3)) for n in depths]
        for (n, t), before in zip(times, [None, *times], strict=False):
            growth = f"exponent {exponent(before, (n, t)):.2f}" if before else ""
            click.echo(f"depth {n:6d}   {t:8.3f} s   reading {reading(n):8.3f} s   {growth}")
        return
    click.echo("depth    derive       JAX    CasADi    derive/JAX  derive/CasADi   reading the text")
    for n in (10, 100, 1000):
        ours, jax, casadi = (seconds(f(n), 3) for f in (with_derive, with_jax, with_casadi))
        click.echo(
            f"{n:5d} {ours:9.4f} {jax:9.4f} {casadi:9.4f} {ours / jax:13.2f} {ours / casadi:14.2f} {reading(n):18.3f}"
        )


if __name__ == "__main__":
    main()
