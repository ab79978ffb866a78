"""Paper: PDF through a TeX where one is there, else through Typst's wheel (extra `typst`); and booklets of problems.

The same input gives the same bytes: no page knows the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.paper import tex, typeset

Engine: TypeAlias = Literal["tex", "typst"]
MEND = "pip install 'derive[typst]', or a TeX with amsmath: apt-get install texlive-latex-recommended"


def engine(asked: Engine | None = None) -> Engine:
    """The one that was asked for; else TeX where it is there, else Typst. Raises DeriveError where there is none."""
    if asked == "tex" or (asked is None and tex.program()):
        tex.needed()
        return "tex"
    if not typeset.available():
        missing = "Typst is not installed" if asked else "a PDF needs a TeX on the PATH, or Typst, and neither is here"
        raise DeriveError(Problem(None, missing, MEND if not asked else "pip install 'derive[typst]'"))
    return "typst"


def pdf(document: Document, asked: Engine | None = None) -> bytes:
    """A document as PDF. Raises DeriveError."""
    return set_by(engine(asked), {"tex": lambda: _latex(document), "typst": lambda: _typst(document)})


def set_by(which: Engine, sources: Mapping[Engine, Callable[[], str]], files: Sequence[tuple[str, str]] = ()) -> bytes:
    """The source for one of them as PDF; files: (name, text) beside it. Raises DeriveError."""
    source = sources[which]()
    return tex.pdf(source) if which == "tex" else typeset.pdf(source, files)


def _latex(document: Document) -> str:
    from derive.paper.kept import kept
    from derive.render.latex import latex

    return kept(latex(document))


def _typst(document: Document) -> str:
    from derive.render.typst import typst

    return typst(document)
