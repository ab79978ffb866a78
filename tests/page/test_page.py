"""The page as text: small, alone, the same each time, its terms at their edges."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.api import load
from derive.cli import cli
from derive.page.pack import beside
from tests.page.networks import page_of
from tests.problem_files import answers
from tests.random_networks import problem

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


@pytest.mark.parametrize("seed", range(12))
def test_every_line_of_random_networks_says_where_its_terms_come_from(seed: int) -> None:
    """All but Ē = 1, other plain numbers, and what is given from upstream."""
    text = page_of(problem(seed, algebra=seed % 2 == 0))
    rows = re.findall(r'<div class="chain[^"]*" tabindex="0"([^>]*)>(.*?)</div>', text)
    assert rows
    for about, row in rows:
        plain = re.search(r"<math><mo>=</mo><mn>[^<]*</mn></math></span></span>$", row)
        assert "data-q" in about and ("data-e" in row or 'class="said"' in row or plain), row


def test_other_notations_are_told_by_what_differs() -> None:
    first = 'a<div class="chain">1</div><div class="chain">2</div>b'
    second = 'a<div class="chain">1</div><div class="chain">3</div>b'
    assert beside(first, [second, first]) == [[0, 0], [0, 0], ['<div class="chain">3</div>b', 0]]


def test_a_page_that_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.page.MOST", 1000)
    out = tmp_path / "r.html"
    ran = CliRunner().invoke(cli, [str(PROBLEMS / "staged.yaml"), "--format", "html", "-o", str(out)])
    assert ran.exit_code == 0 and out.read_text(encoding="utf-8").endswith("</html>\n")
    said = ran.stderr.strip().splitlines()[-1]
    assert re.search(r"staged\.yaml: the page has \d+ KB, more than 1; ", said)


def test_tables_have_captions_that_say_what_they_are() -> None:
    text = answers(PROBLEMS / "layer_counts.yaml").html()
    captions = re.findall("<caption>(.*?)</caption>", text)
    assert "Units, weights and connections" in captions and "For fewer parameters" in captions
