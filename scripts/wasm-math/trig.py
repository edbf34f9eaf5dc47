"""Writes src/lowering/wasm/math/trigCoefficients.ts.

    pip install mpmath gmpy2; python3 scripts/wasm-math/trig.py
"""
from pathlib import Path

import mpmath as mp
from minimax import minimax, rounded, typescript


def sin_rest(z):
    """(sin(r)/r - 1)/r² in powers of z = r²"""
    r = mp.sqrt(z)
    return (mp.sin(r) / r - 1) / z if z else -mp.mpf(1) / 6


def cos_rest(z):
    """(cos(r) - 1 + r²/2)/r⁴ in powers of z = r²"""
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2 if z else mp.mpf(1) / 24


def asin_rest(z):
    """(asin(s)/s - 1)/s² in powers of z = s²"""
    s = mp.sqrt(z)
    return (mp.asin(s) / s - 1) / z if z else mp.mpf(1) / 6


def atan_rest(z):
    """(atan(t)/t - 1)/t² in powers of z = t²"""
    t = mp.sqrt(z)
    return (mp.atan(t) / t - 1) / z if z else -mp.mpf(1) / 3


parts = ["// lowering/wasm/math: made by scripts/wasm-math/trig.py.\nimport type { Coefficients } from './polynomial.ts'\n"]


def both(name, f, high, terms32, terms64, weight, text):
    low = mp.mpf(2) ** -40
    c = [minimax(f, low, high, list(range(n)), bits, weight, report=f"{name} {bits}") for n, bits in ((terms32, 24), (terms64, 53))]
    parts.append(typescript(name, f"{f.__doc__}, {text}.", *c))


quarter = (mp.pi / 4 * mp.mpf("1.001")) ** 2
both("sinRest", sin_rest, quarter, 3, 6, lambda z: z, "|r| ≤ π/4")
both("cosRest", cos_rest, quarter, 3, 6, lambda z: z**2, "|r| ≤ π/4")
both("asinRest", asin_rest, mp.mpf(1) / 4, 5, 12, lambda z: z, "|s| ≤ 1/2")
both("atanRest", atan_rest, (mp.sqrt(2) - 1) ** 2 * mp.mpf("1.001"), 5, 11, lambda z: z, "|t| ≤ tan(π/8)")


def split(x, bits):
    """x in parts of so many bits, the last one rounded."""
    result = []
    for i, b in enumerate(bits):
        part = rounded(x, b)
        if i < len(bits) - 1:
            scale = mp.mpf(2) ** (b - 1 - mp.floor(mp.log(x, 2)))
            part = mp.floor(x * scale) / scale
        result.append(part)
        x -= part
    return result


parts.append(typescript("halfPiParts", "π/2 in parts: the first ones have so few bits that multiples up to 2^11 (32) and 2^16 (64) are exact.", split(mp.pi / 2, [13, 13, 13, 24]), split(mp.pi / 2, [37, 37, 53])))
parts.append(typescript("halfPi", "π/2 to twice the precision.", [rounded(mp.pi / 2, 24), rounded(mp.pi / 2 - rounded(mp.pi / 2, 24), 24)], [rounded(mp.pi / 2, 53), rounded(mp.pi / 2 - rounded(mp.pi / 2, 53), 53)]))
parts.append(typescript("quarterPi", "π/4: the first part has so few bits that its multiples up to 4 are exact.", split(mp.pi / 4, [21, 24]), split(mp.pi / 4, [50, 53])))
Path(__file__).parents[2].joinpath("src/lowering/wasm/math/trigCoefficients.ts").write_text("\n".join(parts))
