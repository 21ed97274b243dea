// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneTensor

/// Hands on standard input's lines as they come, with a prompt where somebody types them.
struct LineDialogue {
  /// Said first, at a terminal.
  let greeting: String
  /// A line that ends it, besides the end of the input.
  var farewell: String?

  /// - Parameter answer: Receives each line that is not empty, without white space at its ends. At a
  ///   terminal its refusal of a line is told, and the next one is asked for.
  func run(_ answer: (String) async throws -> Void) async throws {
    let isInteractive = Console.isInputTerminal
    if isInteractive { Console.error(greeting) }
    var input = StandardInput()
    while true {
      if isInteractive { Console.prompt("> ") }
      guard let line = try input.readLine()?.trimmingWhitespace(), line != farewell else { break }
      if line.isEmpty { continue }
      do {
        try await answer(line)
      } catch let error as any HoneFailure where isInteractive && error.kind == .badData {
        Console.error("hone: error: \(error.message)")
      }
    }
    // The shell's prompt comes on a line of its own after Ctrl-D.
    if isInteractive { Console.error("") }
  }
}
