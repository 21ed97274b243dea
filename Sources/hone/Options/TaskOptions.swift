// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneAdaptation

/// Where the task comes from.
struct TaskOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A task, a puzzle, or with --draw examples."))
  var task: String

  @Option(
    help: ArgumentHelp(
      "JSONL of {\"input\",\"output\"}, in place of the task's.", valueName: "file"))
  var demonstrations: String?

  @Option(help: ArgumentHelp("Draw d demonstrations and q queries by the seed.", valueName: "d,q"))
  var draw: String?

  @Option(help: ArgumentHelp("In place of the task's instruction.", valueName: "text"))
  var instruction: String?

  func validate() throws {
    if let draw, parsedDraw == nil {
      throw ValidationError("--draw \(draw): expected two numbers above 0, as in 10,40")
    }
    if draw != nil, demonstrations != nil {
      throw ValidationError("--draw and --demonstrations exclude each other")
    }
  }

  private var parsedDraw: (demonstrations: Int, queries: Int)? {
    let parts = (draw ?? "").split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let d = parts[0], let q = parts[1], (1...1_000_000).contains(d),
      (1...1_000_000).contains(q)
    else { return nil }
    return (d, q)
  }

  /// Reads the task.
  func read(seed: UInt64, needsQueries: Bool = true) throws -> FewShotTask {
    var result: FewShotTask
    if let parsedDraw {
      result = try FewShotTask(
        drawingFrom: task, demonstrations: parsedDraw.demonstrations,
        queries: parsedDraw.queries, seed: seed)
    } else {
      result = try FewShotTask(path: task, needsQueries: needsQueries)
    }
    if let demonstrations {
      result = try result.replacingDemonstrations(path: demonstrations)
    }
    if let instruction {
      result = FewShotTask(
        name: result.name, instruction: instruction, demonstrations: result.demonstrations,
        queries: result.queries)
    }
    return result
  }
}
