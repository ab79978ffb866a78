"""`derive serve [PROBLEM]`: a page on this machine, the file at the left and its derivation at the right."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from derive.cli.complete import ProblemPath
from derive.errors import DeriveError, Problem

PROBLEMS = (".yaml", ".yml")
EXAMPLES = """\b
Examples:
  derive serve                                   the problem files of this folder
  derive serve problems/residual.yaml            begins with this one; its folder is the one that can be opened
  derive serve --port 9000 --no-browser          prints the address alone
"""


@click.command("serve", epilog=EXAMPLES)
@click.argument("problem", required=False, type=ProblemPath(), metavar="[PROBLEM.yaml|FOLDER]")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: 8470, or a free one; 0: any free one.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True, help="Derivations at once.")
@click.option("--timeout", type=click.IntRange(1, 3600), metavar="S", help="Seconds for one derivation. Default: 20.")
def command(problem: str | None, port: int | None, no_browser: bool, workers: int, timeout: int | None) -> None:
    """Serve a page on this machine alone: YAML at the left, its derivation at the right, as you type.

    An answer tab judges a derivation by hand line by line. Nobody else's page can ask it anything, and it opens files
    only under its folder.
    """
    try:
        from derive.serve.run import Serving, serve
    except ModuleNotFoundError as missing:
        raise _not_installed(missing) from None
    root, name = _place(problem)
    serve(Serving(root, name, port, not no_browser, workers, timeout))
    sys.exit(0)


def _not_installed(missing: ModuleNotFoundError) -> DeriveError:
    if (missing.name or "").split(".")[0] == "derive":
        raise missing
    return DeriveError(Problem(None, f"{missing.name} is not installed", "pip install 'derive[serve]'"))


def _place(problem: str | None) -> tuple[Path, str]:
    """The folder, and the file in it. Raises DeriveError."""
    path = Path(problem or ".").resolve()
    if path.is_dir():
        return path, ""
    if not path.is_file():
        raise DeriveError(Problem(None, f"{problem}: there is no such file", "`derive new FILE` writes one"))
    if path.suffix not in PROBLEMS or path.name.startswith("."):
        what = f"{problem}: this is no problem file"
        raise DeriveError(Problem(None, what, f"a problem's name ends with {' or '.join(PROBLEMS)}"))
    return path.parent, path.name
