# SPDX-License-Identifier: Apache-2.0
"""What the tiny-model golden scripts share: seeded weights, adapters, the batch loss, saving."""
import pathlib
import shutil

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def fresh_folder(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def randomise(model, seed):
    """Matrices and biases std 0.08, norm gains around one; every value is exact in bfloat16."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            value = 1 + 0.2 * noise if "norm" in name else 0.08 * noise
            parameter.copy_(value.bfloat16().float())
    model.tie_weights()


def random_sequences(lengths, vocab, seed):
    generator = torch.Generator().manual_seed(seed)
    ids = [torch.randint(3, vocab, (n,), generator=generator) for n in lengths]
    masks = [(torch.rand(n, generator=generator) < 0.6).long() for n in lengths]
    for mask in masks:
        mask[0] = 0  # nothing predicts the first token
    return ids, masks


def attach_lora(model, rank, alpha, seed):
    peft_model = get_peft_model(model, LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=0.0, bias="none", target_modules=PROJECTIONS,
        task_type="CAUSAL_LM"))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, parameter in lora_parameters(peft_model):
            parameter.copy_(0.05 * torch.randn(parameter.shape, generator=generator))
    return peft_model.eval()


def lora_parameters(peft_model):
    """The adapter's parameters, sorted, under the names PEFT gives them in a file."""
    return sorted((name.replace(".default", ""), parameter)
                  for name, parameter in peft_model.named_parameters() if "lora_" in name)


def run_logits(model, ids):
    with torch.no_grad():
        return [model(input_ids=row[None]).logits[0].clone() for row in ids]


def batch_loss(model, ids, masks):
    """The masked mean over both sequences, and the embedding leaves whose gradient it fills."""
    count = sum(int(mask.sum()) for mask in masks)
    total, leaves = 0.0, []
    for row, mask in zip(ids, masks):
        embeds = model.get_input_embeddings()(row[None]).detach().requires_grad_(True)
        leaves.append(embeds)
        logits = model(inputs_embeds=embeds).logits[0, :-1]
        losses = torch.nn.functional.cross_entropy(logits, row[1:], reduction="none")
        total = total + (losses * mask[1:]).sum()
    return total / count, leaves


def save(tensors, path):
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, path)
    folder = path.parent
    size = sum(f.stat().st_size for f in folder.iterdir())
    assert size < 1_000_000, f"{folder} holds {size} bytes"
    print(folder.name, size, "bytes;", path.name, path.stat().st_size)
