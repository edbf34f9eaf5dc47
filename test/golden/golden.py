"""Cases for the op tables, computed by NumPy (and SciPy, mpmath): written as <topic>.json beside the scripts.

    pip install numpy scipy mpmath; for f in elementwise promotion reduce shape indexing linear nnet make special rearrange; do python3 $f.py; done

A case is {op, args, result} and optionally static (its lengths must be known while building), rough (a formula of several
steps), absolute (an error that its formula has whatever the result is), anyZero (the sign of zero is JavaScript's). Arguments: "$name" is an
array of the file's `arrays`, {"slice": [start, stop, step]}, {"newaxis": 1}, {"options": {...}},
{"call": [op, ...args]}, or the literal itself. A case of an op that gives a list says which `part` it is about.
NaN, infinities and -0 are strings. float32 results are float64 results rounded once.
"""
import json
import math
from pathlib import Path

import numpy as np

DTYPES = ["float64", "float32", "int32", "uint32", "int16", "uint16", "int8", "uint8", "bool"]
FLOATS = DTYPES[:2]


def number(v):
    if isinstance(v, (bool, np.bool_)):
        return int(v)
    if isinstance(v, (int, np.integer)):
        return int(v)
    v = float(v)
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    if v == 0 and math.copysign(1, v) < 0:
        return "-0"
    return int(v) if v == int(v) and abs(v) < 2**53 else v


def array(a):
    a = np.asarray(a)
    # float64 numbers print with 17 digits; those of float32 are exact float64 values and need no more
    return {"dtype": str(a.dtype), "shape": list(a.shape), "data": [number(v) for v in a.ravel()]}


class Golden:
    def __init__(self, topic):
        self.topic = topic
        self.arrays = {}
        self.cases = []

    def give(self, name, a):
        """Registers an input; returns what a case calls it."""
        self.arrays[name] = array(a)
        return "$" + name

    def case(self, op, args, result, dtype=None, **more):
        """`dtype`: what the result is rounded to, where NumPy has no such dtype or another one."""
        result = np.asarray(result)
        if dtype is not None:
            result = result.astype(dtype)
        self.cases.append({"op": op, "args": list(args), "result": array(result), **{k: v for k, v in more.items() if v is not False}})

    def write(self):
        path = Path(__file__).parent / f"{self.topic}.json"
        lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in self.cases)
        arrays = ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in self.arrays.items())
        path.write_text(f'{{"numpy":"{np.__version__}",\n"arrays":{{\n{arrays}\n}},\n"cases":[\n{lines}\n]}}\n')
        print(f"{path.name}: {len(self.cases)} cases, {path.stat().st_size // 1024} KB")
