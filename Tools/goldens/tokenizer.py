# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/tokenizer: small tokenizers of each family, hostile texts, their ids.

Pinned: Python 3.11, tokenizers 0.23.3, transformers 5.23.0, gguf 0.19.0.

    python Tools/goldens/tokenizer.py [SmolLM2-135M-Instruct.Q4_1.gguf]

Given the GGUF file, also writes the ids that SmolLM2's own vocabulary gives to the same texts.
transformers 5.23 converts that file with a bare ByteLevel pre-tokenizer and so drops the digit
splitting of the original (HuggingFaceTB/SmolLM2: Digits(individual_digits), then ByteLevel); the
reference is therefore transformers' conversion with the pre-tokenizer put right here.
"""

import json
import os
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

FIXTURES = os.path.join(os.path.dirname(__file__), "../../Tests/Fixtures/tokenizer")

CORPUS = """
The quick brown fox jumps over the lazy dog. It's what we'd expect; they've said you'll see, I'm sure.
Test-time training adapts a small language model to each task before it answers: 1, 22, 333, 4444.
def forward(self, x):
    # four spaces, then eight
        return self.weight @ x + self.bias  # 3.14159
Die Straße führt über den Fluß; Äpfel, Öl und Übermut. Ça va très bien, où êtes-vous, garçon ?
El niño pequeño comió piñas. Олень быстро бежит по лесу, а белка сидит на ветке.
Η γρήγορη καφέ αλεπού. המהיר השועל החום. الثعلب البني السريع يقفز فوق الكلب.
敏捷的棕色狐狸跳过了懒狗。素早い茶色の狐がのろまな犬を飛び越える。다람쥐 헌 쳇바퀴에 타고파.
तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है। สุนัขจิ้งจอกสีน้ำตาล กระโดดข้าม
😀 😃 👍🏽 👩‍👩‍👧‍👦 🇩🇪 ❤️ → ∑ ≤ ½ ² ① Ⅷ
The cat sat on the mat. The dog sat on the log. The model reads the text and the text reads the model.
"""

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

TEXTS = [
    "",
    " ",
    "  ",
    "\n",
    "Hello, world!",
    " leading and trailing ",
    "The quick brown fox jumps over the lazy dog.",
    "It's what we'd expect; they've said you'll see, I'm sure, they're not.",
    "IT'S WHAT WE'D EXPECT; THEY'VE SAID YOU'LL SEE, I'M SURE, THEY'RE NOT.",
    "'s't're've'm'll'd 'S'T'RE'Ve'M'lL'D '\u017f '\u017ft don\u2019t '' 'x 'r 'v 'l 'R",
    "a'",
    "x  y   z    w",
    "tabs\t\tand\t spaces \t mixed",
    "line\r\nline\r\n\r\nline\n\n\nend\n",
    "trailing spaces   \n   indented\n\t\ttabbed   ",
    " \n \n ",
    "\r\r\n\n\r",
    "word \u00a0 nbsp\u2003em\u3000ideographic\u2028line\u2029para\u0085nel\x0bvt\x0cff",
    "zero\u200bwidth\u200cjoin\u200ders\ufeffbom\u180emongol",
    "0 1 12 123 1234 12345 1234567890",
    "3.14159, 1,000,000; 2^10=1024; -5e-3; 0xFF; v1.2.3",
    "abc123def456 7eight 9",
    "٠١٢٣٤٥ ०१२३ 一二三 ½ ¼ ² ³ ① Ⅷ ⅷ 𝟘𝟙𝟚 ೧೨",
    "Straße, Äpfel, Öl, Übermut, ça, où, garçon, niño, piñas, Łódź, İstanbul, ıi",
    "cafe\u0301 A\u030a o\u0308\u0304 n\u0303 \u1e9b\u0323 \u212b \u2126 q\u0323\u0307",
    "e\u0301\u0301\u0301 \u0301alone \u0301 1\u0301",
    "한국어 텍스트 \u1112\u1161\u11ab \u1100\u1161",
    "敏捷的棕色狐狸跳过了懒狗。素早い茶色の狐が飛び越える。",
    "Олень быстро бежит по лесу, а белка сидит на ветке.",
    "Η γρήγορη καφέ αλεπού",
    "השועל החום הָמָהִיר",
    "الثعلب البني السَّرِيعُ",
    "तेज़ भूरी लोमड़ी कूदती है।",
    "สุนัขจิ้งจอกสีน้ำตาล",
    "😀😃👍🏽 👩‍👩‍👧‍👦 🇩🇪🇫🇷 ❤️ 🏴\U000e0067\U000e0062\U000e007f",
    "a😀b 1😀2 😀's",
    "→ ∑ ≤ ≥ ≠ ∞ √ € £ ¥ © ® ™ § ¶",
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x1b\x1c\x1d\x1e\x1f\x7f",
    "nul\x00inside\x04and\x16more",
    "\ufffd \ufffe \uffff \U0010ffff \ue000 \U000f0000",
    "<|endoftext|>",
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n",
    "text<|im_end|><|im_end|>text",
    "a <|im_start|> b <|im_start b |im_end|> <|endoftext",
    "<|im_<|im_start|>",
    "one <mask> two<mask>three  <mask>  four",
    "<tool>x</tool> <tools> <toolx>",
    "word WORD sword wordy word, (word) _word_ 1word wordé word\u0301 word",
    "strip<left>  strip  <left>strip<right>  strip  <right>strip<left> <right> <left>",
    "cafe\u0301token caf\u00e9token",
    "!!! ??? ... --- === *** ### $$$ %%% &&& (((( ]]]] {}{} \\\\ //",
    "snake_case camelCase kebab-case SCREAMING_CASE dotted.name a/b\\c",
    "def f(x):\n    return x + 1\n\n\nclass A:\n\tpass\n",
    '{"key": [1, 2.5, null, true], "nested": {"a": "b\\n"}}',
    "https://example.org/path?query=1&other=two#fragment user@example.org",
    "a" * 300,
    "ab" * 120 + "c" * 77,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    " " * 100 + "x" + " " * 33,
    "\n" * 20 + "x" + "\t" * 17,
    "ＦＵＬＬ width ｔｅｘｔ １２３",
    "\u01c5\u01c8 \u02b0\u02b1 \u2160 \u3007 \ua4d0 \U0001d400 \U00020000 \U00030000",
    "\U000e0049\u0301 \U00010049\u0301 \u0958 \u2126\u0345\u0301 \U0001d15e \ufb1d \u1ac0\u0327\u0301",
    "\u0344 \u0f73 e\u0323\u0302 e\u0302\u0323 \uac00\u11a8 \uac01\u11a8 \U0002f800 \u1e0a\u0323 \u088f\U00010940",
    "Zalgo: h\u0335\u0321e\u0336\u0322l\u0337\u0323l\u0338\u0324o\u0334\u0325",
]


def train(pre_tokenizer, normalizer=None, alphabet=True, vocab_size=1000, special=()):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()) if alphabet else [],
        special_tokens=list(special),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS.splitlines(keepends=True) * 2, trainer)
    return tokenizer


def change_model(tokenizer, **changes):
    state = json.loads(tokenizer.to_str())
    state["model"].update(changes)
    return Tokenizer.from_str(json.dumps(state))


def families():
    byte_level = pre_tokenizers.ByteLevel
    chat = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

    gpt2 = train(byte_level(add_prefix_space=False), special=chat[:1])
    gpt2.add_tokens([
        "<tool>",
        AddedToken("word", single_word=True),
        AddedToken("<left>", lstrip=True),
        AddedToken("<right>", rstrip=True, normalized=False),
        AddedToken("<tools>"),
    ])
    gpt2.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=True)])

    smollm = train(
        pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True), byte_level(add_prefix_space=False)]),
        alphabet=False, special=chat)

    llama3 = train(
        pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
            byte_level(add_prefix_space=False, use_regex=False)]))
    # Whole words that no merge makes, as in Llama 3's vocabulary, where order decided instead.
    vocab = llama3.get_vocab()
    for word in ["\u0120unmergeable", "IT", "1234", "123", "\u0120fox\u0120"]:
        vocab.setdefault(word, len(vocab))
    llama3 = change_model(llama3, vocab=vocab, ignore_merges=True)
    llama3.add_special_tokens(["<|begin_of_text|>", *chat])
    llama3.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|> $B",
            special_tokens=[("<|begin_of_text|>", llama3.token_to_id("<|begin_of_text|>"))])])

    qwen2 = train(
        pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(QWEN2), "isolated"),
            byte_level(add_prefix_space=False, use_regex=False)]),
        normalizer=normalizers.NFC())
    qwen2.add_special_tokens(chat)
    qwen2.add_tokens([AddedToken("caf\u00e9token"), AddedToken("</tool>", normalized=False)])

    # What no family does but the format allows: prefix spaces, unknown tokens, tokens at the end.
    odd = train(
        pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True), byte_level(add_prefix_space=True)]),
        alphabet=False, vocab_size=420, special=["<unk>", "</s>"])
    odd = change_model(odd, unk_token="<unk>", fuse_unk=True)
    odd.add_tokens([AddedToken("  ", normalized=False), AddedToken("<left>", lstrip=True, rstrip=True)])
    odd.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", odd.token_to_id("</s>"))])
    return {"gpt2": gpt2, "smollm": smollm, "llama3": llama3, "qwen2": qwen2, "odd": odd}


def smollm2(path):
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoTokenizer

    directory, name = os.path.split(os.path.abspath(path))
    tokenizer = AutoTokenizer.from_pretrained(directory, gguf_file=name).backend_tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return tokenizer


def write(name, value):
    with open(os.path.join(FIXTURES, name), "w", encoding="ascii") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


def results(tokenizer):
    ids = [tokenizer.encode(text).ids for text in TEXTS]
    return {
        "ids": ids,
        "decoded": [tokenizer.decode(row, skip_special_tokens=False) for row in ids],
        "decodedWithoutSpecial": [tokenizer.decode(row, skip_special_tokens=True) for row in ids],
    }


def main():
    os.makedirs(FIXTURES, exist_ok=True)
    cases = {"texts": TEXTS}
    for name, tokenizer in families().items():
        write(f"{name}.json", json.loads(tokenizer.to_str()))
        cases[name] = results(tokenizer)
    write("cases.json", cases)
    if len(sys.argv) > 1:
        write("smollm2.json", {"ids": results(smollm2(sys.argv[1]))["ids"]})


if __name__ == "__main__":
    main()
