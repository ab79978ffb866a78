"""Two builds of the site, beside each other, byte for byte: python -m website.same

They have their own folders, hash seeds and days. Says one hash of all files, or which differ and ends with status 1.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
WAYS: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "0", "TZ": "UTC"},
    {"PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo"},
)
"""What may not matter."""


def hashes(site: Path) -> dict[str, str]:
    """The hash of each file by its place in the site."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def build(site: Path, way: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A build that has begun."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **way})


def different(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Files that only one has, or that have other bytes."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="derive-same-") as folder:
        sites = [Path(folder) / f"site{n}" for n in range(len(WAYS))]
        begun = [build(site, way) for site, way in zip(sites, WAYS, strict=True)]
        statuses = [process.wait() for process in begun]
        if any(statuses):
            return 1
        one, other = map(hashes, sites)
    if differ := different(one, other):
        print(f"{len(differ)} of {len(one)} files differ:", *differ, sep="\n  ")
        return 1
    print(f"{len(one)} files, the same: {hashlib.sha256(repr(sorted(one.items())).encode()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
