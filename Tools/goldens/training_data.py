# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/training_data/masks.json: token ids and loss masks of training rows.

Needs transformers 5.23.0 and tokenizers with the tokenizer of Tests/Fixtures/tiny-llama. The masks
of conversations are those of apply_chat_template(return_assistant_tokens_mask=True) with
marked.jinja, which writes what SmolLM2's template writes and marks the answers.

Usage: python Tools/goldens/training_data.py
"""

import json
import pathlib

from transformers import PreTrainedTokenizerFast

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures"
TEMPLATES = {
    "marked": (FIXTURES / "training_data/marked.jinja").read_text(),
    "smollm2": (FIXTURES / "chat_template/templates/smollm2.jinja").read_text(),
}

tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(FIXTURES / "tiny-llama/tokenizer.json"),
    bos_token="<|im_start|>", eos_token="<|im_end|>")


def turns(*texts):
    roles = ["user", "assistant"]
    return [{"role": roles[index % 2], "content": text} for index, text in enumerate(texts)]


CONVERSATIONS = [
    turns("Hi", "Hello there."),
    [{"role": "system", "content": "Be brief."}] + turns("2+2?", "4", "And 3+3?", "6, of course."),
    turns("Grüße 👋", "Schöne Grüße zurück!\n\nBis bald, 日本語 👩‍👩‍👧‍👦."),
    turns("Spaces", "  around  ", "newlines", "a\n\nb\n"),
    turns("Code", "```\ndef f(x):\n    return x\n```", "Thanks"),
    turns(*[f"turn {index}" for index in range(12)]),
]

COMPLETIONS = [
    ("The capital of France is", " Paris."), ("", "All of it."), ("Q: 1+1\nA:", " 2\n"),
    ("Ends with a space ", "so it is"), ("e\u0301", "\u0301e"),
]


def encode(text):
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def conversation(messages):
    result = tokenizer.apply_chat_template(
        messages, chat_template=TEMPLATES["marked"], tokenize=True, return_dict=True,
        return_assistant_tokens_mask=True)
    plain = tokenizer.apply_chat_template(
        messages, chat_template=TEMPLATES["smollm2"], tokenize=True, return_dict=True)
    assert plain["input_ids"] == result["input_ids"]
    key = "assistant_masks" if "assistant_masks" in result else "assistant_tokens_mask"
    return {"messages": messages, "ids": result["input_ids"], "mask": result[key]}


def completion(prompt, text):
    question, answer = encode(prompt), encode(text) + [tokenizer.eos_token_id]
    return {"prompt": prompt, "completion": text, "ids": question + answer,
            "mask": [0] * len(question) + [1] * len(answer)}


(FIXTURES / "training_data/masks.json").write_text(json.dumps({
    "conversations": [conversation(messages) for messages in CONVERSATIONS],
    "completions": [completion(*pair) for pair in COMPLETIONS],
}, ensure_ascii=False, indent=1) + "\n")
