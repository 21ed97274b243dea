# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tiny-llama and tiny-llama-gguf: a tiny random Llama and its reference numbers.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, tokenizers 0.23.3,
safetensors 0.8.0, gguf 0.19.0, llama-cpp-python 0.3.36 (check only).
Run from anywhere: python Tools/goldens/tiny_llama.py

The two sequences run separately; the loss is the sum of the next-token cross-entropies at the
targets with mask 1, over both sequences, divided by the number of those targets.
"""
import json

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers import get_cosine_schedule_with_warmup

import tiny_gguf
from tiny_common import FIXTURES, attach_lora, batch_loss, fresh_folder, lora_parameters
from tiny_common import random_sequences, randomise, run_logits, save

OUT = FIXTURES / "tiny-llama"
STEPS = 10

TOKENIZER_TEXT = [
    "The quick brown fox jumps over the lazy dog and then the dog sleeps.",
    "Close the brackets: ( [ { < > } ] ) and count them, one by one.",
    "A small model learns from a few demonstrations in the context of the task.",
    "there is no other than the one that was there before the other one",
]


def train_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    # SmolLM2's pre-tokenizer: single digits, then GPT-2's byte-level split.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TOKENIZER_TEXT, trainers.BpeTrainer(
        vocab_size=320, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
    assert tokenizer.get_vocab_size() == 320
    return tokenizer


def write_tokenizer(tokenizer):
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|im_start|>",
                            eos_token="<|im_end|>", unk_token="<|endoftext|>",
                            pad_token="<|im_end|>").save_pretrained(OUT)
    texts = ["", "the dog", "  two spaces, 1234 digits", "naïve café — 東京 🙂", "( [ { < > } ] )",
             "line\nbreak\r\n\ttab", "<|im_start|>user\nthere<|im_end|>", "don't they'll we've"]
    cases = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
    (OUT / "tokenizer-cases.json").write_text(
        json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def train_steps(peft_model, ids, masks):
    """Ten AdamW steps on the same batch; the learning rate of step i is the schedule at i."""
    parameters = [p for _, p in lora_parameters(peft_model)]
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, betas=(0.9, 0.999), eps=1e-8,
                                  weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, 3, STEPS)
    losses, norms, rates = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = batch_loss(peft_model, ids, masks)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, 1.0)))
        rates.append(schedule.get_last_lr()[0])
        losses.append(float(loss.detach()))
        optimizer.step()
        schedule.step()
    return losses, norms, rates


def main():
    torch.set_num_threads(1)
    fresh_folder(OUT)
    tokenizer = train_tokenizer()
    write_tokenizer(tokenizer)
    config = LlamaConfig(
        vocab_size=320, hidden_size=64, intermediate_size=176, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-5,
        max_position_embeddings=512, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        bos_token_id=1, eos_token_id=2, pad_token_id=2, attn_implementation="eager")
    model = LlamaForCausalLM(config).float().eval()
    randomise(model, seed=20240601)
    model.save_pretrained(OUT)

    ids, masks = random_sequences([37, 23], vocab=320, seed=7)
    golden = {}
    for i in range(2):
        golden[f"ids.{i}"], golden[f"mask.{i}"] = ids[i].float(), masks[i].float()
    for i, logits in enumerate(run_logits(model, ids)):
        golden[f"logits.{i}"] = logits
    golden["loss"] = batch_loss(model, ids, masks)[0].detach().reshape(1)

    # The GGUF files hold the base weights, so they are written before the adapter is attached.
    tiny_gguf.write(model, tokenizer, ids, golden["logits.0"])

    peft_model = attach_lora(model, rank=4, alpha=8, seed=11)
    for name, parameter in lora_parameters(peft_model):
        golden[name] = parameter.detach().clone()
    for i, logits in enumerate(run_logits(peft_model, ids)):
        golden[f"lora.logits.{i}"] = logits
    loss, embeds = batch_loss(peft_model, ids, masks)
    loss.backward()
    golden["lora.loss"] = loss.detach().reshape(1)
    for name, parameter in lora_parameters(peft_model):
        golden[f"grad.{name}"] = parameter.grad.clone()
    for i in range(2):
        golden[f"grad.inputs_embeds.{i}"] = embeds[i].grad[0]

    losses, norms, rates = train_steps(peft_model, ids, masks)
    golden["steps.losses"] = torch.tensor(losses)
    golden["steps.gradnorms"] = torch.tensor(norms)
    golden["steps.learningrates"] = torch.tensor(rates)
    for name, parameter in lora_parameters(peft_model):
        golden[f"final.{name}"] = parameter.detach().clone()
    save(golden, OUT / "golden.safetensors")
    print("loss", float(golden["loss"]), "lora.loss", float(golden["lora.loss"]))
    print("losses", losses, "\nnorms", norms, "\nrates", rates)
    print("smallest gradient maximum", min(float(golden[k].abs().max())
                                           for k in golden if k.startswith("grad.")))

    # How far float32 is from float64 here: the tolerance a test may ask for.
    twin = LlamaForCausalLM.from_pretrained(OUT, dtype=torch.float64, attn_implementation="eager")
    twin = attach_lora(twin.eval(), rank=4, alpha=8, seed=11).double()
    loss, embeds = batch_loss(twin, ids, masks)
    loss.backward()
    worst = max(float((p.grad - golden[f"grad.{n}"]).abs().max() / p.grad.abs().max())
                for n, p in lora_parameters(twin))
    losses64, _, _ = train_steps(twin, ids, masks)
    print("float64: loss", float(loss.detach()) - float(golden["lora.loss"]), "worst relative gradient",
          worst, "losses", np.abs(np.array(losses64) - np.array(losses)).max(), "final",
          max(float((p.detach() - golden[f"final.{n}"]).abs().max())
              for n, p in lora_parameters(twin)))


if __name__ == "__main__":
    main()
