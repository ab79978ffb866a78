"""python -m tests.golden [--write]: compares the golden files with what is printed now, or writes them."""

from __future__ import annotations

import argparse
import sys

from tests.golden import FOLDER, PROBLEMS, golden


def main() -> int:
    parser = argparse.ArgumentParser(description="Golden files of problems/*.yaml.")
    parser.add_argument("--write", action="store_true", help="write them; without it those that differ are named")
    write = parser.parse_args().write
    differing = 0
    for problem in PROBLEMS:
        for name, text in golden(problem).items():
            path = FOLDER / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                differing += 1
                print(f"{'wrote' if write else 'differs:'} {path.relative_to(FOLDER.parents[1])}")
                if write:
                    path.write_text(text, encoding="utf-8")
    return 0 if write else min(differing, 1)


if __name__ == "__main__":
    sys.exit(main())
