# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tiny-llama-gguf: the tiny Llama as GGUF, F32 and Q8_0, and its logits.

Called by tiny_llama.py, which names the pinned versions.
"""
import json

import gguf
import numpy as np
import torch
from transformers import LlamaForCausalLM

from tiny_common import FIXTURES, fresh_folder, run_logits, save

OUT = FIXTURES / "tiny-llama-gguf"
LAYER_NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def gguf_name(name):
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{LAYER_NAMES[rest.removesuffix('.weight')]}.weight"


def interleave(weight, heads):
    """Rows of each head from halves (i, i + E/2) to pairs (2i, 2i + 1), as GGUF's Llama expects."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def deinterleave(weight, heads):
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def heads_of(name, config):
    if "q_proj" in name:
        return config.num_attention_heads
    return config.num_key_value_heads if "k_proj" in name else None


def add_metadata(writer, config, tokenizer, file_type):
    writer.add_name("tiny-llama")
    writer.add_file_type(file_type)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    bpe = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(bpe["vocab"], key=bpe["vocab"].get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if i < 3 else gguf.TokenType.NORMAL
                            for i in range(len(tokens))])
    writer.add_token_merges([" ".join(pair) for pair in bpe["merges"]])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)


def write_file(path, model, tokenizer, quantised):
    """Writes one file; returns the weights it stands for, under the model's own names."""
    config, kinds = model.config, gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(path, "llama")
    add_metadata(writer, config, tokenizer, gguf.LlamaFileType.MOSTLY_Q8_0 if quantised
                 else gguf.LlamaFileType.ALL_F32)
    meaning = {}
    for name, parameter in model.named_parameters():
        weight, heads = parameter.detach().numpy(), heads_of(name, config)
        stored = np.ascontiguousarray(interleave(weight, heads) if heads else weight)
        kind = kinds.F32
        if quantised and weight.ndim == 2:
            # A row of 176 is no whole number of 32-blocks, so ffn_down stays in half precision.
            kind = kinds.Q8_0 if weight.shape[1] % 32 == 0 else kinds.F16
        data = gguf.quants.quantize(stored, kind)
        writer.add_tensor(gguf_name(name), data, raw_dtype=kind)
        back = gguf.quants.dequantize(data, kind).astype(np.float32).reshape(stored.shape)
        meaning[name] = torch.from_numpy(np.array(deinterleave(back, heads) if heads else back))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return meaning


def check_with_llama_cpp(path, ids, expected):
    try:
        import llama_cpp
    except ImportError:
        print("llama_cpp is absent: file not cross-checked with it")
        return
    llm = llama_cpp.Llama(str(path), n_ctx=64, n_threads=1, logits_all=True, verbose=False)
    llm.eval(ids.tolist())
    logits = np.array(llm.scores[:len(ids)])
    print(path.name, "llama.cpp difference", float(np.abs(logits - expected.numpy()).max()))
    text = "the naïve dog counts 1234 ( [ {"
    print(path.name, "llama.cpp ids", llm.tokenize(text.encode(), add_bos=False))


def write(model, tokenizer, ids, logits):
    fresh_folder(OUT)
    golden = {"ids.0": ids[0], "ids.1": ids[1]}
    for key, quantised in (("f32", False), ("q8", True)):
        path = OUT / ("model-q8_0.gguf" if quantised else "model-f32.gguf")
        meaning = write_file(path, model, tokenizer, quantised)
        twin = LlamaForCausalLM(model.config).float().eval()
        twin.load_state_dict(meaning, strict=False)
        twin.tie_weights()
        rows = run_logits(twin, ids)
        for i, row in enumerate(rows):
            golden[f"{key}.logits.{i}"] = row
        loaded = LlamaForCausalLM.from_pretrained(OUT, gguf_file=path.name, dtype=torch.float32,
                                                  attn_implementation="eager").eval()
        difference = float((run_logits(loaded, ids)[0] - rows[0]).abs().max())
        assert difference < 1e-5, f"transformers reads {path.name} differently: {difference}"
        print(path.name, "from the original", float((rows[0] - logits).abs().max()),
              "transformers' own reading", difference)
        check_with_llama_cpp(path, ids[0], rows[0])
    print("tokenizers ids", tokenizer.encode("the naïve dog counts 1234 ( [ {").ids)
    assert torch.equal(golden["f32.logits.0"], logits)
    del golden["f32.logits.0"], golden["f32.logits.1"]
    save(golden, OUT / "golden.safetensors")
