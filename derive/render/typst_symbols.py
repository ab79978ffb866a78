"""How Typst spells what the boxes hold; its letters are Unicode's own."""

from __future__ import annotations

ESCAPED = frozenset("\\*_`$#<>@=+-/[]~'\"")
"""What Typst's text would take for a mark."""
LETTERS = {
    "ε": "ϵ", "φ": "ϕ", "-": "−", "∗": "∗", "½": "frac(1, 2)", "ȳ": "macron(y)", "/": "slash", ":": "colon",
    ",": "comma", ";": "semi", "|": "bar.v", "‖": "bar.v.double", "′": "prime", "″": "prime.double", "√": "√",
    "ᵀ": "attach(#h(0pt), t: T)", "²": "attach(#h(0pt), t: 2)", "³": "attach(#h(0pt), t: 3)",
    "¹": "attach(#h(0pt), t: 1)", "⁻": "attach(#h(0pt), t: −)",
}  # fmt: skip
"""Letters of mathematics that are not written as they are: ε and φ look as TeX's \\epsilon and \\phi."""
SIGNS = {
    "": "", ",": "comma", "/": "slash", ";": "semi", ":": "colon", "-": "−", "\u2003": "quad", "∣": "divides",
    "·": "dot.op", "*": "∗", "!": "excl",
}  # fmt: skip
"""Operators that are not written as they are."""
PAIRS = {"|": "|", "‖": "‖"}
"""Fences that are alike on both sides: Typst is told which one opens."""
ACCENTS = {
    "bar": ("macron", "overline"), "tilde": ("tilde", "tilde"), "hat": ("hat", "hat"), "dot": ("dot", "dot"),
    "ddot": ("dot.double", "dot.double"), "vec": ("arrow", "arrow"),
}  # fmt: skip
"""Over one letter, over more."""
NAMED = frozenset(("log", "ln", "exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "max", "min", "det", "arg", "sup"))
FACES = {"script": "cal({})", "double": "bb({})"}
