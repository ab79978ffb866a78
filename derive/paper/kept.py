"""LaTeX in which no page begins with the last line of a display or ends with its first one."""

from __future__ import annotations

import re

DISPLAY = re.compile(r"(?<=\\begin\{align\*\}\n).*?(?=\n\\end\{align\*\})", re.DOTALL)
MAY, NOT = " \\\\\n", " \\\\*\n"
"""The end of a line where a page may end, and where it may not."""


def kept(latex: str) -> str:
    """Each display with its first two and last two lines together, and each long equation with its other lines."""
    return DISPLAY.sub(lambda met: _display(met[0].split(MAY)), latex)


def _display(lines: list[str]) -> str:
    last = len(lines) - 1
    ends = [NOT if n in (1, last) or line.startswith("&") else MAY for n, line in enumerate(lines)]
    return lines[0] + "".join(end + line for end, line in zip(ends[1:], lines[1:], strict=True))
