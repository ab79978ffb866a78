r"""Lines of Giles's collection, of the Matrix Cookbook and of the papers on factorisations, as they are printed.

`what` is the formula: its bars are those under E, or with a given bar of its result where there is no E. `line` is the
source's, with \bar{X} for ∂E/∂X. `seen`: looked up in a public copy (the Cookbook's in a transcription of all of it,
whose slips are mended; Golub & Pereyra's and Giles's inverse in code that cites them; Murray's in notes that restate
it), or else from memory.
"""

from __future__ import annotations

from dataclasses import dataclass

N, M, K = "N", "M", "K"
SQUARE = (N, N)


@dataclass(frozen=True, slots=True)
class Line:
    """One published line.  longer: why ours is longer, where it is.  facts: what the source takes as given."""

    source: str
    what: str
    shapes: dict[str, tuple[str, ...]]
    wanted: str
    line: str
    seen: bool = True
    longer: str = ""
    facts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.source}: {self.what}, {self.wanted}"


def giles(
    section: str, what: str, wanted: str, line: str, seen: bool = False, longer: str = "", **shapes: tuple[str, ...]
) -> Line:
    return Line(f"Giles 2008, {section}", what, shapes, wanted, line, seen, longer)


def cookbook(
    number: str, what: str, line: str, longer: str = "", wanted: str = "X", fact: str = "", **shapes: tuple[str, ...]
) -> Line:
    facts = (fact,) if fact else ()
    return Line(f"Cookbook {number}", f"E = {what}", shapes, wanted, line, True, longer, facts)


GILES = (
    giles("2.2.1", "C = A + B", "A", r"\bar{A} = \bar{C}", A=(N, M), B=(N, M)),
    giles("2.2.2", "C = A @ B", "A", r"\bar{A} = \bar{C} B^T", A=(N, K), B=(K, M)),
    giles("2.2.2", "C = A @ B", "B", r"\bar{B} = A^T \bar{C}", A=(N, K), B=(K, M)),
    giles("2.2.3", "C = inv(A)", "A", r"\bar{A} = -C^T \bar{C} C^T", True, A=SQUARE),
    giles("2.2.3", "C = inv(A) @ B", "B", r"\bar{B} = A^{-T} \bar{C}", A=SQUARE, B=(N, M)),
    giles("2.2.3", "C = inv(A) @ B", "A", r"\bar{A} = -\bar{B} C^T", A=SQUARE, B=(N, M)),
    giles("2.2.4", "C = det(A)", "A", r"\bar{A} = \bar{C} C A^{-T}", A=SQUARE),
    giles("2.3.2", "C = B.T @ A @ B", "A", r"\bar{A} = B \bar{C} B^T", A=SQUARE, B=(N, M)),
    giles("2.3.2", "C = B.T @ A @ B", "B", r"\bar{B} = A B \bar{C}^T + A^T B \bar{C}", A=SQUARE, B=(N, M)),
    giles("2.3.2", "C = B.T @ inv(A) @ B", "A", r"\bar{A} = -A^{-T} B \bar{C} B^T A^{-T}", A=SQUARE, B=(N, M)),
    giles("2.3.2", "C = B.T @ inv(A) @ B", "B", r"\bar{B} = A^{-1} B \bar{C}^T + A^{-T} B \bar{C}", A=SQUARE, B=(N, M)),
    giles(
        "3.1",
        "D = eigvalsh(A)\nU = eigvecsh(A)",
        "A",
        r"\bar{A} = U^{-T} (\bar{D} + F \circ (U^T \bar{U})) U^T",
        False,
        A=SQUARE,
    ),
    giles("3.1", "d = eigvalsh(A)\nU = eigvecsh(A)\nE = sum(d)", "A", r"\bar{A} = U^{-T} \bar{D} U^T", A=SQUARE),
    giles("3.2", "s = svdvals(A)", "A", r"\bar{A} = U \bar{S} V^T", A=(M, N), longer="diag(s̄) is written S̄"),
    giles("3.4", "b = norm(A)", "A", r"\bar{A} = \bar{b} b^{-1} A", A=(M, N)),
    giles("3.4", "b = spectral_norm(A)", "A", r"\bar{A} = \bar{b} u_1 v_1^T", A=(M, N)),
)
"""Section numbers are those of the extended report."""

MURRAY = (
    Line(
        "Murray 2016, eq. 10", "L = cholesky(A)", {"A": SQUARE}, "A",
        r"\bar{A} = \frac{1}{2} L^{-T} (P + P^T) L^{-1}",
    ),
    Line(
        "Golub & Pereyra 1973", "C = pinv(A)", {"A": (N, M)}, "A",
        r"\bar{A} = -C^T \bar{C} C^T + C^T C \bar{C}^T (I - C A) + (I - A C) \bar{C}^T C C^T",
    ),
)  # fmt: skip
"""Murray's own line has S + Sᵀ − diag S, for a bar of the lower half; with a symmetric bar it is this one."""

COOKBOOK = (
    cookbook("49", "det(X)", r"\bar{X} = \det(X) (X^{-1})^T", X=SQUARE),
    cookbook("53", "det(X.T @ A @ X)", r"\bar{X} = \det(X^T A X) (A X (X^T A X)^{-1} + A^T X (X^T A^T X)^{-1})",
             X=(N, M), A=SQUARE),
    cookbook("55", "logdet(X.T @ X)", r"\bar{X} = 2 (X^+)^T", "(X⁺)ᵀ is X (XᵀX)⁻¹", X=(N, M)),
    cookbook("57", "logdet(X)", r"\bar{X} = (X^{-1})^T", X=SQUARE),
    cookbook("58", "det(matrix_power(X, K))", r"\bar{X} = K \det(X^K) X^{-T}",
             "det Xᵏ = (det X)ᵏ is not known", X=SQUARE, ones=(K,)),
    cookbook("61", "a.T @ inv(X) @ b", r"\bar{X} = -X^{-T} a b^T X^{-T}", X=SQUARE, a=(N,), b=(N,)),
    cookbook("62", "det(inv(X))", r"\bar{X} = -\det(X^{-1}) (X^{-1})^T", X=SQUARE),
    cookbook("63", "trace(A @ inv(X) @ B)", r"\bar{X} = -(X^{-1} B A X^{-1})^T", X=SQUARE, A=(M, N), B=(N, M)),
    cookbook("64", "trace(inv(X + A))", r"\bar{X} = -((X + A)^{-1} (X + A)^{-1})^T", X=SQUARE, A=SQUARE),
    cookbook("65", "sum(eigvalsh(X))", r"\bar{X} = I", X=SQUARE),
    cookbook("69", "x.T @ a", r"\bar{x} = a", wanted="x", x=(N,), a=(N,)),
    cookbook("70", "a.T @ X @ b", r"\bar{X} = a b^T", X=(N, M), a=(N,), b=(M,)),
    cookbook("71", "a.T @ X.T @ b", r"\bar{X} = b a^T", X=(N, M), a=(M,), b=(N,)),
    cookbook("72", "a.T @ X @ a", r"\bar{X} = a a^T", X=SQUARE, a=(N,)),
    cookbook("77", "b.T @ X.T @ X @ c", r"\bar{X} = X (b c^T + c b^T)", X=(N, M), b=(M,), c=(M,)),
    cookbook("78", "(B @ x + b).T @ C @ (D @ x + d)", r"\bar{x} = B^T C (D x + d) + D^T C^T (B x + b)", wanted="x",
             x=(N,), B=(M, N), b=(M,), C=(M, K), D=(K, N), d=(K,)),
    cookbook("81", "x.T @ B @ x", r"\bar{x} = (B + B^T) x", wanted="x", x=(N,), B=SQUARE),
    cookbook("82", "b.T @ X.T @ D @ X @ c", r"\bar{X} = D^T X b c^T + D X c b^T", X=(N, M), b=(M,), c=(M,), D=SQUARE),
    cookbook("83", "(X @ b + c).T @ D @ (X @ b + c)", r"\bar{X} = (D + D^T) (X b + c) b^T",
             X=(N, M), b=(M,), c=(N,), D=SQUARE),
    cookbook("84", "(x - A @ s).T @ W @ (x - A @ s)", r"\bar{s} = -2 A^T W (x - A s)", fact="W symmetric", wanted="s",
             s=(M,), x=(N,), A=(N, M), W=SQUARE),
    cookbook("88", "(x - A @ s).T @ W @ (x - A @ s)", r"\bar{A} = -2 W (x - A s) s^T", fact="W symmetric", wanted="A",
             s=(M,), x=(N,), A=(N, M), W=SQUARE),
    cookbook("91", "a.T @ matrix_power(X, K) @ b", r"\bar{X} = \sum_{r=0}^{K-1} (X^r)^T a b^T (X^{K-1-r})^T",
             X=SQUARE, a=(N,), b=(N,), ones=(K,)),
    cookbook("99", "trace(X)", r"\bar{X} = I", X=SQUARE),
    cookbook("100", "trace(X @ A)", r"\bar{X} = A^T", X=(N, M), A=(M, N)),
    cookbook("101", "trace(A @ X @ B)", r"\bar{X} = A^T B^T", X=(N, M), A=(K, N), B=(M, K)),
    cookbook("102", "trace(A @ X.T @ B)", r"\bar{X} = B A", X=(N, M), A=(K, M), B=(N, K)),
    cookbook("104", "trace(A @ X.T)", r"\bar{X} = A", X=(N, M), A=(N, M)),
    cookbook("106", "trace(X @ X)", r"\bar{X} = 2 X^T", X=SQUARE),
    cookbook("107", "trace(X @ X @ B)", r"\bar{X} = (X B + B X)^T", X=SQUARE, B=SQUARE),
    cookbook("108", "trace(X.T @ B @ X)", r"\bar{X} = B X + B^T X", X=(N, M), B=SQUARE),
    cookbook("111", "trace(X @ B @ X.T)", r"\bar{X} = X B^T + X B", X=(N, M), B=(M, M)),
    cookbook("114", "trace(A @ X @ B @ X)", r"\bar{X} = A^T X^T B^T + B^T X^T A^T", X=(N, M), A=(M, N), B=(M, N)),
    cookbook("115", "trace(X.T @ X)", r"\bar{X} = 2 X", X=(N, M)),
    cookbook("116", "trace(B.T @ X.T @ C @ X @ B)", r"\bar{X} = C^T X B B^T + C X B B^T", X=(N, M), B=(M, K), C=SQUARE),
    cookbook("117", "trace(X.T @ B @ X @ C)", r"\bar{X} = B X C + B^T X C^T", X=(N, M), B=SQUARE, C=(M, M)),
    cookbook("118", "trace(A @ X @ B @ X.T @ C)", r"\bar{X} = A^T C^T X B^T + C A X B",
             X=(N, M), A=(K, N), B=(M, M), C=(N, K)),
    cookbook("119", "trace((A @ X @ B + C) @ (A @ X @ B + C).T)", r"\bar{X} = 2 A^T (A X B + C) B^T",
             X=(N, M), A=(K, N), B=(M, "J"), C=(K, "J")),
    cookbook("121", "trace(matrix_power(X, K))", r"\bar{X} = K (X^{K-1})^T", X=SQUARE, ones=(K,)),
    cookbook("122", "trace(A @ matrix_power(X, K))", r"\bar{X} = \sum_{r=0}^{K-1} (X^r A X^{K-r-1})^T",
             "the transpose goes to each factor", X=SQUARE, A=SQUARE, ones=(K,)),
    cookbook("126", "trace(inv(X.T @ C @ X) @ A)",
             r"\bar{X} = -(C X (X^T C X)^{-1}) (A + A^T) (X^T C X)^{-1}", fact="C symmetric",
             X=(N, M), C=SQUARE, A=(M, M)),
    cookbook("129", "norm(x - a)", r"\bar{x} = \frac{x - a}{\|x - a\|_2}", wanted="x", x=(N,), a=(N,)),
    cookbook("131", "norm(x)**2", r"\bar{x} = 2 x", wanted="x", x=(N,)),
    cookbook("132", "norm(X)**2", r"\bar{X} = 2 X", X=(N, M)),
)  # fmt: skip
LINES = (*GILES, *MURRAY, *COOKBOOK)
