# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tiny-llama-methods/golden.safetensors: ten steps of each fine-tuning method.

Rank-stabilised LoRA, DoRA, LoRA on embeddings and head, full fine-tuning with AdamW and with Muon,
on the model, batch and schedule of tiny_llama.py, which must have run before.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, safetensors 0.8.0.
Run from anywhere: python Tools/goldens/tiny_methods.py
"""
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import LlamaForCausalLM, get_cosine_schedule_with_warmup

from tiny_common import FIXTURES, PROJECTIONS, fresh_folder, random_sequences, save

BASE = FIXTURES / "tiny-llama"
OUT = FIXTURES / "tiny-llama-methods"
STEPS = 10
COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of torch.optim.Muon


def base():
    return LlamaForCausalLM.from_pretrained(
        BASE, dtype=torch.float32, attn_implementation="eager").eval()


def lora(golden, method, **settings):
    """A seeded adapter; B is not zero, so that every part has a gradient."""
    settings = {"r": 4, "lora_alpha": 8, "target_modules": PROJECTIONS, **settings}
    model = get_peft_model(base(), LoraConfig(
        lora_dropout=0.0, bias="none", task_type="CAUSAL_LM", **settings))
    generator = torch.Generator().manual_seed(11)
    trained = [(n.replace(".default", ""), p) for n, p in sorted(model.named_parameters())
               if p.requires_grad]
    with torch.no_grad():
        for name, parameter in trained:
            noise = 0.05 * torch.randn(parameter.shape, generator=generator)
            if "magnitude" in name:
                parameter.mul_(1 + noise)
            else:
                parameter.copy_(noise)
    for name, parameter in trained:
        golden[f"{method}.{name}"] = parameter.detach().clone()
    return model.eval(), trained


def orthogonalized(update):
    """Newton and Schulz in float32, where torch.optim.Muon rounds to bfloat16."""
    a, b, c = COEFFICIENTS
    x = update.T if update.shape[0] > update.shape[1] else update
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if update.shape[0] > update.shape[1] else x


class Muon(torch.optim.Optimizer):
    """torch.optim.Muon with adjust_lr_fn "match_rms_adamw", in float32."""

    def __init__(self, parameters, weight_decay=0.01, momentum=0.95):
        super().__init__(parameters, dict(lr=1e-2, weight_decay=weight_decay, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                buffer = self.state[p].setdefault("buffer", torch.zeros_like(p))
                buffer.lerp_(p.grad, 1 - group["momentum"])
                update = orthogonalized(p.grad.lerp(buffer, group["momentum"]))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(update, alpha=-group["lr"] * 0.2 * max(p.shape) ** 0.5)


def train(golden, method, model, trained, ids, masks, muon=()):
    # PEFT keeps DoRA's norms from one pass to the next unless it is training. Nothing is dropped.
    model.train()
    loss = masked_loss(model, ids, masks)
    loss.backward()
    for name, parameter in trained:
        # One layer's are enough.
        if method not in ("rslora", "muon") and ".layers.1." not in name:
            golden[f"{method}.grad.{name}"] = parameter.grad.clone()
    settings = dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    plain = [p for n, p in trained if n not in muon]
    optimizers = [torch.optim.AdamW(plain, **settings)]
    if muon:
        optimizers.append(Muon([p for n, p in trained if n in muon]))
    schedules = [get_cosine_schedule_with_warmup(o, 3, STEPS) for o in optimizers]
    losses, norms = [], []
    for _ in range(STEPS):
        model.zero_grad()
        loss = masked_loss(model, ids, masks)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0)))
        losses.append(float(loss.detach()))
        for optimizer, schedule in zip(optimizers, schedules):
            optimizer.step()
            schedule.step()
    golden[f"{method}.losses"] = torch.tensor(losses)
    golden[f"{method}.gradnorms"] = torch.tensor(norms)
    print(method, losses)


def masked_loss(model, ids, masks):
    """The masked mean over both sequences."""
    count = sum(int(mask.sum()) for mask in masks)
    total = 0.0
    for row, mask in zip(ids, masks):
        logits = model(input_ids=row[None]).logits[0, :-1]
        losses = torch.nn.functional.cross_entropy(logits, row[1:], reduction="none")
        total = total + (losses * mask[1:]).sum()
    return total / count


def main():
    torch.set_num_threads(1)
    ids, masks = random_sequences([37, 23], vocab=320, seed=7)
    before = load_file(BASE / "golden.safetensors")
    assert (before["ids.0"] == ids[0]).all() and (before["mask.1"] == masks[1]).all()
    golden = {}
    for method, settings in [
        ("rslora", dict(use_rslora=True)),
        ("dora", dict(use_dora=True)),
        ("vocabulary", dict(target_modules=["q_proj", "embed_tokens", "lm_head"])),
    ]:
        model, trained = lora(golden, method, **settings)
        train(golden, method, model, trained, ids, masks)

    for method in ["full", "muon"]:
        model = base()
        trained = sorted(model.named_parameters())
        muon = {n for n, p in trained if n.endswith("proj.weight")} if method == "muon" else ()
        train(golden, method, model, trained, ids, masks, muon)
    fresh_folder(OUT)
    save(golden, OUT / "golden.safetensors")


if __name__ == "__main__":
    main()
