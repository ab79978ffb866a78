"""A site that asks no other host for anything: the style of mathematics, and the theme's files without addresses."""

from __future__ import annotations

import re
from pathlib import Path

from website.commands import BuildError

DARK = re.compile(r"@media ?(?:screen and )?\(prefers-color-scheme: ?dark\) ?\{(.*?\})\s*\}\n?", re.DOTALL)
"""What the style says for dark pages; here the reader's choice on the page decides, not the system alone."""
SELECTOR = re.compile(r"(\.[\w-]+[^{},]*(?=[{,]))")
"""Each selector of a style."""
ELSEWHERE = re.compile(r"https?://(?:unpkg\.com|cdn\.jsdelivr\.net|fonts\.(?:googleapis|gstatic)\.com)[^\"'`)\s]*")
"""Hosts that the theme's scripts would fetch parts from, for diagrams and old browsers that we do not have."""


def schemed(css: str) -> str:
    """A style whose dark colours go by the theme's dark scheme. Raises BuildError where it has none."""
    if not DARK.search(css):
        raise BuildError("a style has no dark colours where they are looked for")
    return DARK.sub(lambda found: SELECTOR.sub(r'[data-md-color-scheme="slate"] \1', found[1]) + "\n", css)


def styles() -> dict[str, str]:
    """The style sheet of mathematics."""
    from derive.render.html import STYLE

    return {"assets/mathematics.css": schemed(STYLE)}


SHIM = "https://unpkg.com/iframe-worker/shim"
"""The theme's way to search in pages that are opened as files; ours is beside the page."""


def keep_local(site: Path) -> None:
    """Empties addresses of other hosts in the scripts and styles that the theme brings."""
    for path in sorted(site.rglob("*.html")):
        above = "../" * (len(path.relative_to(site).parts) - 1)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(SHIM, f"{above}assets/iframe-worker.js"), encoding="utf-8")
    for path in sorted(site.rglob("*.map")):
        path.unlink()
    for path in sorted((*site.rglob("*.js"), *site.rglob("*.css"))):
        text = path.read_text(encoding="utf-8")
        if (kept := ELSEWHERE.sub("", text)) != text:
            path.write_text(kept, encoding="utf-8")
