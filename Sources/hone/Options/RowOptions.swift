// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneTraining

/// How rows of data become samples.
struct RowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tokens of a sample at most (default: the model's context, at most 2048).", valueName: "n"))
  var maxSeqLength: Int?

  @Option(help: "What happens to longer rows.")
  var longRows = SampleConfiguration.LongRows.truncate

  @Option(
    help: ArgumentHelp(
      "Which tokens carry loss (default: of texts every token, of completions the completion, of "
        + "conversations all answers).", valueName: "scope"))
  var loss: LossScope?

  @Flag(help: "The same as --loss completion-only.")
  var maskPrompt = false

  @Option(help: "The form of the rows (default: told from the first).")
  var form: DataForm?

  func validate() throws {
    if maskPrompt, let loss, loss != .completionOnly {
      throw ValidationError(
        "--mask-prompt and --loss \(loss.rawValue) contradict each other; give one of them")
    }
    if let maxSeqLength, maxSeqLength < 2 {
      throw ValidationError("--max-seq-length \(maxSeqLength): expected 2 or more")
    }
  }

  /// - Throws: `ValidationError` if samples would be longer than the context.
  func configuration(contextLength: Int) throws -> SampleConfiguration {
    if let maxSeqLength, maxSeqLength > contextLength {
      throw ValidationError(
        "--max-seq-length \(maxSeqLength): the model's context holds \(contextLength) tokens")
    }
    return try SampleConfiguration(
      maxSeqLength: maxSeqLength ?? min(2048, contextLength), longRows: longRows,
      lossScope: maskPrompt ? .completionOnly : loss)
  }

  /// Whether any of it was given.
  var isGiven: Bool {
    maxSeqLength != nil || longRows != .truncate || loss != nil || maskPrompt || form != nil
  }
}

extension LossScope: ExpressibleByArgument {}
extension DataForm: ExpressibleByArgument {}
extension SampleConfiguration.LongRows: ExpressibleByArgument {}
