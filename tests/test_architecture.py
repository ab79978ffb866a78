"""Imports flow one way, files stay short enough to read, and nothing that could run a user's text is called."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "derive"

ORDER = (
    "errors", "files", "pause", "doing", "syntax", "notation", "document", "operators", "declare", "derivation",
    "graph", "vectorise", "forward", "backward", "tangent", "pipeline", "referee", "selfcheck", "typeset", "analyse",
    "render", "picture", "check", "worksheet", "paper", "page", "api", "serve", "cli", "notebook", "pytest_plugin",
)  # fmt: skip
"""Each may import what stands to its left."""

FILES = sorted(PACKAGE.rglob("*.py"))
RUNS_TEXT = {"eval", "exec", "compile", "sympify", "parse_expr", "S", "simplify", "lambdify", "parse_latex"}


def part(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The parts of the package that a file imports, inside functions too, for types only aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    types_only = {
        id(n)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for n in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in types_only:
            continue
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "derive" else [f"derive.{a.name}" for a in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("derive.")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_flow_one_way(path: Path) -> None:
    own = part(path)
    if own in ("__init__", "__main__"):
        return
    assert own in ORDER, f"{own} has no place in the order: add it"
    to_the_left = ORDER[: ORDER.index(own) + 1]
    assert imported(path) <= set(to_the_left)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_user_text_is_run(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else "" for f in calls}
    assert not names & (RUNS_TEXT - {"compile"})


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
