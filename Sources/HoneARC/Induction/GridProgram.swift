// SPDX-License-Identifier: Apache-2.0

/// A program that people can read: layers, the first on top, each a pipeline of functions.
public struct GridProgram: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A part of the output.
  public struct Layer: Sendable, Hashable, Codable {
    /// What the pipeline begins with, such as `input`.
    public let root: String
    /// Names of functions, the first one first.
    public let functions: [String]
    /// What is drawn of it where the layers above leave something open; empty for all.
    public let drawing: String
  }

  /// What is done to every grid before, such as `colors by frequency`; undone on the answer.
  public let preparation: String?
  public let layers: [Layer]

  /// A line for each layer.
  public var description: String {
    let lines = layers.map { layer in
      ([layer.root] + layer.functions).joined(separator: " | ")
        + (layer.drawing.isEmpty ? "" : " : \(layer.drawing)")
    }
    return ((preparation.map { ["with \($0)"] } ?? []) + lines).joined(separator: "\n")
  }
}
