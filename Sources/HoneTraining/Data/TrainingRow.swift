// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// One row of a training file, whatever its form.
package enum TrainingRow: Sendable, Hashable {
  case text(String)
  case completion(prompt: String, completion: String)
  case conversation(TrainingConversation)
}

/// A conversation to learn from.
package struct TrainingConversation: Sendable, Hashable {
  package struct Turn: Sendable, Hashable {
    package let role: String
    /// The message as the chat template sees it.
    package let message: [TemplateValue.Member]
    /// Whether the row lets this turn carry loss; only answers do.
    package let isTrained: Bool

    package var isAnswer: Bool { role == "assistant" }
  }

  package var turns: [Turn]
  /// The tools on offer, as the chat template sees them.
  package var tools: TemplateValue?
}
