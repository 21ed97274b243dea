// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneKnowledge

struct StudyDataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Writes controlled data as JSONL that other tools read.",
    usage: "hone study data <name> --out <dir> [--size full] [--seed <n>]",
    discussion: """
      The folder receives documents.jsonl (rows {"id","text"}), test.jsonl (questions with \
      their options), oracle.jsonl (what the documents imply) and about.json. The same name, size \
      and seed give the same bytes everywhere.
      """)

  @OptionGroup var data: ControlledDataOptions

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("Decides the world.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var output: JSONOption

  func run() async throws {
    let world = ControlledData.make(data.name, size: data.size, seed: seed)
    try ControlledDataWriter.write(world, to: out)
    let counts = Dictionary(grouping: world.items, by: \.split).mapValues(\.count)
    if output.json {
      try Console.printJSON(
        Report(
          name: world.name, size: world.size, seed: seed, documents: world.documents.count,
          items: counts, oracle: world.oracle.count, path: out))
    } else {
      try Console.print(
        "\(out): \(world.documents.count) documents, \(world.items.count) questions ("
          + world.splits.map { "\($0) \(counts[$0] ?? 0)" }.joined(separator: ", ")
          + "), \(world.oracle.count) oracle statements")
    }
  }

  private struct Report: Encodable {
    let name: ControlledDataName
    let size: ControlledDataSize
    let seed: UInt64
    let documents: Int
    let items: [String: Int]
    let oracle: Int
    let path: String
  }
}
