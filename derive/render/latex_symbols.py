"""How LaTeX spells what the boxes hold."""

from __future__ import annotations

from derive.typeset.reader import GREEK

OMICRON = {"Α": "A", "Β": "B"}
SYMBOLS: dict[str, str] = {
    **{char: f"\\{name}" for name, char in GREEK.items() if name != "lamda"},
    "ε": r"\epsilon", "∂": r"\partial", "∇": r"\nabla", "ℓ": r"\ell", "…": r"\dots", "∘": r"\circ", "⊙": r"\odot",
    "⊘": r"\oslash", "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "×": r"\times", "·": r"\cdot", "∗": "*",
    "′": "'", "‖": r"\|", "∞": r"\infty", "Σ": r"\Sigma", "√": r"\surd", "∈": r"\in", "½": r"\frac{1}{2}",
    "²": "^2", "³": "^3", "¹": "^1", "ᵀ": "^T", "⊤": r"\top", "⁻": "^-", "ȳ": r"\bar{y}", "≈": r"\approx",
    "→": r"\to", "″": "''", "∏": r"\prod",
}  # fmt: skip
OPERATORS = {
    "": "", "−": "-", "∘": r"\circ", "⊙": r"\odot", "⊘": r"\oslash", "·": r"\cdot", "×": r"\times", "≤": r"\le",
    "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "∉": r"\notin", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto",
    "←": r"\leftarrow", "→": r"\to", "∼": r"\sim", "⊂": r"\subset", "∋": r"\ni", "∣": r"\mid", "⊗": r"\otimes",
    "\u2003": r"\quad",
}  # fmt: skip
RELATIONS = ("=", "<", ">", r"\le", r"\ge", r"\ne")
SIGNS = frozenset([*filter(None, OPERATORS.values()), *RELATIONS, "+"])
"""What has a space on both sides, but for a minus in front."""
FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "‖": r"\|", "⌊": r"\lfloor ", "⌋": r"\rfloor",
    "⌈": r"\lceil ", "⌉": r"\rceil", "⟨": r"\langle ", "⟩": r"\rangle", "{": r"\{", "}": r"\}",
}  # fmt: skip
ACCENTS = {
    "bar": ("bar", "overline"), "tilde": ("tilde", "widetilde"), "hat": ("hat", "widehat"), "dot": ("dot", "dot"),
    "ddot": ("ddot", "ddot"), "vec": ("vec", "overrightarrow"),
}  # fmt: skip
"""Over one letter, over more."""
NAMED = {
    name: f"\\{name}"
    for name in ("log", "ln", "exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "max", "min", "det", "arg", "sup")
} | {"T": "T"}
ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$", "|": r"$|$", '"': "''",
}  # fmt: skip
TEXT = {"–": "--", "—": "---", "’": "'", "‘": "`", "“": "``", "”": "''", "\u00a0": "~", "\u0304": "", "\u2009": r"\,"}
LATIN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœłčšžřěňďťůąęćńśźżőűÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŁČŠŽ")
"""Letters beyond ASCII that the standard fonts have."""
