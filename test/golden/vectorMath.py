"""Exact values of the vector functions at special and hard arguments: vectorMath.json holds, for every function and format, base64
of little-endian float64: the arguments, the value, what rounding it to float64 lost (in units of the last place), point after point.

    pip install gmpy2 numpy scipy; python3 vectorMath.py [worst.json of scripts/wasm-math/sweep.ts, kept from then on in vectorMathHard.json]
"""
import base64
import json
import sys
from pathlib import Path

import numpy as np

here = Path(__file__).parent
sys.path.insert(0, str(here.parent.parent / "scripts/wasm-math"))
from exact import ONE, TWO, row  # noqa: E402

hard_path = here / "vectorMathHard.json"
if len(sys.argv) > 1:
    hard_path.write_text(json.dumps(json.loads(Path(sys.argv[1]).read_text()), separators=(",", ":")).replace('],"', '],\n"') + "\n")
HARD = json.loads(hard_path.read_text())
nan, inf = np.nan, np.inf
# Where results overflow, become subnormal or 0, or where something else begins.
EDGES = {
    "exp": [88.72283, 88.72284, -87.33654, -103.2789, -103.9721, 709.782712893384, 709.782712893385, -708.3964185322641, -745.1332191019411, -745.1332191019412],
    "exp2": [127.99999, 128, -126, -126.5, -149, -149.5, -150, 1023.9999999, 1024, -1022, -1022.5, -1074, -1074.5, -1075, 3, -7, 0.25],
    "expm1": [88.72283, 88.72284, 709.782712893384, 709.782712893385, 0.34657, 0.34658, -17, -18, -37, -38, -745],
    "log": [0.70710678, 0.7071068, 1.4142135, 1.4142136], "log2": [8, 0.125, 0.70710678, 0.7071068], "log10": [10, 100, 1000, 1e-5, 1e15, 1e22],
    "log1p": [-0.2928932, -0.29289323, 0.41421354, 0.4142136, 1e-8, -0.99999994, 1e30],
    "sigmoid": [-87.4, -88.73, -103.2, -103.98, -104.5, -708.5, -709.79, -744.4, -745.2, -746.5, 16.6, 17.4, 36.7, 37.5, 38.1],
    "softplus": [-87.4, -103.2, -104.5, -708.5, -744.4, -746.5, 16.6, 17.4, 36.7, 37.5, -0.88, 0.88],
    "sinh": [89.41598, 89.41599, 710.4758600739439, 710.475860073944, 0.99999994], "cosh": [89.41598, 89.41599, 710.4758600739439, 710.475860073944, 0.34657],
    "tanh": [0.99999994, 1.0000001, 8.66, 9.01, 9.02, 18.7, 19.06, 19.07, 22], "atanh": [0.3, 0.33, 0.2928932, 0.6, 0.99999994, 1 - 2**-53, 1.0000001],
    "asinh": [1e19, 2e38, 1e160, 9e6, 4.6e15], "acosh": [1.0000001, 1 + 2**-52, 1e19, 2e38, 1e160, 9e6, 4.6e15], "cbrt": [8, 27, -0.125, 1e-40, 1e-310],
    "hypot": [3, 4, 2e38, 3e19, 1e-23, 1e-40, 1e154, 1.2e308, 1e-162, 1e-310], "pow": [3, 0.5, -0.5, -3, 10, -8, 1e-40, 2**24 + 2, 2**24 - 1, 1e30, 1e300, -1074, -149],
    "sin": [3.14159265, 3.141592653589793, 6.283185307179586, 355, 3215.9, 3217, 102899, 102901, 1e10, 1e22, 0.785398163, 0.785398164],
    "cos": [1.57079633, 1.5707963267948966, 4.71238898038469, 177.5, 3215.9, 3217, 102899, 102901, 1e10, 1e22, 0.785398163, 0.785398164],
    "tan": [1.57079633, 1.5707963267948966, 3.141592653589793, 11, 3215.9, 3217, 102899, 102901, 1e10, 1e22, 0.785398163, 0.785398164],
    "asin": [0.50000006, 0.99999994, 1.0000001, 0.9999], "acos": [0.50000006, 0.99999994, 1.0000001, 0.9999],
    "atan": [0.41421354, 0.4142136, 2.4142135, 1.0000001, 1e16, 1e8], "atan2": [3, 1.2426406, 1.2426407, 1e300, 1e-300, 1e38, 1e-38, 1e-45, 2e-310],
    "erf": [0.99999994, 1.0000001, 3.9192059, 3.93, 5.9215871, 5.95, 6], "erfc": [0.49999997, 0.50000006, 9.19, 9.3, 10.05, 10.06, 26.5, 27.2, 27.226, 27.3, 28],
    "erfinv": [0.98477, 0.98478, 0.99999994, 0.9999999999999999, 1.0000001], "gamma": [3, 5, 10, 18, 19, 23, 34, 35.04, 35.05, 170, 171.6, 171.63, 1e-39, 1e-309],
    "gammaln": [3, 2.9999998, 2.0000002, 1.9999999, 0.99999994, 1e30, 1e301, 1e305, 2.55e305, 2.57e305, 1e37, 4e36, 1e-39, 1e-309],
}  # fmt: skip


def specials(kind):
    info = np.finfo(kind)
    values = [0.0, info.smallest_subnormal, info.tiny - info.smallest_subnormal, info.tiny, 0.5, 1 - info.epsneg, 1, 1 + info.eps, 2, info.max, inf]
    return [s * float(v) for v in values for s in (1, -1)] + [nan]


def one(name, kind, random):
    top, low = (38, -44) if kind == np.float32 else (307, -322)
    wide = [float(s * 10.0**e) for e, s in zip(np.linspace(low, top, 40), random.choice([1, -1], 40) * random.uniform(1, 9, 40))]
    reach = {"exp": 700, "expm1": 700, "exp2": 1000, "sigmoid": 40, "softplus": 40, "sinh": 700, "cosh": 700, "atanh": 1, "asin": 1, "acos": 1, "erf": 6, "erfc": 27, "erfinv": 1, "gamma": 170, "gammaln": 170}.get(name, 20)
    middle = [*random.uniform(-1, 1, 20) * reach * (1 if kind == np.float64 or reach < 100 else 0.12), *random.uniform(-2, 2, 30), *(1 + random.uniform(-1, 1, 20) * 0.01)]
    edges = [s * v for v in EDGES.get(name, []) for s in (1, -1)]
    values = [*specials(kind), *edges, *wide, *middle]
    if name in ("gamma", "gammaln"):  # below 0 they are the runtime's functions
        values = [v for v in values if not v < 0 or v == np.round(v)]
    return [[v] for v in values]


def two(name, kind, random):
    some = [0.0, 1.0, 2.0, 0.5, 3.0, float(np.finfo(kind).smallest_subnormal), float(np.finfo(kind).max), inf]
    ends = [*some, *[-v for v in some], nan]
    pairs = [[a, b] for a in ends for b in ends]
    edges = EDGES[name]
    pairs += [[a, b] for a in edges for b in edges]
    if name == "pow":
        base = random.uniform(0, 1, 60) ** 2 * 10
        return pairs + [[a, b] for a, b in zip(base, random.uniform(-1, 1, 60) * (100 if kind == np.float32 else 900) / np.abs(np.log2(base)))]
    return pairs + [[a, a * b] for a, b in zip(random.uniform(-9, 9, 60), random.uniform(-2, 2, 60))]


def block(name, kind, suffix):
    random = np.random.default_rng(11)
    points = two(name, kind, random) if name in TWO else one(name, kind, random)
    points += [[float(v) for v in p] for p in HARD.get(f"{name}.{suffix}", [])]
    with np.errstate(all="ignore"):
        points = [[float(v) for v in np.asarray(p).astype(kind)] for p in points]
        rows = [[*p, *row(p)({**ONE, **TWO}[name])] for p in points]
    return base64.b64encode(np.array(rows, "<f8").tobytes()).decode()


blocks = {f"{name}.{suffix}": block(name, kind, suffix) for name in [*ONE, *TWO] for kind, suffix in ((np.float32, 32), (np.float64, 64))}
path = here / "vectorMath.json"
path.write_text("{\n" + ",\n".join(f'"{k}":"{v}"' for k, v in blocks.items()) + "\n}\n")
print(f"{path.name}: {path.stat().st_size // 1024} KB")
