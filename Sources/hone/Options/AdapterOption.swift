// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel

/// `--adapter-path`, as mlx-lm spells it.
struct AdapterOption: ParsableArguments {
  @Option(help: ArgumentHelp("A LoRA adapter's folder, of PEFT or mlx-lm.", valueName: "dir"))
  var adapterPath: String?

  func validate() throws {
    if adapterPath == "" { throw ValidationError("--adapter-path is empty: name a folder") }
  }

  /// The adapter, if one was named.
  func load(for model: LanguageModel) throws -> LoRAAdapter? {
    try adapterPath.map { try LoRAAdapter.load(path: $0, model: model.configuration) }
  }
}
