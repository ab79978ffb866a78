"""What mkdocs calls while it builds the site: fences run, pages made, and nothing fetched from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from website import gallery, local
from website.commands import BuildError
from website.fences import Page, filled, workplace

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page as Of

_pages: dict[str, Page] = {}
"""Pages between their Markdown and their HTML."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what is made: a page for each problem file, and the style of mathematics."""
    made = {**gallery.pages(), **local.styles()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Of, config: MkDocsConfig, files: Files) -> str:
    """Runs the page's fences; the files that they make for readers become the site's."""
    name = page.file.src_uri
    with workplace() as folder:
        own = _pages[name] = Page(folder)
        try:
            made = filled(markdown, own)
        except BuildError as error:
            raise PluginError(f"docs/{name}: {error}") from error
    for beside, content in own.files.items():
        files.append(File.generated(config, str(PurePosixPath(name).with_name(beside)), content=content))
    return made


def on_page_content(html: str, page: Of, config: MkDocsConfig, files: Files) -> str:
    """Puts the mathematics into the page."""
    return _pages.pop(page.file.src_uri).whole(html)


def on_post_page(output: str, page: Of, config: MkDocsConfig) -> str:
    """Names the theme's search for those who hear the page."""
    return _named(output)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The same on the page for an address that there is not. The map for search engines holds nothing but the day."""
    return "" if template_name.startswith("sitemap.xml") else _named(output)


def _named(page: str) -> str:
    return page.replace('role="dialog"', 'role="dialog" aria-label="Search"')


def on_post_build(config: MkDocsConfig) -> None:
    """Takes addresses of other hosts out of the theme's own files."""
    local.keep_local(Path(config.site_dir))
