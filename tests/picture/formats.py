"""The programs that read what we write: Graphviz' dot, and Mermaid in a browser."""

from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MERMAID = os.environ.get("DERIVE_MERMAID", "")
"""Mermaid's own dist/mermaid.min.js, from its package on npm."""
DRAWN = 30
"""Edges of a graph that Mermaid lays out in the tests, which takes it long; larger ones it reads."""
DRAW = """async ([id, text]) => {
  const page = new DOMParser().parseFromString((await mermaid.render(id, text)).svg, "text/html")
  return [page.querySelectorAll(".node").length, page.querySelectorAll(".flowchart-link").length]
}"""


def dot_draws(folder: Path, sources: Sequence[str]) -> list[tuple[int, int]]:
    """How many nodes and edges Graphviz draws of each; it warns of none, and its SVG is XML."""
    names = [f"g{n}.dot" for n in range(len(sources))]
    for name, source in zip(names, sources, strict=True):
        (folder / name).write_text(source, encoding="utf-8")
    command = ["dot", "-Tsvg", "-O", *names]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    return [_counted(folder / f"{name}.svg") for name in names]


def _counted(path: Path) -> tuple[int, int]:
    met = Counter(group.get("class") for group in ET.parse(path).iter("{http://www.w3.org/2000/svg}g"))
    return met["node"], met["edge"]


def mermaid_draws(browser: Any, sources: Mapping[str, tuple[int, int]]) -> None:
    """Mermaid, as strict as GitHub sets it, reads each, and draws as many nodes and edges as there are."""
    page = browser.new_page()
    page.add_script_tag(path=MERMAID)
    page.evaluate('mermaid.initialize({startOnLoad: false, securityLevel: "strict"})')
    try:
        page.evaluate("texts => Promise.all(texts.map(text => mermaid.parse(text)))", [*sources])
        for n, (source, size) in enumerate(sources.items()):
            if size[1] <= DRAWN:
                assert tuple(page.evaluate(DRAW, [f"g{n}", source])) == size
    finally:
        page.close()
