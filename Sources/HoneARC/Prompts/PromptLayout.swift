// SPDX-License-Identifier: Apache-2.0

/// What stands around the grids of a prompt, as text in which special tokens are spelled out.
///
/// A prompt is `opening`, the demonstrations with `separator` between them, each
/// `inputOpening input outputOpening output`, then `queryOpening input
/// queryClosing` and, where the reply begins, `replyOpening`.
struct PromptLayout: Sendable, Hashable {
  var opening = ""
  var inputOpening = ""
  var outputOpening: String
  var separator = ""
  var queryOpening = ""
  var queryClosing: String
  /// Learned with the reply.
  var replyOpening = ""

  /// The paper's: demonstrations in the system's message, the question in the user's, arrows between
  /// inputs and outputs. The sentences are this project's own.
  ///
  /// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, appendix on the prompt.
  static func arrows(_ frame: ChatFrame) -> PromptLayout {
    PromptLayout(
      opening: frame.opening
        + "Each example turns an input grid into an output grid by one and the same rule. Find the "
        + "rule and apply it to the last input; answer with the output grid in the same form."
        + "\nA grid is written as an array of rows of the numbers 0 to 9.\n",
      outputOpening: " -> ", separator: "\n", queryOpening: frame.userOpening,
      queryClosing: " ->" + (frame.userClosing.isEmpty ? " " : frame.userClosing),
      replyOpening: frame.replyOpening)
  }

  /// Examples under headings, colours in words.
  ///
  /// - SeeAlso: Li et al. 2024, arXiv 2411.02272.
  static func headings(_ frame: ChatFrame) -> PromptLayout {
    PromptLayout(
      opening: frame.opening
        + "Each example turns an input grid into an output grid by one and the same rule. Find the "
        + "rule and apply it to the last input; answer with the output grid, a line for each row."
        + "\n\n",
      inputOpening: "Input:\n", outputOpening: "\n\nOutput:\n", separator: "\n\n",
      queryOpening: frame.userOpening + "Input:\n",
      queryClosing: "\n\nOutput:\n" + frame.userClosing,
      replyOpening: frame.replyOpening)
  }

  /// For a reduced vocabulary: an alphabet that means nothing by itself, `I` before inputs and
  /// `+/-=O` before outputs.
  ///
  /// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859, §3, and its released code.
  static let marks = PromptLayout(
    opening: alphabet, inputOpening: "I", outputOpening: "\n+/-=O", queryOpening: "I",
    queryClosing: "\n+/-=O")

  /// Letters but I and O, which mean something.
  static let alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnpqrstuvwxyz"
}
