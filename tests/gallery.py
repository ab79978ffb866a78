"""One report of each of the five documents, as `derive check` writes it: gallery/000.txt, gallery/000.md, …

python -m tests.gallery --write      writes them again; without it those that differ are named
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import derive
from derive.check import Checker
from derive.check.show import report_document
from derive.render.markdown import markdown
from derive.render.terminal import terminal

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "gallery"
PROBLEMS = {
    "000": "residual", "001": "affine_batch", "002": "residual", "003": "residual_block", "004": "gated_softmax",
}  # fmt: skip
"""The problem that each document's report is about."""
WIDTH = 100


def reports(number: str) -> dict[str, str]:
    """The files of one document's report and what belongs in them."""
    path = next((ROOT / "tests" / "documents").glob(f"{number}_*.txt"))
    problem = ROOT / "problems" / f"{PROBLEMS[number]}.yaml"
    report = Checker(derive.load(problem).derive().data).check(path.read_text(encoding="utf-8"), path.suffix)
    document = report_document(report, path.name)
    return {f"{number}.txt": terminal(document, WIDTH), f"{number}.md": markdown(document)}


def differing(number: str) -> dict[str, str]:
    """The files that are not as they should be, and how they should be."""
    found = reports(number)
    return {name: text for name, text in found.items() if not _is(FOLDER / name, text)}


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> int:
    parser = argparse.ArgumentParser(description="The reports in gallery/.")
    parser.add_argument("--write", action="store_true", help="write them; without it those that differ are named")
    write = parser.parse_args().write
    count = 0
    FOLDER.mkdir(exist_ok=True)
    for number in PROBLEMS:
        for name, text in differing(number).items():
            count += 1
            print(f"{'wrote' if write else 'differs:'} gallery/{name}")
            if write:
                (FOLDER / name).write_text(text, encoding="utf-8")
    return 0 if write else min(count, 1)


if __name__ == "__main__":
    sys.exit(main())
