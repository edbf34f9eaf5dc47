# Data of the tests of random streams: blocks of Philox4x32-10 as the package randomgen (an implementation in C) makes them, and critical
# values of SciPy. Run: python golden.py > golden.json
import json

import numpy as np
import scipy.stats as st
from randomgen import Philox


def block(counter, key):
    """randomgen counts before it encrypts."""
    whole = sum(int(c) << (32 * i) for i, c in enumerate(counter)) - 1
    p = Philox(counter=whole % 2**128, key=int(key[0]) + (int(key[1]) << 32), number=4, width=32)
    return [int(w) for w in p.random_raw(4)]


rng = np.random.default_rng(20261120)
cases = rng.integers(0, 2**32, (40, 6)).tolist() + [[0, 1, 0, 0, 7, 0], [5, 0, 0, 0, 0, 9], [2**31, 2, 3, 4, 5, 2**32 - 1]]
golden = {
    "philox": [{"counter": c[:4], "key": c[4:], "words": block(c[:4], c[4:])} for c in cases],
}
print(json.dumps(golden, separators=(",", ":")))
