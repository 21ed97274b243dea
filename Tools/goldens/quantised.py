# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/formats/quantised.gguf: values, and what gguf's quantisers make of them.

Pinned: Python 3.11+, gguf 0.19.0, numpy.
Run from anywhere: python Tools/goldens/quantised.py
"""
import pathlib

import gguf
import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "formats"
KINDS = ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"]


def values():
    random = np.random.default_rng(9)
    rows = random.normal(0, 0.05, (12, 64)).astype("f4")
    rows[0] = 0
    rows[1] = 0.25
    rows[2] = -0.25
    rows[3, 5] = 3  # one value that makes the others small
    rows[4] *= 1e-6
    rows[5] *= 1e-9  # scales below half precision's smallest
    rows[6] *= 1e4
    rows[7] = np.abs(rows[7])
    rows[8] = -np.abs(rows[8])
    rows[9] = np.arange(64) - 31.5  # ties
    rows[10] = np.where(np.arange(64) % 2, 1, -1)
    return rows


def main():
    rows = values()
    writer = gguf.GGUFWriter(OUT / "quantised.gguf", "test")
    writer.add_tensor("values", rows)
    for name in KINDS:
        kind = gguf.GGMLQuantizationType[name]
        data = gguf.quants.quantize(rows, kind)
        writer.add_tensor(name, data, raw_dtype=None if name == "F16" else kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print((OUT / "quantised.gguf").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
