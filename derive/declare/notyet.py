"""placeholder"""

from __future__ import annotations


def refusal(name: str) -> tuple[str, str] | None:
    return None
