"""Random networks: tangents along all that moves, the product with the Hessian, and Hessians, against differences.

python -m tests.random_second 500 --seed 3
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator

from derive.declare.load import parse_problem
from derive.declare.network import Moved
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.selfcheck import Report, selfcheck
from tests.random_axes.costs import network as with_axes
from tests.random_axes.written import problem as written
from tests.random_networks import networks


def check(text: str, seed: int = 0) -> Report:
    """Everything of second order that a network has; a Hessian that is refused is left out."""
    network = parse_problem(text)
    names = tuple(t.name for t in network.tensors.values() if t.role in ("input", "parameter") and t.among is None)
    try:
        derivation = derive_network(network, names, moved=Moved(names, names, names[-1:]))
    except DeriveError:
        derivation = derive_network(network, names, moved=Moved(names, names))
    return selfcheck(derivation, seed)


def texts(seed: int, count: int, axes: bool = False) -> Iterator[str]:
    """Networks of layers; or with labels, recurrences and windows, which take their time."""
    draw = random.Random(seed)
    yield from (written(with_axes(draw.getrandbits(32))) for _ in range(count)) if axes else networks(seed, count)


def main() -> int:
    parser = argparse.ArgumentParser(description="Random networks, their second order against finite differences.")
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--axes", action="store_true", help="with labels, recurrences and windows")
    options = parser.parse_args()
    started, worst, failed, other = time.monotonic(), 0.0, 0, 0
    for n, text in enumerate(texts(options.seed, options.count, options.axes), 1):
        said = ""
        try:
            report = check(text)
            worst = max(worst, report.worst)
            if not report.ok:
                unchecked = {f.kind for f in report.failures} == {"unchecked"}
                said, other = ("", other + 1) if unchecked else (report.sentence, other)
        except DeriveError:
            other += 1
        except Exception as error:  # whatever went wrong, the problem that did it is shown and the run goes on
            said = f"{type(error).__name__}: {error}\n" + "".join(traceback.format_tb(error.__traceback__)[-2:])
        if said:
            failed += 1
            print(f"\n{text}\n{said}\n", flush=True)
        if n % 20 == 0 or n == options.count:
            spent = time.monotonic() - started
            print(f"{n} networks, {failed} failed, {other} not judged, worst {worst:.1e}, {spent:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
