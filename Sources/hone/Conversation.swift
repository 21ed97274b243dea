// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The turns of a chat that the model still sees.
struct Conversation {
  let model: LanguageModel
  private let system: String?
  private var turns: [ChatMessage] = []

  init(model: LanguageModel, system: String?) {
    self.model = model
    self.system = system
  }

  /// The conversation as tokens, up to where the next answer begins.
  func ids() throws -> [Int32] {
    let first = system.map { [ChatMessage(role: "system", content: $0)] } ?? []
    return try model.encodeChat(first + turns)
  }

  /// Adds a question and drops the oldest turns until an answer of `room` tokens fits.
  ///
  /// A context that is not much longer than `room` leaves half of itself to the answer.
  /// - Returns: How many turns, question and answer, were dropped.
  /// - Throws: ``ModelError`` if the question alone is too long; the conversation is as before.
  mutating func ask(_ question: String, room: Int) throws -> Int {
    let before = turns
    let limit = model.contextLength - min(room, model.contextLength / 2)
    turns.append(ChatMessage(role: "user", content: question))
    var dropped = 0
    do {
      while true {
        let count = try ids().count
        if count <= limit { return dropped }
        guard turns.count > 1 else {
          throw ModelError(
            .tooLong,
            "the question has \(count) tokens; the model's context of \(model.contextLength) "
              + "leaves room for \(limit) before the answer: shorten it or lower --max-tokens")
        }
        turns.removeFirst(min(2, turns.count - 1))
        dropped += 1
      }
    } catch {
      turns = before
      throw error
    }
  }

  /// Takes the question back that was not answered.
  mutating func retract() { turns.removeLast() }

  /// Adds the model's answer.
  mutating func answered(_ text: String) {
    turns.append(ChatMessage(role: "assistant", content: text))
  }
}
