"""Lines of the Matrix Cookbook beside a problem with their matrices, total differentials, H v, singular vectors."""

from __future__ import annotations

from functools import cache

import pytest

import derive


@cache
def traces() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "rows", "M": "columns", "K": "inner"},
        parameters={"A": ["N", "M"], "B": ["M", "K"], "C": ["K", "N"], "S": ["N", "N"], "x": ["N"], "y": ["N"]},
        equations="E = trace(A@B@C) + logdet(S) + x.T@inv(S)@y",
        cost="E",
    ).derive()


@cache
def norms() -> derive.Derivation:
    return derive.Network(
        sizes={"N": "rows", "M": "columns"},
        parameters={"A": ["N", "M"]},
        inputs={"B": ["N", "M"]},
        equations="R = A - B\nE = nuclear_norm(R) + spectral_norm(A)",
        cost="E",
    ).derive()


@cache
def called_d() -> derive.Derivation:
    return derive.Network(
        sizes={"d": "features", "N": "samples"},
        inputs={"X": ["N", "d"], "t": ["N"], "v": ["d"]},
        parameters={"lam": [], "w0": ["d"]},
        equations="w = lam*w0 + v*lam**2\nE = 1/2*norm(X@w - t)**2",
        cost="E",
        notation={r"\lambda": "lam"},
    ).derive()


def verdict(derivation: derive.Derivation, line: str) -> str:
    (found,) = derivation.check(f"$${line}$$", ".md").lines
    return found.verdict


D_A, D_B, D_S = (rf"\frac{{\partial}}{{\partial {name}}}" for name in "ABS")


@pytest.mark.parametrize(
    "line, expected",
    [
        (D_B + r" \operatorname{tr}(ABC) = A^T C^T", "right"),
        (D_B + r" \operatorname{tr}(ABC) = C A", "wrong"),
        (r"\nabla_B \operatorname{tr}(ABC) = A^T C^T", "right"),
        (r"\nabla_B \operatorname{tr}(ABC) = C A", "wrong"),
        (r"\nabla_S\, x^T S y = x y^T", "right"),
        (r"\nabla_S\, x^T S y = y x^T", "wrong"),
        (r"\frac{\partial}{\partial x} x^T S x = (S + S^T) x", "right"),
        (r"\frac{\partial}{\partial x} x^T S x = 2 S x", "wrong"),
        (D_S + r" \log|S| = S^{-T}", "right"),
        (D_S + r" \log|S| = S^{-1}", "wrong"),
        (r"\frac{\partial |S|}{\partial S} = |S| S^{-T}", "right"),
        (r"\frac{\partial \det S}{\partial S} = \operatorname{adj}(S)^T", "right"),
        (r"\frac{\partial \det S}{\partial S} = \operatorname{adj}(S)", "wrong"),
        (r"\operatorname{adj}(S) = \det(S) S^{-1}", "right"),
        (r"\operatorname{adj}(S) = \det(S) S^{-T}", "wrong"),
        (D_S + r" \operatorname{tr}(S^{-1}) = -(S^{-2})^T", "right"),
        (D_S + r" \operatorname{tr}(S^{-1}) = -S^{-2}", "wrong"),
        (r"\nabla_A \|A\|_F^2 = 2A", "right"),
        (r"\nabla_A \|A\|_F^2 = A", "wrong"),
        (r"\frac{\partial \|A\|_2^2}{\partial A} = 2A", "right"),
        (r"\frac{\partial \|A\|_2^2}{\partial A} = A", "wrong"),
        (r"\frac{\partial a^T x}{\partial x} = a", "unknown"),
        (r"d\log\det S = \operatorname{tr}(S^{-1} dS)", "right"),
        (r"d\log\det S = \operatorname{tr}(S\, dS)", "wrong"),
    ],
)
def test_detached_lines(line: str, expected: str) -> None:
    assert verdict(traces(), line) == expected


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"dE = \operatorname{tr}(\bar A^T dA)", "right"),
        (r"dE = \operatorname{tr}(\bar S\, dS)", "wrong"),
        (r"dE = \operatorname{tr}(\bar A^T dA) + \operatorname{tr}(\bar S^T dS) + \bar x^T dx", "right"),
        (r"dE = \operatorname{tr}(\bar A^T dA) + \operatorname{tr}(\bar S^T dS) - \bar x^T dx", "wrong"),
        (r"dE = \bar x^T dx + \bar y^T dx", "wrong"),
        (r"dE = y^T S^{-T} dx", "right"),
        (r"dE = y^T S^{-1} dx", "wrong"),
        (r"dE = \bar A : dA + \bar B : dB", "right"),
        (r"dE = \bar A : dA - \bar B : dB", "wrong"),
        (r"dE = \langle \bar A, dA \rangle", "right"),
        (r"dE = \sum_{ij} \bar A_{ij} dA_{ij}", "right"),
    ],
)
def test_total_differentials(line: str, expected: str) -> None:
    assert verdict(traces(), line) == expected


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"\bar R = U V^T", "right"),
        (r"\bar R = V U^T", "wrong"),
        (r"\frac{\partial \|R\|_*}{\partial R} = U V^T", "right"),
        (r"U^T U = I", "right"),
        (r"\frac{\partial \|A\|_2}{\partial A} = u_1 v_1^T", "right"),
        (r"\bar A = \bar R + u v^T", "right"),
        (r"\bar A = \bar R - u v^T", "wrong"),
        (r"dE = \operatorname{tr}(\bar R^T dR)", "right"),
    ],
)
def test_singular_vectors(line: str, expected: str) -> None:
    assert verdict(norms(), line) == expected


@pytest.mark.parametrize("factor, expected", [("2", "right"), ("", "wrong")])
def test_a_size_that_is_called_d(factor: str, expected: str) -> None:
    assert verdict(called_d(), rf"\frac{{dw}}{{d\lambda}} = w_0 + {factor} \lambda v") == expected


def test_letters_that_are_lent() -> None:
    lines = "u = A^T B", r"u^T u = B^T A A^T B", r"\bar A = \bar R - u"
    found = norms().check("\n\n".join(f"$${line}$$" for line in lines), ".md").lines
    assert [line.verdict for line in found] == ["given", "right", "wrong"]


@cache
def logistic() -> derive.Derivation:
    network = derive.Network(
        sizes={"N": "samples", "K": "features"},
        inputs={"X": ["N", "K"], "t": ["N"]},
        parameters={"w": ["K"]},
        equations="y = sigmoid(X@w)\nE = -sum(t*log(y) + (1-t)*log(1-y))",
        cost="E",
    )
    return network.derive(hvp=["w"])


@pytest.mark.parametrize(
    "line, expected",
    [
        (r"H v = X^T (y \odot (1-y) \odot (X v))", "right"),
        (r"H v = X^T (y \odot (1+y) \odot (X v))", "wrong"),
        (r"Hv = X^T \operatorname{diag}(y\odot(1-y)) X v", "right"),
        (r"Hv = X^T \operatorname{diag}(y\odot(1-y)) X", "wrong"),
        (r"\dot{\bar w} = H \dot w", "right"),
    ],
)
def test_products_with_the_hessian(line: str, expected: str) -> None:
    assert verdict(logistic(), line) == expected
