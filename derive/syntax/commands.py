"""The LaTeX commands, Unicode characters and words that formulas are written with, as tables.

A command that stands in no table is refused by name. tokens.py makes tokens of them, kind by kind.
"""

from __future__ import annotations

from derive.syntax.tree import Face


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ", "varsigma": "ς",
    "varpi": "ϖ", "ell": "ℓ", "partial": "∂", "nabla": "∇", "infty": "∞", "hbar": "ℏ", "emptyset": "∅", "top": "⊤",
    "bot": "⊥", "perp": "⟂", "intercal": "⊺", "dagger": "†", "ddagger": "‡", "imath": "ı", "jmath": "ȷ",
}  # fmt: skip
"""Letters that are commands."""
SAME = {"φ": "phi", "ε": "epsilon", "µ": "mu", "ı": "imath", "ȷ": "jmath"}
"""Characters that are printed for another letter: our terminal writes φ for \\phi."""
CHARACTERS = {**{character: name for name, character in GREEK.items()}, **SAME}

UPRIGHT = _set(
    "log ln lg exp tanh sinh cosh sin cos tan cot sec csc arcsin arccos arctan coth det dim ker deg hom gcd",
    "Pr arg",
)
"""Functions with commands of their own, \\log."""
BIG = {
    "sum": "sum", "prod": "prod", "int": "int", "iint": "int", "oint": "int", "coprod": "prod", "bigcup": "cup",
    "bigcap": "cap", "bigwedge": "and", "bigvee": "or", "bigoplus": "oplus", "bigotimes": "otimes", "bigodot": "odot",
    "∑": "sum", "∏": "prod", "∫": "int",
}  # fmt: skip
LIMITS = frozenset(["max", "min", "argmax", "argmin", "lim", "sup", "inf", "limsup", "liminf"])
"""Functions that are Big when something stands under them: \\max_j, but \\max(0, x)."""
WORDS = _set(
    "ReLU RELU Relu relu LeakyReLU leaky_relu softmax Softmax SoftMax sigmoid Sigmoid softplus Softplus",
    "logsumexp LSE tanh Tanh sinh cosh exp log ln sin cos sqrt diag Diag diagonal tr Tr trace det sign sgn max min",
    "argmax argmin mean Mean var Var std vec GELU gelu SiLU silu Swish swish ELU elu erf step clip abs norm",
    "rank concat Attention LayerNorm BatchNorm",
)
"""Words that are read as one name where their letters stand together."""
LONG = tuple(sorted((word for word in WORDS if len(word) > 3 and word.isalpha()), key=lambda word: (-len(word), word)))
"""Of these, the ones that are unmistakable within a longer run of letters."""

ACCENTS = _set(
    "bar overline hat widehat tilde widetilde dot ddot dddot vec check widecheck breve acute grave mathring",
    "underline overrightarrow overleftarrow underbar",
)
MARKS = {
    "\u0304": "\\bar", "\u0305": "\\overline", "\u0302": "\\hat", "\u0303": "\\tilde", "\u0307": "\\dot",
    "\u0308": "\\ddot", "\u20d7": "\\vec", "\u030c": "\\check", "\u0306": "\\breve", "\u0301": "\\acute",
    "\u0300": "\\grave", "\u030a": "\\mathring", "\u0332": "\\underline", "\u0331": "\\underline",
}  # fmt: skip
"""Marks over a character, and the accents that they are."""
FACES: dict[str, Face] = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "mathbfit": "bold", "symbf": "bold", "pmb": "bold",
    "bold": "bold", "mathcal": "script", "mathscr": "script", "mathfrak": "script", "mathbb": "double",
    "mathbbm": "double", "mathds": "double", "Bbb": "double", "mathrm": "upright", "mathsf": "upright",
    "mathtt": "upright", "mathup": "upright", "mathnormal": "italic", "mathit": "italic",
}  # fmt: skip
SWITCHES: dict[str, Face] = {
    "bf": "bold", "bfseries": "bold", "boldmath": "bold", "cal": "script", "rm": "upright", "sf": "upright",
    "tt": "upright", "it": "italic", "em": "italic",
}  # fmt: skip
"""Faces that hold until the group ends: {\\bf x}."""
FACE_COMMAND: dict[Face, str] = {
    "bold": "mathbf", "upright": "mathrm", "script": "mathcal", "double": "mathbb", "italic": "mathit",
}  # fmt: skip
TEXT: dict[str, Face] = {
    "text": "upright", "textrm": "upright", "textnormal": "upright", "textsf": "upright", "texttt": "upright",
    "textup": "upright", "mbox": "upright", "hbox": "upright", "textbf": "bold", "textit": "italic", "emph": "italic",
    "textsc": "upright", "intertext": "upright", "shortintertext": "upright",
}  # fmt: skip
OPERATOR = frozenset(["operatorname", "mathop", "DeclareMathOperator"])

JOINS = {
    "cdot": "cdot", "cdotp": "cdot", "bullet": "cdot", "circ": "circ", "odot": "odot", "times": "times", "ast": "*",
    "star": "*", "div": "/", "slash": "/", "oslash": "oslash", "otimes": "otimes", "*": "*", "/": "/", "@": "@",
    "·": "cdot", "⋅": "cdot", "∙": "cdot", "•": "cdot", "∘": "circ", "◦": "circ", "⊙": "odot", "×": "times",
    "∗": "*", "⋆": "*", "÷": "/", "∕": "/", "⁄": "/", "⊘": "oslash", "⊗": "otimes",
}  # fmt: skip
RELATIONS = {
    "=": "=", "==": "==", ":=": ":=", "+=": "+=", "-=": "-=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "eq": "=", "ne": "!=", "neq": "!=", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "lt": "<", "gt": ">", "ll": "<", "gg": ">", "in": "in", "ni": "ni", "notin": "notin",
    "approx": "approx", "simeq": "approx", "cong": "approx", "approxeq": "approx", "propto": "propto", "equiv": "==",
    "triangleq": ":=", "coloneqq": ":=", "coloneq": ":=", "doteq": ":=", "colonequals": ":=", "defeq": ":=",
    "leftarrow": "<-", "gets": "<-", "longleftarrow": "<-", "to": "->", "rightarrow": "->", "longrightarrow": "->",
    "mapsto": "->", "longmapsto": "->", "sim": "~", "subset": "subset", "subseteq": "subset", "mid": "|",
    "middle": "|", "≠": "!=", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "∈": "in", "∉": "notin", "≈": "approx",
    "≃": "approx", "∝": "propto", "≡": "==", "≜": ":=", "≔": ":=", "←": "<-", "→": "->", "∼": "~", "⊂": "subset",
    "⊆": "subset",
}  # fmt: skip
THEN = _set(
    "therefore because Rightarrow implies Longrightarrow Leftrightarrow Longleftrightarrow iff impliedby",
    "leadsto rightsquigarrow ∴ ∵ ⇒ ⟹ ⇔ ⟺ ⇐ =>",
)
"""What stands between statements."""
DOTS = _set("dots ldots cdots dotsb dotsc dotsm dotso dotsi vdots ddots hdots … ⋯ ⋮ ⋱ ... ..")
OPEN = {
    "(": "(", "[": "[", "\\{": "{", "lbrace": "{", "lbrack": "[", "lparen": "(", "lvert": "|", "lVert": "||",
    "langle": "<", "lfloor": "⌊", "lceil": "⌈", "⟨": "<", "⌊": "⌊", "⌈": "⌈", "llbracket": "[", "⟦": "[",
}  # fmt: skip
CLOSE = {
    ")": ")", "]": "]", "\\}": "}", "rbrace": "}", "rbrack": "]", "rparen": ")", "rvert": "|", "rVert": "||",
    "rangle": ">", "rfloor": "⌋", "rceil": "⌉", "⟩": ">", "⌋": "⌋", "⌉": "⌉", "rrbracket": "]", "⟧": "]",
}  # fmt: skip
BARS = {"|": "|", "vert": "|", "∣": "|", "\\|": "||", "Vert": "||", "‖": "||", "∥": "||", "parallel": "||"}
PAIRS = {"(": ")", "[": "]", "{": "}", "|": "|", "||": "||", "<": ">", "⌊": "⌋", "⌈": "⌉"}
SIZES = frozenset(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
FRACTIONS = _set("frac dfrac tfrac cfrac nicefrac sfrac flatfrac")
SPACES = _set(
    "thinspace medspace thickspace negthinspace negmedspace negthickspace enspace space nobreakspace displaystyle",
    "textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag hline noindent mathstrut strut null",
    "allowbreak nobreak relax Box square blacksquare qed qedhere centering small large Large normalsize",
    "footnotesize scriptsize tiny smallskip medskip bigskip par break indent \\, \\; \\: \\! \\> \\/",
) | {"\\ ", "\\\n", "\\\t"}
QUADS = frozenset(["quad", "qquad", "hfill", "hfil"])
DROPPED = {
    "label": 1, "tag": 1, "hspace": 1, "vspace": 1, "mspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "color": 1,
    "footnote": 1, "footnotemark": 0, "cite": 1, "ref": 1, "eqref": 1, "textcolor": 1, "colorbox": 1, "fcolorbox": 2,
    "raisebox": 1, "href": 1, "cellcolor": 1, "rule": 2, "class": 1, "style": 1, "cssId": 1, "thispagestyle": 1,
}  # fmt: skip
"""How many arguments of a command are no mathematics; what follows those is read."""
WRAPPERS = _set(
    "boxed fbox framebox ensuremath mathord mathinner mathclose mathopen mathpunct mathbin mathrel smash",
    "vcenter mathclap mathllap mathrlap underbrace overbrace underbracket overbracket tcbhighmath hl",
    "displaylines",
)
REFUSED = {
    "pm": "± says two things at once: write two formulas", "mp": "∓ says two things at once: write two formulas",
    "±": "± says two things at once: write two formulas", "∓": "∓ says two things at once: write two formulas",
    "cancel": "leave out what is struck out", "bcancel": "leave out what is struck out",
    "xcancel": "leave out what is struck out", "oplus": "write + or a column",
    "ominus": "write −", "binom": "write the factorials out", "choose": "write the factorials out",
    "setminus": "write the condition out, i \\ne k", "cup": "sets are not read", "cap": "sets are not read",
    "input": "a formula stands in the file itself", "include": "a formula stands in the file itself",
    "def": "macros stand in .tex files, outside of formulas", "newcommand": "macros stand outside of formulas",
    "href": "write the formula alone", "includegraphics": "a picture says nothing here",
}  # fmt: skip
"""Commands that are known, and why they are not read."""
MATRICES = _set(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix psmallmatrix bsmallmatrix array cases dcases",
    "rcases subarray tabular",
)
ALIGNED = _set(
    "aligned alignedat split gathered align alignat flalign gather multline multlined eqnarray equation",
    "displaymath math eqnalign dmath IEEEeqnarray",
)
"""Environments whose rows are formulas of their own."""
COLUMNS = frozenset(["array", "tabular", "alignedat", "alignat", "subarray", "IEEEeqnarray"])
"""Environments with an argument that describes their columns."""

ABOVE = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱʲᵀᵃᵇᶜᵈᵉᶠᵍʰᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂ",
        "0123456789+-=()nijTabcdefghklmoprstuvwxyzABDEGHIJKLMNOPRUVW",
        strict=True,
    )
)
BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx", strict=True))
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅛": (1, 8),
}  # fmt: skip
PRIMES = {"'": 1, "′": 1, "’": 1, "″": 2, "‴": 3, '"': 2, "prime": 1, "dprime": 2}

CONDITIONS = _set(
    "if for when whenever forall ∀ unless otherwise else o.w such s.t st on given assuming",
)
"""Words that begin a condition on the statement before them."""
JOINING = _set(
    "where and so thus hence then therefore since because with or gives implies but also as i.e e.g that is",
    "let we have get define finally similarly likewise here note now means consequently which",
)
"""Words that begin another statement."""
SPELLED = frozenset({"sum", "prod"})
"""Signs that a keyboard types as words: sum_{i=1}^N."""
PLAIN_WORDS = CONDITIONS | JOINING | _set("the a an of all some any each by to from in at yes no are column row")


def commands() -> frozenset[str]:
    """Every command that is read, for suggestions."""
    tables = (
        GREEK, UPRIGHT, BIG, LIMITS, ACCENTS, FACES, SWITCHES, TEXT, OPERATOR, JOINS, RELATIONS, THEN, DOTS, OPEN,
        CLOSE, BARS, SIZES, FRACTIONS, SPACES, QUADS, DROPPED, WRAPPERS, REFUSED, PRIMES,
        ("sqrt", "left", "right", "over", "begin", "end", "not", "neg", "minus", "forall", "stackrel", "overset",
         "underset", "substack", "trace", "tr", "diag", "softmax", "relu"),
    )  # fmt: skip
    return frozenset(name for table in tables for name in table if name.isalpha() and name.isascii())
