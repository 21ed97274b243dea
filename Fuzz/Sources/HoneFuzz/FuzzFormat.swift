// SPDX-License-Identifier: Apache-2.0

/// What an input is read as.
///
/// Where a format has two files, the input holds both with a byte 0xFF between, which no JSON has.
enum FuzzFormat: String, CaseIterable {
  /// A model's GGUF file; one of an even length is followed by zeros, the weights.
  case gguf
  /// `config.json` and `model.safetensors`; a mere header is followed by zeros, the weights.
  case safetensors
  /// `model.safetensors.index.json` of three shards.
  case index
  /// `tokenizer.json` and `tokenizer_config.json`.
  case tokenizer
  /// `adapter_config.json` and the safetensors file, of PEFT and mlx-lm alike.
  case adapter
  /// Rows of training data in any of the five forms.
  case jsonl
  /// A few-shot task, or examples to draw one from.
  case task
  /// A chat template.
  case template
  /// ARC puzzles in any of their forms, or a submission.
  case puzzle
}
