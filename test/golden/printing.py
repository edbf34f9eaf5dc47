"""Writes printing.json: arrays and how NumPy prints them. Run: python printing.py > printing.json (NumPy 2.4)."""
import json
import numpy as np

rng = np.random.default_rng(7)
inf, nan = np.inf, np.nan


def dyadic(shape):
    """Short to store."""
    return rng.integers(-99, 99, shape) / 4


def case(a):
    a = np.asarray(a)
    data = [str(v) if not np.isfinite(v) else (v if v or not np.signbit(v) else "-0") for v in a.ravel().astype(float).tolist()]
    data = [int(v) if not isinstance(v, str) and v == int(v) and abs(v) < 1e9 else v for v in data]
    return {"dtype": str(a.dtype), "shape": list(a.shape), "data": data, "text": str(a)}


f64 = [
    [1., 2., 3.], [[1., 2.], [3., 4.]], [1.5, 2.25, 100], [0.1, 0.2, 0.3], [1 / 3, 2 / 3, 1e3], [-1.5, 2, -300.25], [0., -0., 1.], [nan, 1, -inf], [nan, nan],
    [inf, 1e10, -2.5e-7], [1e8], [99999999.], [1e-4], [9.9999e-5], [1e-5, 1], [1, 1000.], [1, 1001.], [1, 999.5, 0], [1e100, 1e-100], [1e100, 1.5], [123456789.123], [12345678.1],
    [98765432.1], [0.123456789123], [1 / 512, 3 / 512], [0.0009765625, 0.001953125, 5 / 512], [1000000005., 1000000015.], [2.5, 1e15], [0.1 + 0.2], [1e16, 1], [], [[], []], [[[1.5]]],
    [nan], [inf, inf], [-inf, 0.5], [5e-324], [1.7976931348623157e308], np.arange(30.), np.linspace(0, 1, 7), np.linspace(-1, 1, 50).reshape(5, 10), rng.random((3, 12)),
    rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2, 2, 2)), rng.normal(size=40) * 1e4, rng.normal(size=40) * 10. ** rng.integers(-12, 12, 40), dyadic(2000),
    dyadic((40, 30)), dyadic((7, 200)), dyadic((200, 7)), dyadic((6, 200)), dyadic((10, 11, 12)), np.zeros((3, 0)), np.ones((1001,)), np.ones((1000,)) * -0.5,
    np.exp(rng.normal(size=30) * 3), np.arange(1001) / 8, rng.integers(-9, 9, (4, 4)) / 4,
]
cases = [case(np.array(a, np.float64)) for a in f64]
cases += [case(np.array(a, np.float64).astype(np.float32)) for a in f64 if np.all(np.abs(np.asarray(a, float)[np.isfinite(np.asarray(a, float))]) < 1e38)]
cases += [case(np.array(a, np.float32)) for a in ([0.1, 3.3], [16777216., 1], [1e6], [999999.], [3.4028235e38], [1e-45], [0.1, 1e-3], rng.random(60), rng.normal(size=(30, 6)) * 100, rng.random(60) / 100 + 0.5)]
cases += [case(rng.integers(max(-1000, np.iinfo(d).min), min(1000, np.iinfo(d).max), (3, 5)).astype(d)) for d in ("int8", "uint8", "int16", "uint16", "int32", "uint32")]
cases += [case(np.array(a, np.int32)) for a in ([1, -20, 300], [], [[0]], np.arange(1100), np.arange(100), np.arange(1200).reshape(400, 3), [-2147483648, 2147483647])]
cases += [case(np.array(a, bool)) for a in ([True, False], [True, True], [[True], [False]], [False] * 50, rng.random((40, 30)) > 0.5, [])]
print(json.dumps({"numpy": np.__version__, "cases": cases}, separators=(",", ":")))
