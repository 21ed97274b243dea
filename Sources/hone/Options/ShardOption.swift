// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench

/// Which part of a run this process does.
struct ShardOption: ParsableArguments {
  @Option(help: ArgumentHelp("Do the i-th of n parts.", valueName: "i/n"))
  var shard: String?

  func validate() throws { _ = try parsed }

  var parsed: Shard {
    get throws {
      guard let shard else { return .whole }
      let parts = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let index = parts[0], let count = parts[1],
        let result = try? Shard(index: index, count: count)
      else { throw ValidationError("--shard \(shard): expected I/N with 1 ≤ I ≤ N, as in 2/4") }
      return result
    }
  }
}
