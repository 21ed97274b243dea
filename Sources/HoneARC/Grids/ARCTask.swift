// SPDX-License-Identifier: Apache-2.0

/// An input grid with its output.
public struct ARCPair: Codable, Sendable, Hashable {
  public let input: Grid
  public let output: Grid

  public init(input: Grid, output: Grid) {
    self.input = input
    self.output = output
  }

  /// Whether the output has as many rows and columns as the input.
  var keepsSize: Bool { input.height == output.height && input.width == output.width }
}

/// A puzzle: demonstrations of a rule, and inputs that it is to be applied to.
///
/// - SeeAlso: Chollet 2019, arXiv 1911.01547, §III.
public struct ARCTask: Sendable, Hashable {
  /// An input to answer.
  public struct Query: Sendable, Hashable {
    public let input: Grid
    /// The right output; nil where nobody said.
    public let output: Grid?

    public init(input: Grid, output: Grid? = nil) {
      self.input = input
      self.output = output
    }
  }

  /// Such as `007bbfb7`; of a file without one, its name.
  public let id: String
  public let demonstrations: [ARCPair]
  public let queries: [Query]

  public init(id: String, demonstrations: [ARCPair], queries: [Query]) {
    self.id = id
    self.demonstrations = demonstrations
    self.queries = queries
  }
}
