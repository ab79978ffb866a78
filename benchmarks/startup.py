"""Whole processes, side by side in one run: `derive PROBLEM`, `derive --help` and `python -c "import sympy"`.

python -m benchmarks.startup [problems/residual.yaml]
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

RUNS = 11


def main() -> None:
    problem = sys.argv[1] if len(sys.argv) > 1 else "problems/residual.yaml"
    derive = [sys.executable, "-m", "derive"]
    commands = {
        "import sympy": [sys.executable, "-c", "import sympy"],
        f"derive {problem}": [*derive, problem],
        "derive --help": [*derive, "--help"],
        "derive --version": [*derive, "--version"],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if run:
                found[name].append(time.perf_counter() - start)
    base = median(found["import sympy"])
    for name, times in found.items():
        print(f"{name:32s} {median(times):7.3f} s   {median(times) / base:5.2f} × import sympy")


if __name__ == "__main__":
    main()
