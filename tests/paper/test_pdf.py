"""PDF through a TeX and through Typst: no shell, no time, one message on failure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from derive import paper
from derive.document import Document, Prose
from derive.errors import DeriveError
from derive.paper import tex, typeset
from tests.problem_files import FOLDER, derived

RESIDUAL = FOLDER / "residual.yaml"
SIMPLE = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")


@pytest.mark.parametrize("engine", [pytest.param("tex", marks=needs_tex), "typst"])
def test_the_same_bytes_again(engine: paper.Engine) -> None:
    first = derived(RESIDUAL).pdf(engine=engine)
    assert first.startswith(b"%PDF") and first == derived(RESIDUAL).pdf(engine=engine)


@needs_tex
def test_tex_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paper.engine() == "tex"
    monkeypatch.setattr(tex, "program", lambda: None)
    assert paper.engine() == "typst"


def test_without_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tex, "program", lambda: None)
    monkeypatch.setattr(typeset, "available", lambda: False)
    with pytest.raises(DeriveError, match=r"neither is here(?s:.*)pip install 'derive\[typst\]'"):
        derived(RESIDUAL).pdf()
    with pytest.raises(DeriveError, match=r"Typst is not installed\n  pip install 'derive\[typst\]'"):
        paper.engine("typst")
    with pytest.raises(DeriveError, match="no TeX on the PATH"):
        paper.engine("tex")


@needs_tex
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("\\nothing", r"TeX cannot set this: Undefined control sequence \(l.3"),
        ("\\usepackage{x}", "TeX cannot set this: LaTeX Error: Can be used only in preamble"),
        ("\\input{absent-file}", "TeX has no absent-file.tex"),
        ("\\input{/etc/passwd}", "TeX"),
        ("", "TeX stopped"),
    ],
)
def test_one_message_of_a_log(body: str, said: str) -> None:
    with pytest.raises(DeriveError, match=said) as met:
        tex.pdf(SIMPLE % body)
    assert len(str(met.value).splitlines()) == 2


@needs_tex
def test_no_shell_and_no_end(tmp_path: Path) -> None:
    tex.pdf(SIMPLE % f"\\immediate\\write18{{touch {tmp_path}/ran}} x")
    assert not (tmp_path / "ran").exists()
    with pytest.raises(DeriveError, match="was not done after 1 seconds"):
        tex.pdf(SIMPLE % "\\def\\x{\\x}\\x", seconds=1.0)


def test_typst_says_why() -> None:
    with pytest.raises(DeriveError, match="Typst cannot set this: unknown variable: nothing"):
        typeset.pdf("#nothing")


def test_letters_beyond_the_fonts() -> None:
    assert paper.pdf(Document("网络", (Prose(("ε → ∞",)),)), "typst").startswith(b"%PDF")
