// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor

/// `hone solve --stream`: answers lines of standard input as they come.
struct QueryStreaming {
  let stream: QueryStream
  let printsJSON: Bool

  func run() async throws {
    try await LineDialogue(greeting: "An input a line; the end of the input ends.").run(answer)
  }

  private func answer(_ query: String) async throws {
    let progress = ProgressReporter(isQuiet: !Console.errorCapabilities.isLive)
    defer { progress.finish() }
    let output = try await stream.answer(query) { event in
      switch event {
      case .judging(let event): progress.show(event)
      case .trained(let step):
        if step.step == 1 { progress.begin("training") }
        progress.update(step)
      case .decided(let decision):
        progress.finish()
        for line in AutoText.reason(decision) { Console.error(line) }
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
