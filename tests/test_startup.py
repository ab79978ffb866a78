"""What a problem does not use is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

UNUSED = (
    "sympy",
    "rich.console",
    "click.shell_completion",
    "derive.declare.define",
    "derive.declare.guess",
    "derive.declare.latex",
    "derive.declare.notyet",
    "derive.syntax",
    "derive.backward.cases",
    "derive.backward.folded",
    "derive.backward.closed",
    "derive.referee.values",
    "derive.selfcheck.tangents",
    "derive.tangent",
    "derive.typeset.derivatives",
    "derive.typeset.tangents",
    "derive.picture",
    "fast_sugiyama",
    "derive.cli.annotations",
    "derive.cli.new",
    "derive.cli.watch",
    "derive.notebook",
    "derive.render.html",
    "derive.render.notebook_latex",
    "derive.serve",
    "starlette",
    "uvicorn",
    "derive.render.json",
    "derive.render.latex",
    "derive.paper",
    "derive.render.markdown",
    "derive.render.numpy",
    "derive.render.to_sympy",
    "derive.render.typst",
    "typst",
)
"""What problems/residual.yaml has no use for: sub-networks, recurrences, folded bars, closed forms, tangents,
other formats, notebooks."""

SHOWN = "import sys; from derive.cli import _run; _run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


def _modules(problem: str) -> set[str]:
    command = [sys.executable, "-c", SHOWN, problem]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return set(run.stderr.split())


def test_what_a_problem_does_not_use_is_not_imported() -> None:
    met = _modules("problems/residual.yaml")
    assert "derive.backward.contributions" in met
    assert not met.intersection(UNUSED)


@pytest.mark.parametrize(
    ("problem", "module"),
    [("layer_norm", "derive.backward.folded"), ("rnn", "derive.backward.cases")],
)
def test_the_modules_that_others_use(problem: str, module: str) -> None:
    assert module in _modules(f"problems/{problem}.yaml")
