"""A TeX that is on the PATH, run in a folder of its own, without a shell and without the time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from derive.errors import DeriveError, Problem

PROGRAMS = ("pdflatex", "lualatex", "xelatex")
SECONDS = 120.0
"""For each of its runs."""
RUNS = 4
"""A table of contents needs a second run, and one more where its length moves the pages."""
OPTIONS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")
STILL = {
    "SOURCE_DATE_EPOCH": "0",
    "FORCE_SOURCE_DATE": "1",
    "openin_any": "p",
    "openout_any": "p",
    "max_print_line": "1000",
}
"""Its time stands still, it writes nowhere else, and its log has whole lines."""
PACKAGES = "apt-get install texlive-latex-recommended texlive-pictures lmodern, or pip install 'derive[typst]'"
REPORT = "see the source with --format latex; a derivation that does not compile is a mistake in derive"


def program() -> str | None:
    """The first of the programs that is there."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def needed() -> str:
    """The same. Raises DeriveError where there is none."""
    found = program()
    if found is None:
        raise DeriveError(Problem(None, f"there is no TeX on the PATH: none of {', '.join(PROGRAMS)}", PACKAGES))
    return found


def pdf(source: str, seconds: float = SECONDS) -> bytes:
    """The pages of a LaTeX source. Raises DeriveError with what the log says, in one message."""
    command = [needed(), *OPTIONS, "main.tex"]
    with tempfile.TemporaryDirectory(prefix="derive-") as name:
        folder = Path(name)
        (folder / "main.tex").write_text(source, encoding="utf-8", newline="\n")
        for _ in range(RUNS):
            before = _written(folder)
            log = _run(command, folder, seconds)
            if _written(folder) == before or "\\tableofcontents" not in source:
                break
        if not (folder / "main.pdf").exists():
            raise DeriveError(_problem(log))
        return (folder / "main.pdf").read_bytes()


def _written(folder: Path) -> list[bytes]:
    """What a run leaves for the next one."""
    return [path.read_bytes() for name in ("main.aux", "main.toc", "main.out") if (path := folder / name).exists()]


def _run(command: list[str], folder: Path, seconds: float) -> str:
    """One run's log. Raises DeriveError."""
    environment = {**os.environ, **STILL}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        told = f"{Path(command[0]).name} was not done after {seconds:g} seconds"
        raise DeriveError(Problem(None, told, "set fewer problems at a time, or use --format latex")) from None
    except OSError as error:
        raise DeriveError(Problem(None, f"{command[0]} cannot be run: {error.strerror}", PACKAGES)) from None
    log = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise DeriveError(_problem(log))
    return log


def _problem(log: str) -> Problem:
    """The first error of a log."""
    lines = log.splitlines()
    missing = re.search(r"File `([^']+)' not found", log)
    if missing:
        return Problem(None, f"TeX has no {missing[1]}", PACKAGES)
    for n, line in enumerate(lines):
        met = re.match(r"(?:!|\S*main\.tex:\d+:) ?(.+)", line)
        if met:
            at = next((more for more in lines[n + 1 : n + 12] if re.match(r"l\.\d+ ", more)), "")
            return Problem(None, f"TeX cannot set this: {met[1].rstrip('.')}{f' ({at.strip()})' if at else ''}", REPORT)
    return Problem(None, f"TeX stopped: {lines[-1] if lines else 'it said nothing'}", REPORT)
