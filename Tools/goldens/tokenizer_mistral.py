# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tokenizer-mistral: SentencePiece's BPE as tokenizer.json files have it.

Pinned: Python 3.11, tokenizers 0.23.3.

llama2 is Llama 2 and Mistral v0.1, mistral is Mistral v0.3, gemma is Gemma, metaspace is what the
format allows beside them, tekken is Mistral Nemo. The merges follow from the scores, as transformers
derives them from a SentencePiece model; llama2-gguf.json has the scores and types of a GGUF file.
"""

import json
import os

import tokenizer as byte_level
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

FIXTURES = os.path.join(os.path.dirname(__file__), "../../Tests/Fixtures/tokenizer-mistral")
MARK = "\u2581"
SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]

TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

TEXTS = byte_level.TEXTS + [
    "\u2581", "a\u2581b \u2581 c", "\u2581\u2581 x", " \u0301x", "a \u0301 b",
    "<0x41><0x0A> <0xE2>", "<s>text</s> <s> text </s>", "[INST] Say it. [/INST] It.</s><s>[INST]",
    "<unk> and <unk><unk>", "x<tool>  y <tool>z", "the\nthe\n\nthe", "\u00ff\u0100 \u1e9e",
    "HTTPServer XMLHttpRequest iOS macOS ABCdef abcDEF aB Ab AB",
    "\u01c5a \u01c5A \u02b0A A\u02b0 A\u02b0B a\u02b0b \u4e2dA A\u4e2d A\u4e2dB \u4e2da",
    "\u0301A \u0301a \u0301\u0301 -\u0301A A\u0301B A\u0301b 1\u0301A",
    "a/b //c/\n/\n x/\r\n/ ./ \u0660/\u0661", "Don't DON'T can'T 'Twas",
]


def vocabulary(size):
    """Tokens and scores as SentencePiece gives them: the earlier merged the higher, then characters."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    trained.train_from_iterator(
        [line for line in byte_level.CORPUS.splitlines() if line] * 2,
        trainers.BpeTrainer(vocab_size=size, limit_alphabet=120, show_progress=False))
    state = json.loads(trained.to_str())["model"]
    merged = ["".join(pair) for pair in state["merges"]]
    merged = list(dict.fromkeys(merged))
    # Runs of marks, as Gemma has them.
    merged += [MARK * 2, MARK * 4]
    characters = sorted(set(state["vocab"]) - set(merged))
    tokens = SPECIAL + BYTES + merged + characters
    scores = [0.0] * (len(SPECIAL) + len(BYTES))
    scores += [-float(rank) for rank in range(len(merged) + len(characters))]
    types = [2, 3, 3] + [6] * len(BYTES) + [1] * (len(merged) + len(characters))
    return tokens, scores, types


def merges(tokens, scores, types):
    """Every way to cut a token into two, by the score of what it makes."""
    ids = {token: index for index, token in enumerate(tokens)}
    found = []
    for index, token in enumerate(tokens):
        if types[index] == 1:
            found += [(-scores[index], ids[token[:i]], ids[token[i:]], token[:i], token[i:])
                      for i in range(1, len(token)) if token[:i] in ids and token[i:] in ids]
    return [(left, right) for *_, left, right in sorted(found)]


def decoder(strips):
    parts = [decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse()]
    return decoders.Sequence(parts + ([decoders.Strip(" ", 1, 0)] if strips else []))


def family(tokens, pairs, byte_fallback=True, strips=True):
    model = models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=pairs,
                       unk_token="<unk>", fuse_unk=True, byte_fallback=byte_fallback)
    result = Tokenizer(model)
    result.decoder = decoder(strips)
    return result


def bos(result):
    result.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", result.token_to_id("<s>"))])


def families():
    tokens, scores, types = vocabulary(520)
    pairs = merges(tokens, scores, types)

    llama2 = family(tokens, pairs)
    llama2.normalizer = normalizers.Sequence([
        normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    llama2.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL])
    llama2.add_tokens([AddedToken("<tool>", normalized=False)])
    bos(llama2)

    mistral = family(tokens, pairs)
    mistral.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    mistral.add_special_tokens([
        AddedToken(token, normalized=False) for token in [*SPECIAL, "[INST]", "[/INST]"]])
    bos(mistral)

    gemma = family(tokens, pairs, strips=False)
    gemma.normalizer = normalizers.Replace(" ", MARK)
    gemma.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    gemma.add_special_tokens([AddedToken(token, normalized=True) for token in SPECIAL])
    bos(gemma)

    few = [token for token in tokens if token not in BYTES]
    metaspace = family(few, pairs, byte_fallback=False)
    metaspace.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    metaspace.add_special_tokens(SPECIAL)
    metaspace.add_tokens([AddedToken("<left>", lstrip=True), AddedToken("<right>", rstrip=True)])

    tekken = byte_level.train(
        pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(TEKKEN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        vocab_size=600, special=["<s>", "</s>", "[INST]", "[/INST]"])
    bos(tekken)
    gguf = {"scores": scores, "types": [4 if token == "<tool>" else kind
                                        for token, kind in zip([*tokens, "<tool>"], [*types, 4])]}
    gguf["scores"] = [*scores, 0.0]
    return {"llama2": llama2, "mistral": mistral, "gemma": gemma, "metaspace": metaspace,
            "tekken": tekken}, gguf


def main():
    os.makedirs(FIXTURES, exist_ok=True)
    byte_level.FIXTURES, byte_level.TEXTS = FIXTURES, TEXTS
    cases = {"texts": TEXTS}
    found, gguf = families()
    for name, result in found.items():
        byte_level.write(f"{name}.json", json.loads(result.to_str()))
        cases[name] = byte_level.results(result)
    byte_level.write("cases.json", cases)
    byte_level.write("llama2-gguf.json", gguf)


if __name__ == "__main__":
    main()
