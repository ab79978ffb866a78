"""LaTeX names as names of the problem file: \\hat{y} is y_hat, \\mathbf{z}^{(1)} z1, W_{hh} W_hh or Whh."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from derive.syntax.tree import Name

ALSO = {
    "lambda": ("lam", "lamda"), "epsilon": ("eps",), "varepsilon": ("epsilon", "eps"), "varphi": ("phi",),
    "vartheta": ("theta",), "varrho": ("rho",), "varsigma": ("sigma",), "ell": ("l", "ell"), "imath": ("i",),
}  # fmt: skip
"""Other names that a letter's own name may have in a file."""
ACCENTS = {
    "overline": "bar", "widehat": "hat", "widetilde": "tilde", "overrightarrow": "vec", "widecheck": "check",
    "underline": "under", "underbar": "under",
}  # fmt: skip
SCRIPT = "_cal"
"""What follows the name of a script letter where the plain one means something else."""
PLAIN = ("vec", "under")
"""Accents that mark a vector and may be left out of its name."""


def stems(name: Name) -> list[str]:
    """The names of a letter with its accents and primes, the canonical one first."""
    bases = [name.base, *ALSO.get(name.base, ())]
    if name.face in ("script", "double"):
        bases.append(f"{name.base}{SCRIPT}")
    found = bases
    for accent in name.accents:
        plain = accent.lstrip("\\")
        mark = ACCENTS.get(plain, plain)
        found = [s for stem in found for s in (f"{stem}_{mark}", f"{stem}{mark}", f"{mark}_{stem}")] + (
            found if mark in PLAIN else []
        )
    for _ in range(name.primes):
        found = [f"{stem}_prime" for stem in found]
    return list(dict.fromkeys(found))


def spelled(stem: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The names of a stem with its marks: W and hh are W_hh and Whh, W, 1 and q are W1q, Wq1, W1_q …"""
    for order in permutations(marks):
        for separator in range(2 ** len(order)):
            yield stem + "".join(("_" if separator >> n & 1 else "") + mark for n, mark in enumerate(order))


def canonical(name: Name, marks: tuple[str, ...]) -> str:
    """The name of a quantity that only an equation names: digits follow the letter, words an underscore."""
    stem = stems(name)[0]
    digits = [mark for mark in marks if mark.isdigit()]
    words = [mark for mark in marks if not mark.isdigit()]
    return stem + "".join(digits) + "".join(f"_{word}" for word in words)
