"""`derive new my.yaml`: a problem file to start from, and beside it the schema by which editors complete its keys."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from derive.files import write_new, write_whole

SCHEMA = ".derive.schema.json"
"""One for all problem files in a folder: a path beside the file holds on any machine and needs no network."""
COMMENT = f"# yaml-language-server: $schema={SCHEMA}\n"
"""What the YAML servers of VS Code, Neovim, Emacs, Helix and others read, relative to the file itself."""


def write(path: Path) -> str:
    """Writes both; what was written, in words. Raises DeriveError where the file is there already."""
    write_new(path, COMMENT + files("derive").joinpath("templates/new.yaml").read_text(encoding="utf-8"))
    beside = path.parent / SCHEMA
    write_whole(beside, _schema())
    return f"wrote {path}, and {beside} for editors; try: derive {path}"


def _schema() -> str:
    from derive.declare.schema import schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
