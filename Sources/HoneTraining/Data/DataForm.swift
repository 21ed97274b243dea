// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// What a row of a training file looks like.
public enum DataForm: String, Codable, Sendable, Hashable, CaseIterable {
  /// `{"text": "…"}`
  case text
  /// `{"prompt": "…", "completion": "…"}`
  case completions
  /// `{"messages": [{"role": "user", "content": "…"}, …]}`
  case chat
  /// `{"instruction": "…", "input": "…", "output": "…"}`, optionally with `system` and `history`.
  case alpaca
  /// `{"conversations": [{"from": "human", "value": "…"}, …]}`
  case sharegpt

  /// The keys that a row must have.
  package var requiredKeys: [String] {
    switch self {
    case .text: ["text"]
    case .completions: ["prompt", "completion"]
    case .chat: ["messages"]
    case .alpaca: ["instruction", "output"]
    case .sharegpt: ["conversations"]
    }
  }

  /// All keys that are read; others are counted and otherwise ignored.
  package var knownKeys: Set<String> {
    let optional: [String] =
      switch self {
      case .text, .completions: []
      case .chat: ["tools"]
      case .alpaca: ["input", "system", "history"]
      case .sharegpt: ["system", "tools"]
      }
    return Set(requiredKeys + optional)
  }

  /// Whether rows are conversations, which need a chat template.
  public var isConversation: Bool { self == .chat || self == .alpaca || self == .sharegpt }

  /// What carries loss where nothing else is asked for.
  public var defaultLossScope: LossScope {
    switch self {
    case .text: .everyToken
    case .completions: .completionOnly
    case .chat, .alpaca, .sharegpt: .allAnswers
    }
  }

  /// The form whose required keys a row has. Some published sets carry a rendered `text` beside the
  /// parts it was made of; the parts win, because they tell what is an answer.
  package init?(recognizing row: JSONObject) {
    let order: [DataForm] = [.chat, .sharegpt, .alpaca, .completions, .text]
    guard let form = order.first(where: { $0.requiredKeys.allSatisfy { row[$0] != nil } }) else {
      return nil
    }
    self = form
  }

  /// The forms' keys, for messages.
  static let expectation =
    "expected the keys of one form: "
    + allCases.map { form in
      "\(form.rawValue) (\(form.requiredKeys.map { "\"\($0)\"" }.joined(separator: ", ")))"
    }.joined(separator: ", ")
}

/// Which tokens of a sample are learned.
public enum LossScope: String, Codable, Sendable, Hashable, CaseIterable {
  /// All but the first, which has nothing before it.
  case everyToken = "every-token"
  /// The completion, or the last answer of a conversation.
  case completionOnly = "completion-only"
  /// Each answer of a conversation; of a completion the same as ``completionOnly``.
  case allAnswers = "all-answers"
}
