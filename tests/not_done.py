"""The page docs/not_done.md from the table in derive/declare/notyet.py: `python -m tests.not_done --write`."""

from __future__ import annotations

import sys
from pathlib import Path

from derive.declare.notyet import table

PAGE = Path(__file__).parents[1] / "docs" / "not_done.md"
HEAD = """# What is not done

Asking for one of these, as a function in a formula, as a key of a problem file or as a question, gets its row as the
message, with its place. This page is the table in `derive/declare/notyet.py`.

"""


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(HEAD + table(), encoding="utf-8")
    else:
        print(HEAD + table(), end="")
