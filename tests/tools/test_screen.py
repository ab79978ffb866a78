"""What a terminal shows: signs in colour and words without, plain ASCII, nothing wider than it is, progress."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import derive
from derive.cli import screen
from derive.cli.screen import progress
from derive.document import Document
from derive.doing import NOW
from derive.render.plain import Paper, cells
from derive.render.terminal import terminal
from tests.tools.test_editors import ENV

ROOT = Path(__file__).parents[2]
CARRIED = "$$\\bar{y} = s - y$$\n$$\\bar{h} = r + W_2^T (s - y)$$\n$$\\bar{S} = 1$$\n"


@cache
def document() -> Document:
    return derive.load(ROOT / "problems" / "residual.yaml").derive(check=False).check(CARRIED, ".md").document()


def report(colour: bool, ascii: bool = False, width: int = 80) -> str:
    return terminal(document(), width, colour, ascii)


def test_signs_in_colour_and_words_without() -> None:
    shown, plain, ascii = report(True), report(False), report(False, True)
    assert "\x1b[1;31m✗ line 1:3: wrong\x1b[0m" in shown and "\x1b[1;33m→ line 2:3: wrong, follows\x1b[0m" in shown
    assert "\x1b[1;36mHint: " in shown
    assert "line 1:3: wrong\n" in plain and "line 2:3: wrong, follows\n" in plain and not set("✓✗→\x1b") & set(plain)
    signed = terminal(document(), 80, signs=True)
    assert "✗ line 1:3: wrong\n" in signed and "\x1b" not in signed
    assert terminal(document(), 80, ascii=True, signs=True) == ascii
    assert ascii.isascii() and "line 2:3: wrong, follows" in ascii


def test_signs_take_their_place() -> None:
    for width in (40, 80, 120):
        assert max(cells(line) for line in report(True, width=width).splitlines()) <= width


def test_ascii_has_a_spelling_for_what_we_print() -> None:
    assert Paper(ascii=True).words("⌊N/S⌋ x₁ ≤ x₂ → ∞") == "floor(N/S) x1 <= x2 -> inf"


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def told(work: Callable[[], None], monkeypatch: pytest.MonkeyPatch, kind: type[io.StringIO]) -> str:
    """What stands on standard error while something is done."""
    said = kind()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr(screen, "SECOND", 0.05)
    monkeypatch.setenv("TERM", "xterm")
    with progress("working [x]"):
        work()
    return said.getvalue()


def test_progress_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def long() -> None:
        NOW.words = "3 counterexamples"
        time.sleep(0.6)
        NOW.words = ""

    assert "working [x]: 3 counterexamples" in told(long, monkeypatch, Screen)
    assert told(long, monkeypatch, io.StringIO) == ""
    assert told(lambda: None, monkeypatch, Screen) == ""


def test_text_is_taken_for_terminal() -> None:
    import subprocess

    for args in (["problems/mlp.yaml"], ["check", "problems/residual.yaml", "examples/answer.md"]):
        runs = {
            subprocess.run(
                [sys.executable, "-m", "derive", *args, "--format", form], capture_output=True, env=ENV, cwd=ROOT
            ).stdout
            for form in ("text", "terminal")
        }
        assert len(runs) == 1 and os.linesep.encode() in runs.pop()
