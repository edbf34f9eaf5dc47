"""Writes src/lowering/wasm/math/erfCoefficients.ts.

    pip install mpmath gmpy2; python3 scripts/wasm-math/erf.py
"""
from pathlib import Path

import mpmath as mp
from minimax import minimax, rounded, typescript


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


def erfcx_factor(middle, shift):
    """(x + 3/4)·exp(x²)·erfc(x) in powers of u = (middle - x)/(x + shift)"""

    def factor(u):
        x = (middle - shift * u) / (1 + u)
        return (x + mp.mpf(0.75)) * mp.exp(x * x) * mp.erfc(x)

    return factor


parts = ["// lowering/wasm/math: made by scripts/wasm-math/erf.py.\nimport type { Coefficients } from './polynomial.ts'\n"]


def both(name, f, interval32, interval64, terms32, terms64, **options):
    f32 = minimax(f, *interval32, list(range(terms32)), 24, report=f"{name} f32", **options)
    f64 = minimax(f, *interval64, list(range(terms64)), 53, report=f"{name} f64", **options)
    parts.append(typescript(name, f"{f.__doc__} on [{', '.join(mp.nstr(mp.mpf(v), 4) for v in interval64)}] (64) and [{', '.join(mp.nstr(mp.mpf(v), 4) for v in interval32)}] (32).", f32, f64))


both("erfSmall", erf_small, (-0.5, 0.5), (-0.5, 0.5), 7, 12)
both("erfRoot", erf_root, (1, 3.93), (1, 5.95), 8, 19, weight=root_weight)


def centred(terms, bits, shift, most):
    """The middle (in 128ths), near that of the range of u, where rounding the first coefficient loses least; and coefficients."""
    fair = 2 / (1 / shift + 1 / (most + shift)) - shift
    near = [mp.mpf(k) / 128 for k in range(int(fair * 128) - 16, int(fair * 128) + 16)]

    def loss(middle):
        first = erfcx_factor(middle, shift)(0)
        return abs(first - rounded(first, bits)) * mp.mpf(2) ** bits + abs(middle - fair) / 10

    middle = min(near, key=loss)
    f = erfcx_factor(middle, shift)
    c = minimax(f, (middle - most) / (most + shift), middle / shift, list(range(terms)), bits, lambda u: 1 / f(u), points=9 * terms, report="erfcx_factor")
    return float(middle), c


middle32, factor32 = centred(10, 24, mp.mpf(2.5), mp.mpf(10.1))
middle64, factor64 = centred(23, 53, mp.mpf(3.5), mp.mpf(27.3))
doc = f"{erfcx_factor.__doc__}: shift 3.5 and middle {middle64} to 27.3 (64), 2.5 and {middle32} to 10.1 (32)."
parts.append(typescript("erfcxFactor", doc, factor32, factor64))
Path(__file__).parents[2].joinpath("src/lowering/wasm/math/erfCoefficients.ts").write_text("\n".join(parts))
