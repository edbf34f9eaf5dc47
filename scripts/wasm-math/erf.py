"""Writes src/lowering/wasm/math/erfCoefficients.ts.

    pip install mpmath gmpy2; python3 scripts/wasm-math/erf.py
"""
from pathlib import Path

import mpmath as mp
from minimax import minimax, typescript


def erf_small(s):
    """erf(x)/x - 1 in powers of x² - 1/2"""
    x = mp.sqrt(s + mp.mpf(1) / 2)
    return mp.erf(x) / x - 1 if x else 2 / mp.sqrt(mp.pi) - 1


def erf_root(x):
    """erfc(x)^(-1/8) - 1 in powers of x"""
    return mp.erfc(x) ** (-mp.mpf(1) / 8) - 1


def root_weight(x):
    """What an error of erf_root does to erf: 1 - (1 + u)^-8."""
    return 8 * mp.erfc(x) ** (mp.mpf(9) / 8)


def erfcx_factor(s):
    """(x + 1/2)·exp(x²)·erfc(x) in powers of s = t - 0.15625, t = 1/(x + 2.5)"""
    x = 1 / (s + mp.mpf(0.15625)) - mp.mpf(2.5)
    return (x + mp.mpf(0.5)) * mp.exp(x * x) * mp.erfc(x)


parts = ["// lowering/wasm/math: made by scripts/wasm-math/erf.py.\nimport type { Coefficients } from './polynomial.ts'\n"]


def both(name, f, interval32, interval64, terms32, terms64, **options):
    f32 = minimax(f, *interval32, list(range(terms32)), 24, report=f"{name} f32", **options)
    f64 = minimax(f, *interval64, list(range(terms64)), 53, report=f"{name} f64", **options)
    parts.append(typescript(name, f"{f.__doc__} on [{', '.join(mp.nstr(mp.mpf(v), 4) for v in interval64)}] (64) and [{', '.join(mp.nstr(mp.mpf(v), 4) for v in interval32)}] (32).", f32, f64))


both("erfSmall", erf_small, (-0.5, 0.5), (-0.5, 0.5), 7, 12)
both("erfRoot", erf_root, (1, 3.93), (1, 5.95), 8, 19, weight=root_weight)
def around(least, most):
    return tuple(1 / (mp.mpf(x) + mp.mpf(2.5)) - mp.mpf(0.15625) for x in (most, least))


both("erfcxFactor", erfcx_factor, around(0.5, 10.1), around(0.5, 27.3), 10, 23, weight=lambda s: 1 / erfcx_factor(s), points=200)
Path(__file__).parents[2].joinpath("src/lowering/wasm/math/erfCoefficients.ts").write_text("\n".join(parts))
