// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneStore

struct DataListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the data that can be fetched.")

  @OptionGroup var output: JSONOption

  private struct Report: Encodable {
    struct Entry: Encodable {
      let name: String
      let summary: String
      let license: String
      let sizeBytes: Int
      let status: ModelStore.Presence
      let path: String
    }
    let data: [Entry]
  }

  func run() async throws {
    let store = DataStore(at: try ModelStore.defaultFolder())
    if output.json {
      try Console.printJSON(
        Report(
          data: store.catalog.map {
            .init(
              name: $0.name, summary: $0.summary, license: $0.license, sizeBytes: $0.byteCount,
              status: store.presence(of: $0), path: store.path(of: $0))
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
    Console.error("in \(store.folder)/data")
  }
}
