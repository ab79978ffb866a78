"""The page as text: small, alone, the same each time, its terms at their edges."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.api import load

PROBLEMS = Path(__file__).parent.parent.parent / "problems"
LARGEST = ("transformer_block", "lstm", "vae", "gru")
MOST = 200_000


@pytest.mark.parametrize("name", LARGEST)
def test_is_small_and_asks_for_nothing(name: str) -> None:
    text = load(PROBLEMS / f"{name}.yaml").derive(check=False).html()
    assert len(text.encode()) < MOST
    outside = re.sub(r'xmlns="[^"]*"', "", text)
    assert not re.search(r"https?://|@import|url\(|\son[a-z]+=", outside)


def test_is_the_same_each_time() -> None:
    found = [load(PROBLEMS / "residual.yaml").derive(check=False).html() for _ in range(2)]
    assert found[0] == found[1]


def test_terms_know_their_edges() -> None:
    text = load(PROBLEMS / "residual.yaml").derive(check=False).html()
    signal = re.findall(r'<div class="chain"[^>]*data-q="h E"[^>]*>(.*?)</div>', text)
    assert [re.findall(r'data-e="([^"]*)"', line) for line in signal] == [
        ["h>R", "h>y", "h>R", "h>y"], ["h>R", "h>y"],
    ]  # fmt: skip


def test_a_title_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "nasty.yaml"
    path.write_text(
        "version: 1\ntitle: '</script><b>&'\nsizes: {N: '<b>'}\ninputs: {x: [N]}\nequations: y = x**2\n",
        encoding="utf-8",
    )
    text = load(path).derive(["x"], check=False).html()
    assert "<b>" not in text and text.count("</script>") == 2
