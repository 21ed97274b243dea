# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/perplexity/tiny-llama.json: what PyTorch says of a text and of rows.

Pinned: torch 2.15.0, transformers 5.23.0, numpy 2; peft for the adapter. Model and adapter are
Tests/Fixtures/tiny-llama and adapters/peft-default.

Usage: python Tools/goldens/perplexity.py
"""

import json
import pathlib

import numpy
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures"
LENGTH = 48
TEXT = """The lighthouse keeper counted 1,482 steps on a Tuesday in March 1969.
Le café de Zoë n'ouvre qu'à 7h30; draußen regnet es. 東京は晴れ 🙂
- first item\t(tabbed)
They're sure it doesn't matter: water boils at 100 °C at sea level, and ice melts at 0 °C.
A marker <|im_end|> inside a text is nothing but text.
"""
ROWS = [
    {"prompt": "the dog", "completion": " sleeps in the sun"},
    {"prompt": "2 + 2 =", "completion": " 4"},
    {"prompt": "Grüße", "completion": " zurück, 日本語 and a longer answer than the others have"},
    {"prompt": "a question that is much longer than its answer is", "completion": " no"},
    {"prompt": "one, two,", "completion": " three, four"},
]

tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(FIXTURES / "tiny-llama/tokenizer.json"), eos_token="<|im_end|>")


def ids(text, special=False):
    return tokenizer(
        text, add_special_tokens=False, split_special_tokens=not special)["input_ids"]


def score(model, tokens, start):
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([tokens])).logits[0, :-1].double()
    scores = torch.log_softmax(logits, -1).gather(1, torch.tensor(tokens[1:])[:, None])[:, 0]
    return scores[start - 1:].numpy()


def summary(sequences):
    sums = numpy.array([-x.sum() for x in sequences])
    counts = numpy.array([len(x) for x in sequences])
    mean = sums.sum() / counts.sum()
    n = len(sums)
    error = numpy.sqrt(n * numpy.var(sums - mean * counts, ddof=1)) / counts.sum()
    return {"sums": sums.tolist(), "tokens": counts.tolist(), "mean": mean, "error": error,
            "perplexity": float(numpy.exp(mean))}


def figures(model):
    text = ids(TEXT)
    windows = [text[i:i + LENGTH] for i in range(0, len(text), LENGTH)]
    rows = []
    for row in ROWS:
        prompt, answer = ids(row["prompt"], True), ids(row["completion"], True)
        rows.append(score(model, prompt + answer + [tokenizer.eos_token_id], len(prompt)))
    return {"windows": summary([score(model, w, 1) for w in windows if len(w) > 1]),
            "rows": summary(rows)}


model = AutoModelForCausalLM.from_pretrained(
    FIXTURES / "tiny-llama", dtype=torch.float32, attn_implementation="eager").eval()
result = {"text": TEXT, "length": LENGTH, "rows": ROWS, "base": figures(model)}
adapted = PeftModel.from_pretrained(model, FIXTURES / "adapters/peft-default").eval()
result["adapted"] = figures(adapted)
out = FIXTURES / "perplexity"
out.mkdir(exist_ok=True)
(out / "tiny-llama.json").write_text(
    json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
print(result["base"], result["adapted"], sep="\n")
