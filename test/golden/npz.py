"""NumPy's files as the tests of persistence read them, and ours as NumPy reads them: npz.json.

    pip install numpy; python3 npz.py        (Node in the path)

"theirs": written by NumPy: {name, file (base64), arrays: {name: array}}, "" the name of a .npy's. "refused": of dtypes that have no
counterpart. "ours": what persisted.ts writes, with what np.load found in it; for a .npy also whether np.save writes the same bytes.
"""
import base64
import io
import json
import subprocess
import zipfile
import zlib
from pathlib import Path

import numpy as np
from golden import DTYPES, array

here = Path(__file__).parent


def text(raw):
    return base64.b64encode(raw).decode()


def npy(a, version=None):
    f = io.BytesIO()
    np.lib.format.write_array(f, np.asanyarray(a), version=version)
    return f.getvalue()


def expected(a):
    """Long ones are {dtype, shape, zlib}: their bytes, compressed, in base64."""
    if a.size <= 1000:
        return array(a)
    return {"dtype": str(a.dtype), "shape": list(a.shape), "zlib": text(zlib.compress(a.tobytes(), 9))}


def loaded(raw):
    found = np.load(io.BytesIO(raw))
    return {k: expected(found[k]) for k in found if not k.endswith("/")} if isinstance(found, np.lib.npyio.NpzFile) else {"": expected(found)}


class Unseekable(io.RawIOBase):
    """Python writes data descriptors to what it cannot seek in."""

    def __init__(self):
        self.raw = b""

    def writable(self):
        return True

    def write(self, b):
        self.raw += bytes(b)
        return len(b)


def npz(save=np.savez, to=io.BytesIO, **arrays):
    f = to()
    save(f, **arrays)
    return f.raw if to is Unseekable else f.getvalue()


def npz64(**arrays):
    """With 64-bit sizes and counts throughout."""
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 10, 1
    try:
        return npz(**arrays)
    finally:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits


def members(level=None, method=zipfile.ZIP_DEFLATED, comment=b"", folder=False, **arrays):
    f = io.BytesIO()
    with zipfile.ZipFile(f, "w", method, compresslevel=level) as z:
        if folder:
            z.writestr("layer/", b"")
        for name, a in arrays.items():
            z.writestr(name + ".npy", npy(a))
        z.comment = comment
    return f.getvalue()


theirs = []


def give(name, raw):
    theirs.append({"name": name, "file": text(raw), "arrays": loaded(raw)})


def values(dtype):
    if dtype == "bool":
        return [True, False, False, True, True, False]
    if dtype.startswith("float"):
        info = np.finfo(dtype)
        return [0.1, -0.0, np.nan, np.inf, info.smallest_subnormal, info.min]
    info = np.iinfo(dtype)
    return [info.min, info.max, 0, 1, 2, info.max - 1]


for dtype in [*DTYPES, "float16"]:
    a = np.array(values(dtype), dtype).reshape(2, 3)
    give(dtype, npy(a))
    give(dtype + " rank 0", npy(a[0, 0]))
    if a.itemsize > 1:
        give(dtype + " big endian", npy(a.astype(a.dtype.newbyteorder(">"))))
for version in (1, 0), (2, 0), (3, 0):
    give(f"version {version[0]}", npy(np.arange(5.0), version))
counting = np.arange(24, dtype="int16").reshape(2, 3, 4)
give("Fortran order, rank 2", npy(np.asfortranarray(counting[0])))
give("Fortran order, rank 3", npy(np.asfortranarray(counting)))
give("Fortran order, rank 1", npy(np.asfortranarray(np.arange(3.0))))
give("Fortran order, big endian", npy(np.asfortranarray(counting.astype(">i2"))))
give("Fortran order, empty", npy(np.asfortranarray(np.zeros((2, 0, 3)))))
give("strided", npy(counting[:, ::-1, 1]))
give("empty", npy(np.zeros((0, 3), "f4")))
give("length growing in place", npy(np.zeros((12345678, 0))))
for dtype in "int64", "uint64":
    give(dtype + ", small", npy(np.array([0, 7, 2**31 - 1], dtype)))
    give(dtype + ", large", npy(np.array([0, 2**53, 2**62], dtype)))
    give(dtype + ", rank 0", npy(np.array(3, dtype)))
give("int64, negative", npy(np.array([-(2**31), -1], "<i8")))
give("int64, large negative", npy(np.array([-(2**31) - 1, -(2**63), 2**31], ">i8")))
give("every float16", npy(np.arange(0, 65536, 97, dtype="uint16").view("float16")))

rng = np.random.default_rng(4)
some = {"W": rng.normal(size=(3, 4)).astype("f4"), "b": np.arange(4), "rate": np.array(0.1), "on": np.array(True)}
give("savez", npz(**some))
give("savez, data descriptors", npz(to=Unseekable, **some))
give("savez, 64-bit", npz64(**some))
give("savez, nothing", npz())
give("savez_compressed", npz(np.savez_compressed, **some))
give("savez_compressed, data descriptors", npz(np.savez_compressed, Unseekable, **some))
f = io.BytesIO()
np.savez(f, np.arange(3.0), np.eye(2))
give("savez, by position", f.getvalue())
give("names", npz(**{"layer/μ": np.ones(1), "0.W": np.ones(2), "a.npy": np.ones(3), "__proto__": np.ones(4)}))
give("folder and comment", members(comment=b"by hand", folder=True, **{"layer/W": np.ones(3)}))
give("deflate, repetitive", members(9, z=np.zeros(5000, "u1"), p=np.tile(np.arange(7, dtype="u1"), 400)))
give("deflate, text-like", members(9, t=(rng.zipf(1.5, 2500) % 256).astype("u1")))
give("deflate, fixed codes", members(1, s=np.array([7], "u1")))
give("deflate, stored blocks", members(0, r=rng.integers(0, 256, 1500).astype("u1")))
far = rng.integers(0, 256, 300).astype("u1")
give("deflate, distant references", members(9, d=np.concatenate([far, np.zeros(32000, "u1"), far])))

refused = {
    "complex64": np.zeros(2, "c8"),
    "complex128": np.zeros(2, "c16"),
    "longdouble": np.zeros(2, np.longdouble),
    "object": np.array([None, 1], object),
    "unicode": np.array(["ab"]),
    "bytes": np.array([b"ab"]),
    "structure": np.zeros(2, [("a", "f8"), ("b", "i4")]),
    "void": np.zeros(2, "V3"),
    "date": np.array(["2020-01-01"], "datetime64[D]"),
    "int64": np.array([2**53 + 1]),
    "uint64": np.array([0, 2**64 - 1], "u8"),
    "lzma": None,
}
refused = {k: text(members(method=zipfile.ZIP_LZMA, a=np.ones(9)) if v is None else npz(a=v)) for k, v in refused.items()}

ours = []
for name, encoded in json.loads(subprocess.run(["node", here / "persisted.ts"], capture_output=True, check=True).stdout).items():
    raw = base64.b64decode(encoded)
    assert raw[:2] != b"PK" or zipfile.ZipFile(io.BytesIO(raw)).testzip() is None
    same = {"same": npy(np.load(io.BytesIO(raw))) == raw} if name.endswith(".npy") else {}
    ours.append({"name": name, "file": encoded, "arrays": loaded(raw), **same})


def lines(items):
    return ",\n".join(json.dumps(i, separators=(",", ":"), ensure_ascii=False) for i in items)


path = here / "npz.json"
path.write_text(
    f'{{"numpy":"{np.__version__}",\n"theirs":[\n{lines(theirs)}\n],\n"refused":{json.dumps(refused, indent=0)},\n"ours":[\n{lines(ours)}\n]}}\n'
)
print(f"{path.name}: {len(theirs)} files of NumPy, {len(ours)} of ours, {path.stat().st_size // 1024} KB")
