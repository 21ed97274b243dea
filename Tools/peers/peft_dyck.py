# SPDX-License-Identifier: Apache-2.0
"""The README's comparison with PyTorch + PEFT: the same draws, prompts and recipe as `hone solve`.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, gguf 0.19.0.
Run: python Tools/peers/peft_dyck.py MODEL.gguf dyck_languages.json SEED
Prints one JSON object: right answers in context and after training, and the losses.
"""
import json
import os
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import (AutoModelForCausalLM, AutoTokenizer, DynamicCache,
                          get_cosine_schedule_with_warmup)

MASK = (1 << 64) - 1
STEPS, WARMUP, RANK, ALPHA, RATE = 20, 5, 16, 32, 5e-4
INSTRUCTION = ("Correctly close a Dyck-n word. Answer with the missing closing brackets only, "
               "separated by spaces.\n")


class RandomSource:
    """Hone's generator (xoshiro256**), so that both draw the same examples."""

    def __init__(self, seed):
        def next_state():
            nonlocal seed
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            return z ^ (z >> 31)
        self.s = [next_state() for _ in range(4)]

    def next(self):
        s = self.s
        rotate = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        result = (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def derived(self, purpose):
        copy = RandomSource(0)
        copy.s = list(self.s)
        seed = copy.next()
        for byte in purpose.encode():
            seed = ((seed ^ byte) * 0x100000001B3) & MASK
        return RandomSource(seed)

    def below(self, bound):
        limit = MASK - MASK % bound
        while True:
            draw = self.next()
            if draw < limit:
                return draw % bound

    def shuffled(self, items):
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


def main():
    path, data, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    folder, name = os.path.dirname(os.path.abspath(path)), os.path.basename(path)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    examples = json.load(open(data))["examples"]
    drawn = RandomSource(seed).derived("draw").shuffled(examples)
    demonstrations, queries = drawn[:10], drawn[10:50]

    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    # Pieces are tokenised by themselves and joined, as Hone does.
    def question(example):
        return encode(f"\nQ: {example['input'].strip()}\nA:")

    def answer(example):
        return encode(f" {example['target'].strip()}\n")

    opening = encode(INSTRUCTION)
    prefix = opening + [t for e in demonstrations for t in question(e) + answer(e)]
    longest = 2 * max(len(answer(e)) for e in demonstrations) + 8

    @torch.no_grad()
    def right_answers(m):
        right = 0
        for example in queries:
            cache, new, out = DynamicCache(), prefix + question(example), []
            while len(out) < longest:
                logits = m(input_ids=torch.tensor([new]), past_key_values=cache).logits[0, -1]
                out.append(int(logits.argmax()))
                new = out[-1:]
                if out[-1] == tokenizer.eos_token_id or "\n" in tokenizer.decode(out):
                    break
            text = tokenizer.decode([t for t in out if t != tokenizer.eos_token_id])
            right += text.split("\n")[0].strip() == example["target"].strip()
        return right

    in_context = right_answers(model)
    torch.manual_seed(seed)
    targets = "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj".split()
    adapted = get_peft_model(model, LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets))
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, WARMUP, STEPS)
    random, losses, start = RandomSource(seed).derived("samples"), [], time.perf_counter()
    for _ in range(STEPS):
        ids, labels = list(opening), [-100] * len(opening)
        for example in random.shuffled(demonstrations):
            ids += question(example) + answer(example)
            labels += [-100] * len(question(example)) + answer(example)
        loss = adapted(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(float(loss.detach()))
    seconds = time.perf_counter() - start
    adapted.eval()
    print(json.dumps({"seed": seed, "queries": len(queries), "inContext": in_context,
                      "ttt": right_answers(adapted), "trainSeconds": seconds, "losses": losses}))


if __name__ == "__main__":
    main()
