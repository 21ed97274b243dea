# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/adapters: LoRA adapters of the tiny Llama, and its logits with them.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, safetensors 0.8.0, numpy.
Run from anywhere, after tiny_llama.py: python Tools/goldens/adapters.py

PEFT itself writes the folders peft-*; mlx is written here from PEFT's numbers under mlx-lm's names
and shapes, as its release 0.28 saves them, since MLX runs on few machines.
"""
import json

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlamaForCausalLM

from tiny_common import FIXTURES, PROJECTIONS, fresh_folder

BASE = FIXTURES / "tiny-llama"
OUT = FIXTURES / "adapters"
IDS = torch.tensor([[5, 17, 300, 42, 9, 250, 77, 131, 8, 64]])

CASES = {
    "peft-default": (dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"]), torch.float32),
    "peft-rslora-bf16": (dict(r=3, lora_alpha=5, use_rslora=True, target_modules="all-linear"),
                         torch.bfloat16),
    "peft-patterns-f16": (dict(
        r=2, lora_alpha=4, target_modules=r".*layers\.[01]\.(self_attn\.(q|k)_proj|mlp\.down_proj)",
        rank_pattern={"down_proj": 3, "model.layers.1.self_attn.k_proj": 1},
        alpha_pattern={r"layers\.0\.self_attn\.q_proj": 7, "down_proj": 6}), torch.float16),
    "peft-one-layer": (dict(r=2, lora_alpha=3, layers_to_transform=[1], layers_pattern="layers",
                            target_modules=["o_proj", "gate_proj"]), torch.float32),
    "peft-dora": (dict(r=4, lora_alpha=8, use_dora=True, target_modules=["q_proj", "v_proj"]),
                  torch.float32),
    "peft-vocabulary-bf16": (dict(r=4, lora_alpha=8,
                                  target_modules=["v_proj", "embed_tokens", "lm_head"]),
                             torch.bfloat16),
}


def base():
    return LlamaForCausalLM.from_pretrained(BASE, dtype=torch.float32, attn_implementation="eager")


def with_adapter(settings, dtype, seed):
    model = get_peft_model(base(), LoraConfig(bias="none", task_type="CAUSAL_LM", **settings))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "magnitude" in name:
                parameter.mul_(1 + 0.15 * torch.randn(parameter.shape, generator=generator))
            elif "lora_" in name:
                noise = 0.15 * torch.randn(parameter.shape, generator=generator)
                parameter.copy_(noise.to(dtype).float())
    return model.eval()


def logits(model):
    with torch.no_grad():
        return model(input_ids=IDS).logits[0].clone()


def write_mlx(golden):
    """The last layer only, rank 4, scale 10: names, shapes and configuration are mlx-lm's."""
    settings = dict(r=4, lora_alpha=40, layers_to_transform=[1], layers_pattern="layers",
                    target_modules=PROJECTIONS)
    model = with_adapter(settings, torch.float32, seed=50)
    golden["mlx"] = logits(model)
    folder = OUT / "mlx"
    folder.mkdir()
    tensors = {}
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            name = name.removeprefix("base_model.model.").replace(".default.weight", "")
            name = name.replace("lora_A", "lora_a").replace("lora_B", "lora_b")
            tensors[name] = parameter.detach().T.contiguous()
    save_file(tensors, folder / "adapters.safetensors", metadata={"format": "mlx"})
    keys = [f"self_attn.{p}" if p in PROJECTIONS[:4] else f"mlp.{p}" for p in PROJECTIONS]
    (folder / "adapter_config.json").write_text(json.dumps({
        "adapter_path": "adapters", "batch_size": 4, "data": "data", "fine_tune_type": "lora",
        "iters": 1000, "learning_rate": 1e-05,
        "lora_parameters": {"dropout": 0.0, "keys": keys, "rank": 4, "scale": 10.0},
        "mask_prompt": False, "max_seq_length": 2048, "model": "tiny-llama", "num_layers": 1,
        "optimizer": "adam", "seed": 0}, indent=4))


def main():
    torch.set_num_threads(1)
    fresh_folder(OUT)
    golden = {"ids": IDS[0].float(), "base": logits(base())}
    for index, (name, (settings, dtype)) in enumerate(CASES.items()):
        model = with_adapter(settings, dtype, seed=40 + index)
        golden[name] = logits(model)
        model.save_pretrained(OUT / name)
        for extra in ("README.md",):
            (OUT / name / extra).unlink(missing_ok=True)
        path = OUT / name / "adapter_model.safetensors"
        save_file({k: v.to(dtype) for k, v in load_file(path).items()}, path,
                  metadata={"format": "pt"})
        config = OUT / name / "adapter_config.json"
        values = json.loads(config.read_text())
        values["base_model_name_or_path"] = "tiny-llama"
        config.write_text(json.dumps(values, indent=2) + "\n")
    write_mlx(golden)
    save_file({k: v.contiguous() for k, v in golden.items()}, OUT / "golden.safetensors")
    for name in [*CASES, "mlx"]:
        print(name, "moves logits by", float((golden[name] - golden["base"]).abs().max()))
    size = sum(f.stat().st_size for f in OUT.rglob("*") if f.is_file())
    assert size < 300_000, size
    print(size, "bytes")


if __name__ == "__main__":
    main()
