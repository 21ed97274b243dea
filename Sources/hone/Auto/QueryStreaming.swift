// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor

/// `hone solve --stream`: answers lines of standard input as they come.
struct QueryStreaming {
  let stream: QueryStream
  let printsJSON: Bool

  /// - Throws: What a query's answer throws; at a terminal a query that does not fit is told, and the
  ///   next one is asked.
  func run() async throws {
    let isInteractive = Console.isInputTerminal
    if isInteractive { Console.error("An input a line; the end of the input ends.") }
    var input = StandardInput()
    while true {
      if isInteractive { Console.prompt("> ") }
      guard let line = try input.readLine() else { break }
      let query = line.trimmingWhitespace()
      if query.isEmpty { continue }
      do {
        try await answer(query)
      } catch let error as any HoneFailure where isInteractive && error.kind == .badData {
        Console.error("hone: error: \(error.message)")
      }
    }
    if isInteractive { Console.error("") }
  }

  private func answer(_ query: String) async throws {
    let progress = ProgressReporter(isQuiet: !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let output = try await stream.answer(query) { event in
      switch event {
      case .judging(let event): progress.show(event)
      case .trained(let step):
        if step.step == 1 { progress.begin("training") }
        progress.update(
          done: step.step, of: step.of, note: "loss \(Quantities.fixed(step.loss, 3))")
      case .decided(let decision):
        progress.finish()
        for line in "auto: \(decision.explanation)".wrapped(hanging: 6) { Console.error(line) }
      default: break
      }
    }
    progress.finish()
    if printsJSON { return try Console.printJSON(Entry(input: query, output: output)) }
    try Console.print(output.visible())
  }

  private struct Entry: Encodable {
    let input: String
    let output: String
  }
}
