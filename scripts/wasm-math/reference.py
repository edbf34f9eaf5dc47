"""Correctly rounded values of the vector functions at many points, for sweep.ts: float64 triples (x, value, what rounding lost
in units of the last place), with an argument more for functions of two.

    pip install gmpy2 numpy scipy; python3 scripts/wasm-math/reference.py <folder> [millions of points = 0.2] [name ...]
"""
import sys
from pathlib import Path

import numpy as np

from exact import ONE, TWO, row

# Where most arguments lie; all exponents of the format are swept beside them.
RANGE = {"exp": 110, "exp2": 160, "expm1": 100, "sigmoid": 110, "softplus": 110, "sinh": 95, "cosh": 95, "tanh": 12, "atanh": 1, "asin": 1, "acos": 1, "erf": 6, "erfc": 27, "erfinv": 1, "gamma": 172, "gammaln": 200}
# Below 0 these are the runtime's functions.
POSITIVE = ("gamma", "gammaln")


def arguments(name, count, random, kind):
    """Every exponent and sign, then the range of interest, then around 1, as numbers of the format."""
    tiny, top = (-149, 128) if kind == np.float32 else (-1074, 1024)
    exponents = random.integers(tiny, top, count // 3).astype(float)
    wide = np.ldexp(random.uniform(1, 2, count // 3), exponents.astype(int))
    scale = RANGE.get(name, 20) * (8 if kind == np.float64 and name in ("exp", "exp2", "expm1", "sigmoid", "softplus", "sinh", "cosh") else 1)
    middle = np.concatenate([random.uniform(-scale, scale, count // 6), random.uniform(-2.5, 2.5, count // 6)])
    near = 1 + random.uniform(-1, 1, count // 3) * np.exp2(random.uniform(-20, 0, count // 3))
    x = np.concatenate([wide, middle, near])
    x[: count // 3 : 2] *= -1
    if name in POSITIVE:
        x = np.abs(x)
    return random.permutation(np.concatenate([x.astype(kind).astype(np.float64), [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, 2]]))


def write(folder, name, count, kind, suffix):
    random = np.random.default_rng(7)
    with np.errstate(all="ignore"):
        x = arguments(name, count, random, kind)
        if name in ONE:
            rows = [[v, *row([v])(ONE[name])] for v in x.tolist()]
        else:
            y = arguments(name, count, np.random.default_rng(8), kind)
            if name == "pow":  # exponents that do not overflow for most bases
                with np.errstate(all="ignore"):
                    fit = random.uniform(-1, 1, len(x)) * (150 if kind == np.float32 else 1070) / np.abs(np.log2(np.abs(x)))
                pick = random.random(len(x))
                y = np.where((pick < 0.6) & np.isfinite(fit), fit.astype(kind), np.where(pick < 0.8, np.round(random.uniform(-20, 20, len(x))), y))
            elif name == "hypot":
                near = (x * random.uniform(-2, 2, len(x))).astype(kind).astype(np.float64)
                y = np.where(random.random(len(x)) < 0.6, near, y)
            rows = [[a, b, *row([a, b])(TWO[name])] for a, b in zip(x.tolist(), y.tolist())]
    np.array(rows).tofile(Path(folder) / f"{name}.{suffix}")


folder, millions, names = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.2, sys.argv[3:]
Path(folder).mkdir(parents=True, exist_ok=True)
for name in names or [*ONE, *TWO]:
    for kind, suffix in ((np.float32, 32), (np.float64, 64)):
        write(folder, name, int(millions * 1e6), kind, suffix)
