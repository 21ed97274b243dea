# SPDX-License-Identifier: Apache-2.0
"""Writes Sources/HoneModel/Tokenizer/CanonicalDecompositions.swift.

Pinned: Python 3.11 (unicodedata 14.0), tokenizers 0.23.3.

    python Tools/tables/canonical_decompositions.py

The mappings are those of Unicode's data, but only where the reference library's NFD and NFC agree
that there is one: its tables are older (Unicode 9), and ids must be those that it gives.
"""

import os
import textwrap
import unicodedata

from tokenizers import normalizers

OUT = os.path.join(
    os.path.dirname(__file__), "../../Sources/HoneModel/Tokenizer/CanonicalDecompositions.swift")

HEAD = '''\
// SPDX-License-Identifier: Apache-2.0

/// Unicode's canonical decompositions without Hangul, which is computed.
///
/// Written by Tools/tables/canonical_decompositions.py from the Unicode Character Database, as far
/// as the reference library's own, older tables go.
enum CanonicalDecompositions {
  /// `c0:` sets the code point that the next mapping belongs to, the others follow it one by one:
  /// `41+300` to two scalars, `2b9` to one; `!` marks pairs that do not compose again.
  static let table = """
'''
TAIL = '''
    """
}
'''


def main():
    nfd, nfc = normalizers.NFD(), normalizers.NFC()
    words, expected = [], None
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or 0xAC00 <= code <= 0xD7A3:
            continue
        scalar = chr(code)
        if nfd.normalize_str(scalar) == scalar:
            continue
        parts = unicodedata.decomposition(scalar).split()
        if code != expected:
            words.append(f"{code:x}:")
        word = "+".join(f"{int(part, 16):x}" for part in parts)
        if len(parts) == 2 and nfc.normalize_str(scalar) != scalar:
            word += "!"
        words.append(word)
        expected = code + 1
    lines = textwrap.wrap(" ".join(words), 96, break_long_words=False, break_on_hyphens=False)
    with open(OUT, "w", encoding="ascii") as file:
        file.write(HEAD + "\n".join("    " + line for line in lines) + TAIL)


if __name__ == "__main__":
    main()
