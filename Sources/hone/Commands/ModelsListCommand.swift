// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneStore

struct ModelsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the models that can be named.")

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    struct Model: Encodable {
      let name: String
      let summary: String
      let license: String
      let sizeBytes: Int
      let sha256: String
      let status: ModelStore.Presence
      let path: String
    }
    let models: [Model]
  }

  func run() async throws {
    let store = ModelStore(at: try ModelStore.defaultFolder())
    if output.json {
      try Console.printJSON(
        Report(
          models: store.catalog.map {
            .init(
              name: $0.name, summary: $0.summary, license: $0.license, sizeBytes: $0.byteCount,
              sha256: $0.sha256, status: store.presence(of: $0), path: store.path(of: $0))
          }))
      return
    }
    var table = TextTable([
      ("NAME", .left), ("WHAT", .left), ("LICENCE", .left), ("SIZE", .right), ("STATUS", .left),
    ])
    for entry in store.catalog {
      let status =
        switch store.presence(of: entry) {
        case .present: "present"
        case .absent: "not pulled"
        case .damaged: "damaged"
        }
      table.append([
        entry.name, entry.summary, entry.license, Quantities.bytes(entry.byteCount), status,
      ])
    }
    try Console.print(table.text)
    Console.error("in \(store.folder)/models")
  }
}
