# SPDX-License-Identifier: Apache-2.0
"""Holds hone's adapters and exports against PEFT and llama.cpp; exits with 1 where they disagree.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2, llama-cpp-python 0.3.36.
Run: python Tools/peers/adapters.py [--model FOLDER_OR_GGUF_OR_FAMILY] [--hone .build/release/hone]

Two adapters of all seven projections, one trained by hone on Examples/order-lines and one by PEFT
on a text, go through every program: the model alone, the adapter beside the model, the adapter
written again by hone, and the adapter merged by hone. hone computes in float32. The
log-likelihoods of two texts' tokens must agree within 1e-4 with torch's and llama.cpp's, and
llama.cpp's greedy texts must be hone's. With weights in other formats llama.cpp rounds activations
too, to 16 or 8 bits: there the mean difference must be below 0.1 nats. A family (mistral, qwen2,
qwen3, yarn, bias) stands for a tiny random model of it.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import tempfile

import llama_cpp
import numpy as np
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = ROOT / "Examples" / "order-lines"
TEXT = ("The ferry leaves the harbour at 07:45 and reaches the island before noon. "
        "Tickets cost 12.50 euros; children under six travel free.")
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
failures = []


def rows(name, count):
    lines = (ROWS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:count]
    return [json.loads(line) for line in lines]


ORDER = rows("test", 1)[0]["prompt"] + rows("test", 1)[0]["completion"]
TEXTS = [TEXT, ORDER]
PROMPTS = [row["prompt"] for row in rows("test", 3)] + ["The small boat"]


def hone(*arguments):
    done = subprocess.run([OPTIONS.hone, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"hone {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def report(what, value, good):
    print(f"{'ok' if good else 'FAIL':5}{what}: {value}", flush=True)
    if not good:
        failures.append(what)


def difference(what, theirs, ours, is_rounded=False):
    if len(theirs) != len(ours):
        return report(what, f"{len(theirs)} and {len(ours)} tokens", False)
    differences = (theirs - ours).abs()
    worst, mean = float(differences.max()), float(differences.mean())
    report(what, f"at most {worst:.1e}, on average {mean:.1e} over {len(ours)} tokens",
           mean < 0.1 if is_rounded else worst < 1e-4)


# The log-likelihoods of the texts' tokens from the second on, from each program.

def torch_scores(model, tokenizer):
    scores = []
    for text in TEXTS:
        ids = tokenizer(text, return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model(input_ids=ids).logits[0, :-1]
        scores.append(torch.log_softmax(logits, -1).gather(1, ids[0, 1:, None])[:, 0])
    return torch.cat(scores)


def hone_scores(model, adapter=None):
    extra = ["--adapter-path", adapter] if adapter else []
    scores = []
    for text in TEXTS:
        output = hone("score", "--model", model, "--prompt", "", "--completion", text, "--compute",
                      "float32", "--json", *extra)
        scores += json.loads(output)["tokenLogLikelihoods"]
    return torch.tensor(scores)


class Llama:
    """llama.cpp with a model, and an adapter where one is given."""

    def __init__(self, path, adapter=None):
        self.llm = llama_cpp.Llama(str(path), lora_path=str(adapter) if adapter else None,
                                   n_ctx=512, n_threads=2, logits_all=True, verbose=False,
                                   type_k=0, type_v=0)  # float32

    def tokens(self, text):
        return self.llm.tokenize(text.encode(), add_bos=False, special=True)

    def scores(self):
        scores = []
        for text in TEXTS:
            ids = self.tokens(text)
            self.llm.reset()
            self.llm.eval(ids)
            logits = torch.tensor(np.array(self.llm.scores[:len(ids) - 1]))
            scores.append(torch.log_softmax(logits, -1).gather(
                1, torch.tensor(ids[1:])[:, None])[:, 0])
        return torch.cat(scores)

    def greedy(self, prompt):
        # By hand: create_completion never ends where tokens are no whole characters.
        ids = self.tokens(prompt)
        new = []
        self.llm.reset()
        self.llm.eval(ids)
        while len(new) < OPTIONS.tokens:
            token = int(np.argmax(self.llm.scores[len(ids) + len(new) - 1]))
            # Not llama.cpp's own test, which goes by tokens' names, too.
            if token == self.llm.token_eos():
                break
            new.append(token)
            self.llm.eval([token])
        return self.llm.detokenize(new, prev_tokens=ids).decode(errors="replace")


def hone_greedy(path, prompt, adapter=None):
    extra = ["--adapter-path", adapter] if adapter else []
    output = hone("generate", "--model", path, "--prompt", prompt, "--max-tokens", OPTIONS.tokens,
                  "--compute", "float32", "--json", *extra)
    return json.loads(output)["text"]


def compare_llama(what, path, adapter, ours, is_rounded=False):
    """llama.cpp with a file, and a GGUF adapter or None, against hone with `ours`."""
    llama = Llama(path, adapter)
    difference(f"{what}, llama.cpp and hone", llama.scores(), hone_scores(*ours),
               is_rounded)
    if is_rounded:
        return
    for prompt in PROMPTS:
        # How many replacement characters stand for broken bytes is a matter of taste.
        theirs, own = (text.replace("\ufffd", "") for text in
                       (llama.greedy(prompt), hone_greedy(ours[0], prompt, *ours[1:])))
        report(f"{what}, greedy text", repr(own[:50]) if theirs == own else f"{theirs!r}, {own!r}",
               theirs == own)


def train_peft(base, tokenizer, path):
    """Steps that make the text likelier, so that A and B are what training makes them."""
    torch.manual_seed(3)
    model = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules=TARGETS,
                                            task_type="CAUSAL_LM"))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    ids = tokenizer(TEXT, return_tensors="pt").input_ids
    for _ in range(OPTIONS.steps // 4):
        loss = -torch.log_softmax(model(input_ids=ids).logits[0, :-1], -1).gather(
            1, ids[0, 1:, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    model.save_pretrained(path)
    return torch_scores(model, tokenizer)


def train_hone(path):
    hone("train", "--model", OPTIONS.model, "--data", ROWS, "--adapter-path", path, "--lora-rank",
         16, "--iters", OPTIONS.steps, "--batch-size", 8, "--learning-rate", "5e-4", "--mask-prompt",
         "--json")


TINY = ROOT / "Tests" / "Fixtures" / "tiny-llama"
FAMILIES = {
    "mistral": ("mistral", dict(sliding_window=None)),
    "qwen2": ("qwen2", dict(tie_word_embeddings=True)),
    "qwen3": ("qwen3", dict(head_dim=24)),
    "yarn": ("qwen3", dict(rope_parameters={"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0,
                                            "original_max_position_embeddings": 64})),
    "bias": ("llama", dict(attention_bias=True)),
}


def tiny_model(name, path):
    """A random model of a family, with the tokenizer of the tests' tiny Llama."""
    torch.manual_seed(7)
    family, changes = FAMILIES[name]
    config = transformers.AutoConfig.for_model(
        family, vocab_size=320, hidden_size=64, intermediate_size=160, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512,
        bos_token_id=1, eos_token_id=2, **changes)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if parameter.ndim == 1:
                parameter.add_(torch.randn_like(parameter) * 0.2)
            else:
                parameter.mul_(8 if "q_proj" in parameter_name else 4)
    model.save_pretrained(path)
    for file in ["tokenizer.json", "tokenizer_config.json"]:
        shutil.copy(TINY / file, path / file)
    return path


def main(work):
    if OPTIONS.model in FAMILIES:
        OPTIONS.model = tiny_model(OPTIONS.model, work / OPTIONS.model)
    model = pathlib.Path(OPTIONS.model)
    # The same weights as float32, in a folder for torch and in a file for llama.cpp.
    folder, plain = work / "folder", work / "f32.gguf"
    hone("export", "--model", model, "--format", "safetensors", "--outtype", "f32", "--save-path",
         folder)
    hone("export", "--model", model, "--format", "gguf", "--outtype", "f32", "--save-path", plain)
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def torch_model(path):
        return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32).eval()

    def torch_adapted(adapter):
        return torch_scores(PeftModel.from_pretrained(torch_model(folder), adapter).eval(),
                            tokenizer)

    expected = hone_scores(model)
    difference("safetensors, torch and hone", torch_scores(torch_model(folder), tokenizer),
               expected)
    compare_llama("f32 GGUF", plain, None, (model,))
    for kind in ["f16", "bf16"]:
        path = work / f"{kind}.gguf"
        hone("export", "--model", model, "--format", "gguf", "--outtype", kind, "--save-path", path)
        compare_llama(f"{kind} GGUF", path, None, (path,), is_rounded=True)
    for kind in ["q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]:
        path = work / f"{kind}.gguf"
        hone("export", "--model", folder, "--format", "gguf", "--outtype", kind, "--save-path",
             path)
        compare_llama(f"{kind} GGUF", path, None, (path,), is_rounded=True)

    trained = {"PEFT": train_peft(torch_model(folder), tokenizer, work / "PEFT")}
    train_hone(work / "hone")
    trained["hone"] = torch_adapted(work / "hone")
    for name, theirs in trained.items():
        adapter = work / name
        what = f"adapter trained by {name}"
        print(f"     {what}: moves them by up to {float((theirs - expected).abs().max()):.2f}")
        ours = hone_scores(model, adapter)
        difference(f"{what}, PEFT and hone", theirs, ours)
        hone("export", "--model", model, "--adapter-path", adapter, "--format", "peft",
             "--save-path", work / f"{name}-again")
        difference(f"{what}, exported, PEFT and hone", torch_adapted(work / f"{name}-again"), ours)
        merged = work / f"{name}-merged"
        hone("fuse", "--model", folder, "--adapter-path", adapter, "--save-path", merged)
        difference(f"{what}, merged, torch and hone",
                   torch_scores(torch_model(merged), tokenizer), ours)
        merged = work / f"{name}-merged.gguf"
        hone("fuse", "--model", plain, "--adapter-path", adapter, "--save-path", merged)
        compare_llama(f"{what}, merged", merged, None, (model, adapter))
        lora = work / f"{name}-lora.gguf"
        hone("export", "--model", model, "--adapter-path", adapter, "--format", "gguf-lora",
             "--save-path", lora)
        compare_llama(f"{what}, --lora", plain, lora, (model, adapter))
        if model.is_file():
            compare_llama(f"{what}, --lora on {model.name}", model, lora, (model, adapter),
                          is_rounded=True)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--hone", default=str(ROOT / ".build/release/hone"))
parser.add_argument("--model", default=str(TINY))
parser.add_argument("--steps", type=int, default=40, help="of hone's training; PEFT's has a quarter")
parser.add_argument("--tokens", type=int, default=40, help="of a greedy text")
OPTIONS = parser.parse_args()

if __name__ == "__main__":
    transformers.utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as work:
        main(pathlib.Path(work))
    print(f"{len(failures)} disagree")
    raise SystemExit(1 if failures else 0)
