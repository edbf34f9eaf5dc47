"""Writes src/lowering/wasm/math/gammaCoefficients.ts.

    pip install mpmath gmpy2; python3 scripts/wasm-math/gamma.py
"""
from pathlib import Path

import mpmath as mp
from minimax import minimax, typescript

half = mp.mpf(1) / 2


def stirling(x):
    """log Γ(x) - y·(log y - 1), y = x - 1/2"""
    y = x - half
    return mp.loggamma(x) - y * (mp.log(y) - 1)


def gamma_factor(s):
    """Γ(x)/(y/e)^y, y = x - 1/2, in powers of s = 1/x"""
    return mp.exp(stirling(1 / s))


def log_gamma_rest(s):
    """log Γ(x) - y·(log y - 1), y = x - 1/2, in powers of s = 1/x"""
    return stirling(1 / s)


def log_gamma_factor(s):
    """log Γ(x)/((x - 1)·(x - 2)) in powers of s = (x - 2)/(x + 1.5)"""
    x = (2 + s * mp.mpf("1.5")) / (1 - s)
    if abs(x - 2) < mp.mpf(2) ** -60:
        return 1 - mp.euler
    if abs(x - 1) < mp.mpf(2) ** -60:
        return mp.euler
    return mp.loggamma(x) / ((x - 1) * (x - 2))


parts = ["// lowering/wasm/math: made by scripts/wasm-math/gamma.py. Coefficients for 32 bits are float64 numbers too.\nimport type { Coefficients } from './polynomial.ts'\n"]


def both(name, f, low, high, terms32, terms64, text):
    c = [minimax(f, low, high, list(range(n)), 53, lambda s: 1 / f(s), points=12 * n, report=f"{name} {n}") for n in (terms32, terms64)]
    parts.append(typescript(name, f"{f.__doc__}, {text}.", *c))


both("gammaFactor", gamma_factor, 1 / mp.mpf(180), 1, 9, 22, "for x from 1 to 180")
both("logGammaRest", log_gamma_rest, mp.mpf(2) ** -40, mp.mpf("0.334"), 6, 13, "for x from 3")
both("logGammaFactor", log_gamma_factor, -mp.mpf("0.4001"), mp.mpf("0.2225"), 10, 20, "for x from 1 to 3")
Path(__file__).parents[2].joinpath("src/lowering/wasm/math/gammaCoefficients.ts").write_text("\n".join(parts))
