// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

/// `--store`.
struct StoreOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The runs' file (default: runs.sqlite in Hone's folder).", valueName: "file")
  )
  var store: String?

  func open(_ access: RunStore.Access) throws -> RunStore {
    try RunStore(path: try store ?? RunStore.defaultPath(), access: access)
  }
}
