// SPDX-License-Identifier: Apache-2.0

/// A worked example of a task.
public struct Demonstration: Codable, Sendable, Hashable {
  public let input: String
  public let output: String
  public init(input: String, output: String) {
    self.input = input
    self.output = output
  }
}

extension [Demonstration] {
  /// The places of all that differ, the first of equal ones; white space at the ends aside.
  var withoutCopies: [Int] {
    var seen: Set<Demonstration> = []
    return indices.filter { index in
      seen.insert(
        Demonstration(
          input: self[index].input.trimmingWhitespace(),
          output: self[index].output.trimmingWhitespace())
      ).inserted
    }
  }

  /// Of each the place of the first with the same output, white space at the ends aside.
  var sameOutputs: [Int] {
    var firsts: [String: Int] = [:]
    return enumerated().map { place, demonstration in
      let output = demonstration.output.trimmingWhitespace()
      let first = firsts[output] ?? place
      firsts[output] = first
      return first
    }
  }
}

/// An input to answer; its right output, where known, is only compared with the answer.
public struct Query: Codable, Sendable, Hashable {
  public let input: String
  public let output: String?
  public init(input: String, output: String? = nil) {
    self.input = input
    self.output = output
  }
}

/// A task given by demonstrations, with the queries to answer.
public struct FewShotTask: Sendable, Hashable {
  public let name: String
  /// What to do, in words; nil if the demonstrations must say it all.
  public let instruction: String?
  public let demonstrations: [Demonstration]
  public let queries: [Query]

  public init(
    name: String, instruction: String? = nil, demonstrations: [Demonstration], queries: [Query]
  ) {
    self.name = name
    self.instruction = instruction
    self.demonstrations = demonstrations
    self.queries = queries
  }

  /// The same with nothing known of the queries' answers.
  package var withoutOutputs: FewShotTask {
    FewShotTask(
      name: name, instruction: instruction, demonstrations: demonstrations,
      queries: queries.map { Query(input: $0.input) })
  }
}
