# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/formats with the reference libraries.

Made with gguf 0.19.0, safetensors 0.8.0 and numpy 2.4.6:
    python Tools/goldens/formats.py Tests/Fixtures/formats
"""

import pathlib
import struct
import sys

import gguf
import numpy as np
from safetensors.numpy import save_file

Type = gguf.GGMLQuantizationType
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(20250101)

# Special halves: both zeros, subnormals, the largest, infinity; a NaN has no one golden.
HALVES = np.array(
    [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x3C00], "u2"
)
# Where the half-precision scales stand in a block, for formats that gguf cannot quantise.
SCALES = {Type.Q4_K: (0, 2), Type.Q5_K: (0, 2), Type.Q6_K: (208,)}


def stored(kind, rows, columns):
    """Bytes, [rows, bytes of a row], of random values in the format `kind`."""
    values = random.standard_normal((rows, columns)).astype("f4")
    if kind == Type.F32:
        return values
    if kind == Type.F16:
        halves = values.astype("f2")
        halves.view("u2").flat[: len(HALVES)] = HALVES
        return halves
    if kind in SCALES:
        block, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = random.integers(0, 256, (rows * columns // block, size), dtype="u1")
        for offset in SCALES[kind]:
            scale = random.uniform(-0.02, 0.02, len(blocks)).astype("f2")
            blocks[:, offset : offset + 2] = scale.view("u1").reshape(-1, 2)
        return blocks.reshape(rows, -1)
    return gguf.quants.quantize(values, kind)


KINDS = [
    Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0,
    Type.Q4_K, Type.Q5_K, Type.Q6_K,
]  # fmt: skip


def write_types():
    """One tensor per format, and the float32 values that gguf makes of each, one after another."""
    writer = gguf.GGUFWriter(out / "types.gguf", "test")
    goldens = []
    for kind in KINDS:
        data = stored(kind, 2, 512 if kind in SCALES else 64)
        plain = kind in (Type.F32, Type.F16)
        writer.add_tensor(kind.name, data, raw_dtype=None if plain else kind)
        values = data.astype("f4") if plain else gguf.quants.dequantize(data, kind)
        goldens.append(np.ascontiguousarray(values, "<f4").tobytes())
    finish(writer)
    (out / "types.f32").write_bytes(b"".join(goldens))


def write_metadata():
    """Every kind of metadata, and two tensors, the last of which fills its alignment."""
    writer = gguf.GGUFWriter(out / "metadata.gguf", "test")
    writer.add_custom_alignment(64)
    writer.add_uint8("a.uint8", 255)
    writer.add_int8("a.int8", -128)
    writer.add_uint16("a.uint16", 65535)
    writer.add_int16("a.int16", -32768)
    writer.add_uint32("a.uint32", 2**32 - 1)
    writer.add_int32("a.int32", -(2**31))
    writer.add_uint64("a.uint64", 2**64 - 1)
    writer.add_int64("a.int64", -(2**63))
    writer.add_float32("a.float32", 0.5)
    writer.add_float64("a.float64", 0.1)
    writer.add_bool("a.bool", True)
    writer.add_string("a.string", "grüße 👋")
    writer.add_array("a.strings", ["", "a", "Ġhello", "a string beyond fifteen bytes"])
    writer.add_array("a.ints", [-1, 0, 2**31 - 1])
    writer.add_array("a.floats", [0.0, -1.5])
    writer.add_array("a.bools", [True, False])
    writer.add_tensor("cube", np.arange(24, dtype="f4").reshape(2, 3, 4))
    writer.add_tensor("row", np.arange(16, dtype="f4"))
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_safetensors():
    values = np.arange(6, dtype="f4").reshape(2, 3) / 8 - 0.25
    bfloat16 = (values.view("u4") >> 16).astype("u2")  # exact: the values are short
    tensors = {
        "single": np.float32(7.5),
        "f32": values,
        "f16": values.astype("f2"),
        "i64": np.arange(3, dtype="i8"),
        "empty": np.zeros((0, 4), "f4"),
    }
    tensors = {name: np.asarray(tensor) for name, tensor in tensors.items()}
    save_file(tensors, out / "small.safetensors", {"format": "np", "note": "a \"quoted\" é"})
    # numpy has no bfloat16: save as uint16 and rename the type, which has the same length.
    path = out / "bf16.safetensors"
    save_file({"bf16": bfloat16}, path)
    data = path.read_bytes().replace(b'"U16"', b'"BF16"')
    length = struct.unpack("<Q", data[:8])[0] + 1
    path.write_bytes(struct.pack("<Q", length) + data[8:])

    sharded = out / "sharded"
    sharded.mkdir(exist_ok=True)
    save_file({"a": values}, sharded / "model-00001-of-00002.safetensors")
    save_file({"b": -values, "c": values[:1]}, sharded / "model-00002-of-00002.safetensors")
    (sharded / "model.safetensors.index.json").write_text(
        '{"metadata": {"total_size": 60}, "weight_map": {'
        '"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors", '
        '"c": "model-00002-of-00002.safetensors"}}\n'
    )


write_types()
write_metadata()
write_safetensors()
