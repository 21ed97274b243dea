# SPDX-License-Identifier: Apache-2.0
"""Writes a random Llama of 1.2 billion parameters in Q4_0, to measure the memory of training it.

Pinned: Python 3.11+, gguf 0.19.0, numpy.
Run: python Tools/peers/random_llama.py SmolLM2-135M-Instruct.Q4_1.gguf random-1.2b.gguf

The first file gives the tokenizer. Weights are normal with a deviation of 0.02.
"""
import sys

import gguf
import numpy as np

HIDDEN, FEED_FORWARD, LAYERS, HEADS, KEY_HEADS, VOCABULARY = 2048, 8192, 17, 32, 8, 49152
FORMAT = gguf.GGMLQuantizationType.Q4_0


def main():
    source, target = sys.argv[1:]
    writer = gguf.GGUFWriter(target, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(VOCABULARY)
    for key, field in gguf.GGUFReader(source).fields.items():
        if key.startswith("tokenizer."):
            if field.types[0] == gguf.GGUFValueType.ARRAY:
                writer.add_array(key, field.contents())
            else:
                writer.add_key_value(key, field.contents(), field.types[0])
    random = np.random.default_rng(0)
    count = 0

    def add(name, outputs, inputs):
        nonlocal count
        values = 0.02 * random.standard_normal((outputs, inputs), dtype=np.float32)
        writer.add_tensor(name, gguf.quants.quantize(values, FORMAT), raw_dtype=FORMAT)
        count += outputs * inputs

    add("token_embd.weight", VOCABULARY, HIDDEN)
    keys = HIDDEN // HEADS * KEY_HEADS
    for layer in range(LAYERS):
        for name, outputs, inputs in [
                ("attn_q", HIDDEN, HIDDEN), ("attn_k", keys, HIDDEN), ("attn_v", keys, HIDDEN),
                ("attn_output", HIDDEN, HIDDEN), ("ffn_gate", FEED_FORWARD, HIDDEN),
                ("ffn_up", FEED_FORWARD, HIDDEN), ("ffn_down", HIDDEN, FEED_FORWARD)]:
            add(f"blk.{layer}.{name}.weight", outputs, inputs)
        for name in ["attn_norm", "ffn_norm"]:
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(HIDDEN, np.float32))
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    add("output.weight", VOCABULARY, HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{count} parameters")


if __name__ == "__main__":
    main()
