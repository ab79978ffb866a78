"""Small networks, and a referee of its own: forward passes and differences written out in NumPy."""

from __future__ import annotations

from typing import Any

from derive.analyse import Asked
from derive.declare.load import parse_problem
from derive.declare.network import Network


def network(**keys: str) -> Network:
    """A network from the text of each key."""
    given = {"version": "1", "sizes": "{}", **keys}
    return parse_problem("".join(f"{key}: {text}\n" for key, text in given.items()))


def asked(net: Network | None) -> Asked:
    return Asked("a question", "<text>", net, None)


def written(result: Any) -> str:
    """An answer as a terminal shows it."""
    from derive.render.terminal import terminal

    return terminal(result.document(), 100, False, False)


def lines(text: str) -> str:
    """A YAML block of equations."""
    return "|\n" + "".join(f"  {line.strip()}\n" for line in text.strip().splitlines())
