"""Writes src/lowering/wasm/math/erfinvCoefficients.ts.

    pip install mpmath gmpy2 scipy; python3 scripts/wasm-math/erfinv.py
"""
from pathlib import Path

import mpmath as mp
from minimax import minimax, typescript
from scipy.special import erfcinv


def ratio(w):
    """erfinv(y)/y for w = -log(1 - y²), by Halley's method."""
    q = -mp.expm1(mp.log1p(-mp.exp(-w)) / 2)
    x = mp.mpf(float(erfcinv(float(q))))
    for _ in range(3):
        step = (mp.erfc(x) - q) * mp.sqrt(mp.pi) / 2 * mp.exp(x * x)
        x += step / (1 - x * step)
    return x / (1 - q)


def near(s):
    """(erfinv(y)/y - √π/2)/w in powers of w - c, w = -log(1 - y²)"""
    w = s + middle
    return (ratio(w) - mp.sqrt(mp.pi) / 2) / w


def far(s):
    """erfinv(y)/y - √w in powers of √w - c, w = -log(1 - y²)"""
    t = s + middle
    return ratio(t**2) - t


def near_weight(s):
    return (s + middle) / ratio(s + middle)


def far_weight(s):
    return 1 / (s + middle)


parts = ["// lowering/wasm/math: made by scripts/wasm-math/erfinv.py.\nimport type { Coefficients } from './polynomial.ts'\n"]
kinds = (
    ("erfinvNear", near, near_weight, ((0.0, 3.5, 9), (0.0, 3.5, 19)), (1.75, 1.75)),
    ("erfinvFar", far, far_weight, ((1.87, 17**0.5, 12), (1.87, 6.1, 35)), (3.0, 4.0)),
)
for name, f, weight, spans, middles in kinds:
    c = []
    for (low, high, n), bits, middle in zip(spans, (24, 53), middles):
        least = low - middle + (1e-9 if low == 0 else 0)
        c.append(minimax(f, least, high - middle, list(range(n)), bits, weight, points=8 * n, report=f"{name} {bits}"))
    parts.append(typescript(name, f"{f.__doc__}: on [{spans[1][0]}, {spans[1][1]}], c = {middles[1]} (64), and [{spans[0][0]:.4g}, {spans[0][1]:.4g}], c = {middles[0]} (32).", *c))
Path(__file__).parents[2].joinpath("src/lowering/wasm/math/erfinvCoefficients.ts").write_text("\n".join(parts))
