"""Typst's compiler, from its wheel: no network, no fonts but its own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from derive.errors import DeriveError, Problem

FOREIGN = "\u2e80"
"""From here on letters are in fonts of the system, if in any."""


def available() -> bool:
    return find_spec("typst") is not None


def pdf(source: str, files: Sequence[tuple[str, str]] = ()) -> bytes:
    """The pages of a source. Raises DeriveError with the compiler's first words."""
    import typst

    alone = max(source, default="") < FOREIGN
    with tempfile.TemporaryDirectory(prefix="derive-") as folder:
        for name, text in (("main.typ", source), *files):
            Path(folder, name).write_text(text, encoding="utf-8", newline="\n")
        try:
            return bytes(typst.compile(str(Path(folder, "main.typ")), root=folder, ignore_system_fonts=alone))
        except typst.TypstError as error:
            first = str(error).splitlines()[0] if str(error) else "no reason given"
            raise DeriveError(Problem(None, f"Typst cannot set this: {first}", REPORT)) from None


REPORT = "see the source with --format typst; a derivation that does not compile is a mistake in derive"
