# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tiny-llama3: scaled RoPE, explicit head_dim, biases, an untied head, shards.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, safetensors 0.8.0.
Weights are stored as bfloat16, which holds them exactly; every reference number is float32.
config.json has transformers 5's `rope_parameters`, config-v4.json the older `rope_theta` and
`rope_scaling`; both describe the same model. config-linear.json is the same weights with linear
scaling, for `linear.logits.0`.
"""
import copy
import json

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from tiny_common import FIXTURES, attach_lora, batch_loss, fresh_folder, lora_parameters
from tiny_common import random_sequences, randomise, run_logits, save

OUT = FIXTURES / "tiny-llama3"
LINEAR = {"rope_type": "linear", "factor": 4.0, "rope_theta": 500000.0}


def with_rope(config, rope):
    config = copy.deepcopy(config)
    config.rope_parameters = dict(rope)
    return config


def logits_with(config, weights, ids):
    model = LlamaForCausalLM(config).float().eval()
    model.load_state_dict(weights)
    return run_logits(model, ids)


def write_config_variants():
    config = json.loads((OUT / "config.json").read_text())
    linear = dict(config, rope_parameters=LINEAR)
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = rope
    config["torch_dtype"] = config.pop("dtype")
    for name, value in (("config-v4.json", config), ("config-linear.json", linear)):
        (OUT / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
    older = LlamaConfig.from_dict(config)
    assert dict(older.rope_parameters) == dict(LlamaConfig.from_pretrained(OUT).rope_parameters)


def main():
    torch.set_num_threads(1)
    fresh_folder(OUT)
    config = LlamaConfig(
        vocab_size=128, hidden_size=64, intermediate_size=112, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=24, rms_norm_eps=1e-5,
        max_position_embeddings=512, tie_word_embeddings=False, attention_bias=True,
        mlp_bias=False, rope_parameters={
            "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64},
        bos_token_id=1, eos_token_id=2, attn_implementation="eager")
    model = LlamaForCausalLM(config).float().eval()
    # Wide projections make attention sharp, so that a wrong rotation shows in the logits.
    randomise(model, seed=99)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "q_proj.weight" in name or "k_proj.weight" in name:
                parameter.mul_(2)
    weights = {k: v.clone() for k, v in model.state_dict().items()}
    model.to(torch.bfloat16).save_pretrained(OUT, max_shard_size="80KB")
    model = LlamaForCausalLM.from_pretrained(OUT, dtype=torch.float32,
                                             attn_implementation="eager").eval()
    assert all(torch.equal(v, weights[k]) for k, v in model.state_dict().items())
    write_config_variants()

    ids, masks = random_sequences([150, 61], vocab=128, seed=8)
    golden = {}
    for i, logits in enumerate(run_logits(model, ids)):
        golden[f"ids.{i}"], golden[f"mask.{i}"] = ids[i].float(), masks[i].float()
        golden[f"logits.{i}"] = logits
    golden["loss"] = batch_loss(model, ids, masks)[0].detach().reshape(1)
    golden["linear.logits.0"] = logits_with(with_rope(config, LINEAR), weights, ids[:1])[0]
    plain = logits_with(
        with_rope(config, {"rope_type": "default", "rope_theta": 500000.0}), weights, ids[:1])[0]
    for name in ("logits.0", "linear.logits.0"):
        print(name, "differs from unscaled RoPE by", float((golden[name] - plain).abs().max()))

    peft_model = attach_lora(model, rank=4, alpha=8, seed=12)
    for name, parameter in lora_parameters(peft_model):
        golden[name] = parameter.detach().clone()
    for i, logits in enumerate(run_logits(peft_model, ids)):
        golden[f"lora.logits.{i}"] = logits
    loss, _ = batch_loss(peft_model, ids, masks)
    loss.backward()
    golden["lora.loss"] = loss.detach().reshape(1)
    for name, parameter in lora_parameters(peft_model):
        golden[f"grad.{name}"] = parameter.grad.clone()
    save(golden, OUT / "golden.safetensors")
    print("loss", float(golden["loss"]), "lora.loss", float(golden["lora.loss"]))


if __name__ == "__main__":
    main()
