"""NumPy's promotion of every pair of dtypes, and with weak (literal) integers and floats. NumPy 2 (NEP 50).

int64 has no typed array of numbers: as the promotion of two arrays it is float64 here, of a bool and a literal int32.
"""
import json
from pathlib import Path

import numpy as np

from golden import DTYPES


def table(right, instead):
    return {d: instead.get(str(t), str(t)) for d in DTYPES for t in [np.result_type(np.dtype(d), right)]}


pairs = {d: table(np.dtype(d), {"int64": "float64"}) for d in DTYPES}
result = {"numpy": np.__version__, "pairs": pairs, "weakInt": table(0, {"int64": "int32"}), "weakFloat": table(0.0, {})}
path = Path(__file__).parent / "promotion.json"
path.write_text(json.dumps(result, indent=1) + "\n")
print(f"{path.name}: {len(DTYPES) ** 2 + 2 * len(DTYPES)} entries")
