"""Random conditions: their bars, as lines and as NumPy code, against PyTorch, which solves the conditions itself.

Each network is a text in Python's spelling, which PyTorch runs as it stands; the unknowns are found by Newton's method
on what it gives, and autograd goes through one more step from there.

python -m tests.random_implicit 500 --seed 3
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from derive.declare.build import build_network
from derive.pipeline import derive_network
from derive.render.numpy import numpy_code
from derive.selfcheck import selfcheck
from tests.oracle.values import bars

Arrays = Mapping[str, Any]
LIMIT = 1e-7
FUNCTIONS = {
    "tanh": torch.tanh, "sigmoid": torch.sigmoid, "sin": torch.sin, "softplus": torch.nn.functional.softplus,
    "exp": torch.exp, "norm": torch.linalg.vector_norm, "sum": torch.sum,
    "softmax": lambda v: torch.softmax(v, 0), "logsumexp": lambda v: torch.logsumexp(v, 0),
}  # fmt: skip
SIGMAS = ("tanh", "sigmoid", "sin", "softplus")


@dataclass
class Drawn:
    """A network: shapes of what is given, equations, conditions, what makes costs stationary."""

    shapes: dict[str, list[str]]
    hidden: dict[str, list[str]]
    equations: list[str]
    implicit: dict[str, str] = field(default_factory=dict)
    stationary: dict[str, str] = field(default_factory=dict)

    def network(self) -> Any:
        return build_network(
            sizes={"N": "", "K": "", "M": ""}, parameters=self.shapes, hidden=self.hidden,
            equations=self.equations, implicit=self.implicit or None, stationary=self.stationary or None, cost="E",
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.shapes}\n{self.hidden}\n{self.implicit} {self.stationary}\n" + "\n".join(self.equations)


def drawn(seed: int) -> Drawn:
    """One of the kinds of conditions, its terms drawn, and a cost of what it defines."""
    r = random.Random(seed)
    kind = r.choice((fixed_point, beside, residual, linear, of_matrix, of_scalar, together, stationary, classified))
    found = kind(r)
    unknown = [*found.implicit, *found.stationary]
    found.equations += list(cost(r, found, unknown))
    r.shuffle(found.equations)
    return found


def sigma(r: random.Random) -> str:
    return r.choice(SIGMAS)


def cost(r: random.Random, found: Drawn, unknown: list[str]) -> Iterator[str]:
    parts = []
    for name in unknown:
        axes = found.hidden[name]
        if not axes:
            parts.append(r.choice((f"{name}**2", f"sin({name})", f"3*{name}")))
        elif len(axes) == 2:
            parts.append(r.choice((f"norm({name})**2", f"sum({name}*{name}*{name})", f"sum({sigma(r)}({name}))")))
        else:
            found.shapes["v"] = found.shapes.get("v", axes)
            own = ("v",) if found.shapes["v"] == axes else ()
            parts.append(r.choice((f"norm({name})**2", f"logsumexp({name})", f"sum({sigma(r)}({name}))")))
            parts += [f"{v}.T @ {sigma(r)}({name})" for v in own if r.random() < 0.5]
    if r.random() < 0.4:
        name, axes = next((n, a) for n, a in found.hidden.items() if n in unknown)
        yield f"out = {sigma(r)}({name})"
        parts.append("sum(out)" if axes else "out")
    yield "E = " + " + ".join(parts)


def fixed_point(r: random.Random) -> Drawn:
    f, c = sigma(r), r.choice(("0.3*", "-0.2*"))
    terms = [f"{c}(W @ y)", "U @ x", *(["b"] if r.random() < 0.6 else [])]
    right = f"{f}({' + '.join(terms)})" + (f" + 0.1*{sigma(r)}(y)" if r.random() < 0.3 else "")
    sides = (f"y == {right}", f"{right} == y", f"y = {right}", f"y - {right}")
    shapes = {"W": ["K", "K"], "U": ["K", "N"], "x": ["N"], "b": ["K"]}
    return Drawn(shapes, {"y": ["K"]}, [], {"y": r.choice(sides)})


def beside(r: random.Random) -> Drawn:
    """z of y = f(z), which reads y; another that is read outside too."""
    equations = ["z = 0.3*(W @ y) + U @ x"]
    right = f"{sigma(r)}(z)"
    if r.random() < 0.5:
        equations.append(f"h = 0.2*{sigma(r)}(z) + b")
        right = f"{sigma(r)}(h)"
    if r.random() < 0.3:
        equations.append("g = sum(z*z)")
        right += " + 0.05*sin(g)*b"
    shapes = {"W": ["K", "K"], "U": ["K", "N"], "x": ["N"], "b": ["K"]}
    return Drawn(shapes, {"y": ["K"]}, equations, {"y": f"y == {right}"})


def residual(r: random.Random) -> Drawn:
    left = r.choice(("y + 0.2*y**3", "2*y + sin(y)", "y + exp(0.3*y)"))
    beside_it = r.choice(("0.2*(W @ y)", f"0.2*(W @ {sigma(r)}(y))", f"0.2*(W.T @ {sigma(r)}(y))"))
    condition = r.choice((f"{left} + {beside_it} == U @ x", f"U @ x - ({left}) == {beside_it}"))
    return Drawn({"W": ["K", "K"], "U": ["K", "N"], "x": ["N"]}, {"y": ["K"]}, [], {"y": condition})


def linear(r: random.Random) -> Drawn:
    left = r.choice(("y + 0.2*(W @ y)", "y + 0.2*(W.T @ y)", "(U @ U.T + 2*eye(K)) @ y", "y + U @ (U.T @ y)"))
    right = r.choice(("U @ x", "U @ x + b", f"{sigma(r)}(U @ x)"))
    shapes = {"W": ["K", "K"], "U": ["K", "N"], "x": ["N"], "b": ["K"]}
    return Drawn(shapes, {"y": ["K"]}, [], {"y": f"{left} == {right}"})


def of_matrix(r: random.Random) -> Drawn:
    """Column by column, row by row, or neither: A Y + Y B = C."""
    left = r.choice(("Y + 0.2*(W @ Y)", "Y + 0.2*(Y @ V)", "2*Y + 0.2*(W @ Y) + 0.2*(Y @ V)"))
    right = r.choice(("C", f"{sigma(r)}(C)", f"C + 0.1*{sigma(r)}(Y)"))
    shapes = {"W": ["K", "K"], "V": ["N", "N"], "C": ["K", "N"]}
    return Drawn(shapes, {"Y": ["K", "N"]}, [], {"Y": f"{left} == {right}"})


def of_scalar(r: random.Random) -> Drawn:
    condition = r.choice(("s + exp(s) == b.T @ b", "2*s + 0.5*sin(s) == sum(b)", "s == 0.3*tanh(s + sum(b))"))
    return Drawn({"b": ["K"]}, {"s": []}, [], {"s": condition})


def together(r: random.Random) -> Drawn:
    conditions = {
        "p": r.choice((f"p == {sigma(r)}(0.2*(A @ q) + a)", "p + 0.2*(A @ q) == a", "p + 0.1*p**3 == a + 0.2*(A @ q)")),
        "q": r.choice((f"q == {sigma(r)}(0.2*(B @ p) + b)", "q - 0.2*(B @ p) == b", "2*q + sin(q) + 0.2*(B @ p) == b")),
    }
    shapes = {"A": ["K", "M"], "B": ["M", "K"], "a": ["K"], "b": ["M"]}
    return Drawn(shapes, {"p": ["K"], "q": ["M"]}, [], conditions)


def stationary(r: random.Random) -> Drawn:
    fit = r.choice(("1/2*norm(U @ w - x)**2", "sum((U @ w - x)**2)", "1/2*norm(x - U @ w)**2 + sum(a*w)"))
    size = r.choice(("norm(w)**2", "1/2*(1 + g**2)*norm(w)**2", "norm(w - a)**2"))
    return Drawn(
        {"U": ["N", "K"], "x": ["N"], "a": ["K"], "g": []}, {"w": ["K"]}, [f"J = {fit} + {size}"], {}, {"w": "J"}
    )


def classified(r: random.Random) -> Drawn:
    lines = ["z = U @ w"] if r.random() < 0.5 else []
    z = "z" if lines else "(U @ w)"
    fit = r.choice((f"sum(softplus({z}) - x*{z})", f"logsumexp({z}) - x.T @ {z}"))
    return Drawn({"U": ["N", "K"], "x": ["N"]}, {"w": ["K"]}, [*lines, f"J = {fit} + norm(w)**2"], {}, {"w": "J"})


def numbers(found: Drawn, random_: np.random.Generator) -> tuple[dict[str, int], dict[str, Any]]:
    sizes = {name: int(random_.integers(1, 5)) for name in ("N", "K", "M")}
    return sizes, {n: random_.normal(size=[sizes[a] for a in axes]) for n, axes in found.shapes.items()}


class Torch:
    """A network in PyTorch, its text run as Python."""

    def __init__(self, found: Drawn, sizes: Mapping[str, int], arrays: Arrays) -> None:
        self.found, self.sizes = found, sizes
        self.given = {n: torch.tensor(a, dtype=torch.float64, requires_grad=True) for n, a in arrays.items()}
        self.unknown = [*found.implicit, *found.stationary]
        self.ends = np.cumsum([0, *(int(np.prod([sizes[a] for a in found.hidden[n]])) for n in self.unknown)])

    def values(self, flat: Any) -> dict[str, Any]:
        """Every quantity, where the unknowns have these numbers; equations in any order."""
        shapes = ([self.sizes[a] for a in self.found.hidden[n]] for n in self.unknown)
        parts = zip(self.unknown, shapes, self.ends, self.ends[1:], strict=False)
        known = {**self.given, **{name: flat[a:b].reshape(shape) for name, shape, a, b in parts}}
        waiting = [line.partition(" = ") for line in self.found.equations]
        while waiting:
            for line in list(waiting):
                try:
                    known[line[0]] = self.run(line[2], known)
                    waiting.remove(line)
                except NameError:
                    continue
        return known

    def run(self, text: str, known: Mapping[str, Any]) -> Any:
        identities = {"eye": lambda size: torch.eye(size, dtype=torch.float64)}
        return eval(text, {**FUNCTIONS, **identities, **self.sizes, **known})

    def rest(self, flat: Any) -> Any:
        """What is left of the conditions."""
        known = self.values(flat)
        rests = []
        for text in self.found.implicit.values():
            left, _, right = text.replace("==", "=").partition("=")
            rests.append(self.run(left, known) - (self.run(right, known) if right else 0.0))
        for name, cost_name in self.found.stationary.items():
            (slope,) = torch.autograd.grad(known[cost_name], known[name], create_graph=True)
            rests.append(slope)
        return torch.cat([rest.reshape(-1) for rest in rests])

    def slopes(self, flat: Any) -> Any:
        with torch.enable_grad():
            return torch.autograd.functional.jacobian(lambda v: self.rest(v), flat)

    def solution(self) -> Any:
        """None where Newton's method does not get there."""
        flat = torch.zeros(int(self.ends[-1]), dtype=torch.float64, requires_grad=True)
        for _ in range(40):
            step = torch.linalg.solve(self.slopes(flat), -self.rest(flat).detach())
            flat = (flat + step).detach().requires_grad_()
            if step.norm() < 1e-14 * (1 + flat.norm()):
                break
        if not self.rest(flat).norm() < 1e-10:
            return None
        return flat.detach() - torch.linalg.solve(self.slopes(flat), self.rest(flat.detach().requires_grad_()))

    def gradients(self) -> dict[str, Any] | None:
        flat = self.solution()
        if flat is None:
            return None
        total = self.values(flat)["E"]
        found = torch.autograd.grad(total, list(self.given.values()), materialize_grads=True)
        return {name: slope.numpy() for name, slope in zip(self.given, found, strict=True)}


def check(seed: int) -> str:
    """What is wrong with one random network; nothing where all agrees."""
    found = drawn(seed)
    network = found.network()
    derivation = derive_network(network, tuple(found.shapes))
    report = selfcheck(derivation)
    if not report.ok:
        return report.sentence
    module: dict[str, Any] = {}
    exec(numpy_code(derivation), module)
    for n in range(3):
        sizes, arrays = numbers(found, np.random.default_rng([seed, n]))
        theirs = Torch(found, sizes, arrays).gradients()
        if theirs is None:
            continue
        coded = module["backward"](
            module["forward"](**arrays, **_free(module["forward"], sizes)), **_free(module["backward"], sizes)
        )
        for kind, ours in (("lines", bars(derivation, sizes, arrays)), ("code", coded)):
            for name, slope in theirs.items():
                apart = np.max(np.abs(ours[name] - slope), initial=0.0) / max(1e-3, np.max(np.abs(slope), initial=0.0))
                if not apart <= LIMIT:
                    return f"{kind}: {name} at {sizes}: {ours[name]} and {slope}"
    return ""


def _free(function: Any, sizes: Mapping[str, int]) -> dict[str, int]:
    names = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    return {name: size for name, size in sizes.items() if name in names}


def main() -> int:
    parser = argparse.ArgumentParser(description="Random conditions against PyTorch.")
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started, failed = time.monotonic(), 0
    for n in range(options.count):
        seed = options.seed * 1_000_000 + n
        try:
            said = check(seed)
        except Exception as error:  # whatever went wrong, the network that did it is shown and the run goes on
            said = f"{type(error).__name__}: {error}\n" + "".join(traceback.format_tb(error.__traceback__)[-3:])
        if said:
            failed += 1
            print(f"--- seed {seed}: {said}\n{drawn(seed)}", flush=True)
    print(f"{options.count} networks, {failed} wrong, {time.monotonic() - started:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
