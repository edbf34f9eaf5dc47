"""Writes runtime/special/coefficients.ts: Chebyshev fits, computed with 60 digits and rounded once.

    pip install mpmath; python3 scripts/special.py
"""
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
half = mp.mpf(1) / 2
root = mp.findroot(mp.digamma, 1.4616)


def erf_factor(t):
    """erf(x) = x + x·erfFactor(x²)."""
    x = mp.sqrt(t)
    return mp.erf(x) / x - 1 if t else 2 / mp.sqrt(mp.pi) - 1


def erfcx_factor(t):
    """erfcxFactor(t) = (1 + 2x)·exp(x²)·erfc(x) with t = (x - 4) / (x + 4): smooth from 0 to infinity (Shepherd and Laframboise 1981)."""
    if t == 1:
        return 2 / mp.sqrt(mp.pi)
    x = 4 * (1 + t) / (1 - t)
    if x < 1000:
        return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)
    series = sum((-1) ** k * mp.fac2(2 * k - 1) / (2 * x * x) ** k for k in range(9))
    return (1 + 2 * x) * series / (x * mp.sqrt(mp.pi))


def reciprocal_gamma(z):
    """1/Γ(2 + z) = 1 + z·reciprocalGamma(z)."""
    return (mp.rgamma(2 + z) - 1) / z if z else mp.euler - 1


def psi_factor(z):
    """ψ(1.5 + z) = (1.5 + z - root)·psiFactor(z)."""
    x = z + 3 * half
    return mp.digamma(x) / (x - root) if x != root else mp.polygamma(1, root)


def fit(name, f, low, high, terms):
    coefficients = mp.chebyfit(f, [low, high], terms)[::-1]
    points = [low + (high - low) * mp.mpf(i) / 97 for i in range(1, 97)]
    error = max(abs(mp.polyval([float(c) for c in coefficients][::-1], x) - f(x)) for x in points)
    assert error < 1e-16, (name, mp.nstr(error, 3))
    rows = [", ".join(repr(float(c)) for c in coefficients[i : i + 6]) for i in range(0, terms, 6)]
    return f"/** {f.__doc__} On [{mp.nstr(low, 3)}, {mp.nstr(high, 3)}]. */\nexport const {name}: readonly number[] = [\n  " + ",\n  ".join(rows) + ",\n]\n"


parts = [
    "// runtime/special: made by scripts/special.py. Coefficients of powers of the argument, lowest first.\n",
    fit("erfFactor", erf_factor, mp.mpf(0), mp.mpf(1), 13),
    fit("erfcxFactor", erfcx_factor, mp.mpf(-1), mp.mpf(1), 26),
    fit("reciprocalGamma", reciprocal_gamma, -half, half, 15),
    fit("psiFactor", psi_factor, -half, half, 22),
    f"/** Where ψ is 0, in two parts. */\nexport const psiRoot = {float(root)!r}\nexport const psiRootRest = {float(root - float(root))!r}\n",
]
path = Path(__file__).parent.parent / "runtime/special/coefficients.ts"
path.write_text("\n".join(parts))
