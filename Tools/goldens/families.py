# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/<family>: tiny random models of each family and their reference numbers.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, safetensors 0.8.0, gguf 0.19.0.

    python Tools/goldens/families.py [family …]

Each folder holds the model as transformers saves it and as GGUF, both bfloat16, which holds the
weights exactly; every reference number is float32. config-NAME.json is the same model under another
configuration, for `NAME.logits.0`. The loss is that of tiny_llama.py.
"""
import copy
import json
import sys

import gguf
import torch
import transformers

from tiny_common import FIXTURES, attach_lora, batch_loss, fresh_folder, lora_parameters
from tiny_common import random_sequences, randomise, run_logits, save

SIZES = dict(
    vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=512, rms_norm_eps=1e-5, pad_token_id=0,
    bos_token_id=1, eos_token_id=2)
YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
        "original_max_position_embeddings": 32}

# Sizes beside those above, GGUF's architecture, and other configurations of the same weights.
# Windows are shorter than the sequences, one of which is longer than a tile of the backward.
FAMILIES = {
    "mistral": dict(
        architecture="llama",
        config=dict(sliding_window=9, rope_parameters={"rope_type": "default", "rope_theta": 1e4}),
        variants={"full": dict(sliding_window=None)}),
    "qwen2": dict(
        architecture="qwen2",
        config=dict(tie_word_embeddings=True,
                    rope_parameters={"rope_type": "default", "rope_theta": 1e6}),
        variants={
            "window": dict(use_sliding_window=True, sliding_window=7, max_window_layers=1,
                           layer_types=None),
            "yarn": dict(rope_parameters=YARN),
            "mscale": dict(rope_parameters=dict(
                YARN, beta_fast=8, beta_slow=2, mscale=0.7, mscale_all_dim=0.3, truncate=False)),
        }),
    "qwen3": dict(
        architecture="qwen3",
        config=dict(head_dim=12, rope_parameters={"rope_type": "default", "rope_theta": 1e6}),
        variants={"yarn": dict(rope_parameters=dict(YARN, attention_factor=1.3))}),
    # Its projections are split on load, so the adapter's reference is that of the same model split.
    "phi3": dict(
        architecture="phi3", twin="mistral",
        config=dict(sliding_window=9, rope_parameters={"rope_type": "default", "rope_theta": 1e4}),
        variants={}),
    "gemma2": dict(
        architecture="gemma2", config=dict(
            head_dim=12, query_pre_attn_scalar=12, sliding_window=9, attn_logit_softcapping=1.5,
            final_logit_softcapping=2.0, tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1e4}),
        variants={"plain": dict(query_pre_attn_scalar=20, attn_logit_softcapping=None,
                                final_logit_softcapping=None)}),
    "gemma3_text": dict(
        architecture="gemma3", config=dict(
            head_dim=12, query_pre_attn_scalar=12, sliding_window=9, tie_word_embeddings=True,
            layer_types=["sliding_attention", "full_attention"],
            rope_parameters={
                "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e6},
                "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}),
        variants={"pattern": dict(layer_types=None, query_pre_attn_scalar=20)}),
}

NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm", "self_attn.qkv_proj": "attn_qkv",
    "mlp.gate_up_proj": "ffn_up",
}
GEMMA_NAMES = {
    "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}


def make(config):
    return transformers.AutoModelForCausalLM.from_config(
        config, attn_implementation="eager", dtype=torch.float32).eval()


def gguf_name(name, architecture):
    names = {**NAMES, **(GEMMA_NAMES if architecture.startswith("gemma") else {})}
    module, kind = name.rsplit(".", 1)
    if not module.startswith("model.layers."):
        return f"{names[module]}.{kind}"
    _, _, layer, rest = module.split(".", 3)
    return f"blk.{layer}.{names[rest]}.{kind}"


def interleaved(weight, heads):
    """Rows of each head from halves (i, i + E/2) to pairs (2i, 2i + 1): the llama architecture's."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]) \
        .swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path, model, architecture):
    config = model.config
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    rope = config.rope_parameters.get("full_attention", config.rope_parameters)
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if architecture == "gemma3":
        writer.add_uint32("gemma3.attention.sliding_window_pattern", 2)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, parameter in model.named_parameters():
        weight = parameter.detach()
        module = name.split(".")[-2]
        if architecture == "llama" and module in heads:
            weight = interleaved(weight, heads[module])
        if architecture.startswith("gemma") and "norm" in name:
            weight = weight + 1
        kind = gguf.GGMLQuantizationType.BF16 if weight.ndim == 2 else gguf.GGMLQuantizationType.F32
        data = gguf.quants.quantize(weight.contiguous().numpy(), kind)
        writer.add_tensor(gguf_name(name, architecture), data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_variants(out, config, variants, weights, ids, golden):
    """Another configuration of the same weights each, and what it makes of the first sequence."""
    for name, changes in variants.items():
        varied = type(config)(**{**json.loads(config.to_json_string()), **copy.deepcopy(changes)})
        model = make(varied)
        model.load_state_dict(weights)
        golden[f"{name}.logits.0"] = run_logits(model, ids[:1])[0]
        print(name, "differs by", float((golden[f"{name}.logits.0"] - golden["logits.0"]).abs().max()))
        varied.architectures = [type(model).__name__]
        (out / f"config-{name}.json").write_text(varied.to_json_string())


def split(model, twin):
    """The model with a matrix for each projection, as another family has them."""
    config = transformers.AutoConfig.for_model(
        twin, **{k: v for k, v in model.config.to_dict().items() if k != "model_type"})
    result = make(config)
    heads = config.num_attention_heads, config.num_key_value_heads, config.num_key_value_heads
    rows = {"qkv": [config.head_dim * count for count in heads],
            "gate_up": [config.intermediate_size] * 2}
    weights = {}
    for name, value in model.state_dict().items():
        fused = next((key for key in rows if f".{key}_proj." in name), None)
        if fused is None:
            weights[name] = value
            continue
        modules = ["gate", "up"] if fused == "gate_up" else list(fused)
        for module, part in zip(modules, value.split(rows[fused])):
            weights[name.replace(fused, module)] = part
    result.load_state_dict(weights)
    return result


def write(family, architecture, config, variants, twin=None):
    out = FIXTURES / family
    fresh_folder(out)
    config = transformers.AutoConfig.for_model(family, **{**SIZES, **config})
    model = make(config)
    randomise(model, seed=31)
    with torch.no_grad():
        # Wide projections make attention sharp, so that a wrong rotation or window shows.
        for name, parameter in model.named_parameters():
            if architecture.startswith("gemma") and "norm" in name:
                parameter.sub_(1)  # These gains are added to one.
            if any(f"{part}_proj.weight" in name for part in ("q", "k", "qkv")):
                parameter.mul_(4)
    weights = {k: v.clone() for k, v in model.state_dict().items()}
    model.to(torch.bfloat16).save_pretrained(out)
    model = make(transformers.AutoConfig.from_pretrained(out))
    model.load_state_dict(weights)
    saved = transformers.AutoModelForCausalLM.from_pretrained(out, dtype=torch.float32)
    assert all(torch.equal(v, weights[k]) for k, v in saved.state_dict().items())
    (out / "generation_config.json").unlink()
    write_gguf(out / "model.gguf", model, architecture)

    ids, masks = random_sequences([75, 23], vocab=SIZES["vocab_size"], seed=5)
    golden = {}
    for i, logits in enumerate(run_logits(model, ids)):
        golden[f"ids.{i}"], golden[f"mask.{i}"] = ids[i].float(), masks[i].float()
        golden[f"logits.{i}"] = logits
    write_variants(out, config, variants, weights, ids, golden)

    if twin:
        model = split(model, twin)
        difference = max(float((a - golden[f"logits.{i}"]).abs().max())
                         for i, a in enumerate(run_logits(model, ids)))
        assert difference < 1e-5, f"the split model differs by {difference}"
    peft_model = attach_lora(model, rank=4, alpha=8, seed=13)
    for name, parameter in lora_parameters(peft_model):
        golden[name] = parameter.detach().clone()
    golden["lora.logits.0"], golden["lora.logits.1"] = run_logits(peft_model, ids)
    loss, embeds = batch_loss(peft_model, ids, masks)
    loss.backward()
    golden["lora.loss"] = loss.detach().reshape(1)
    for name, parameter in lora_parameters(peft_model):
        golden[f"grad.{name}"] = parameter.grad.clone()
    for i in range(2):
        golden[f"grad.inputs_embeds.{i}"] = embeds[i].grad[0]
    save(golden, out / "golden.safetensors")
    print("largest logit", float(golden["logits.0"].abs().max()), "lora.loss", float(loss.detach()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for family in sys.argv[1:] or FAMILIES:
        write(family, **FAMILIES[family])
