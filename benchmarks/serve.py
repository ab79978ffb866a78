"""python -m benchmarks.serve: how long a derivation takes in the worker of `derive serve` after a key is pressed.

For each network of the documents: median and longest of 20 texts that were never seen before, from the request's last
byte to the answer's, and within the worker.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from derive.serve.jobs import done
from tests.serving import Server, serving

NETWORKS = (
    "residual", "staged", "chain_rule", "affine_batch", "symmetry", "bottleneck", "residual_block", "mlp", "alexnet",
)  # fmt: skip
"""Of the documents 000, 001 and 003."""
TIMES = 20


def over_the_wire(server: Server, text: str) -> float:
    began = time.perf_counter()
    _, _, body = server.asked(server.post({"kind": "derive", "yaml": text}))
    assert not json.loads(body)["problems"], body[:300]
    return 1e3 * (time.perf_counter() - began)


def inside(text: str) -> float:
    began = time.perf_counter()
    done({"kind": "derive", "yaml": text, "name": "problem.yaml", "notation": "bar", "product": "circ"})
    return 1e3 * (time.perf_counter() - began)


def main() -> None:
    names = sys.argv[1:] or NETWORKS
    with tempfile.TemporaryDirectory() as place, serving(Path(place, "told")) as server:
        print(f"{'':16}{'page: median':>14}{'longest':>9}{'worker: median':>16}{'longest':>9}   ms")
        for name in names:
            text = Path(f"problems/{name}.yaml").read_text(encoding="utf-8")
            over_the_wire(server, text), over_the_wire(server, text + "\n"), inside(text)
            wire = [over_the_wire(server, f"{text}\n# {n}") for n in range(TIMES)]
            work = [inside(f"{text}\n# {n}") for n in range(TIMES)]
            found = (statistics.median(wire), max(wire), statistics.median(work), max(work))
            print(f"{name:16}{found[0]:14.0f}{found[1]:9.0f}{found[2]:16.0f}{found[3]:9.0f}")


if __name__ == "__main__":
    main()
