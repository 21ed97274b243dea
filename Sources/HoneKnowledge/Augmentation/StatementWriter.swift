// SPDX-License-Identifier: Apache-2.0

/// Whatever makes statements of statements: a model on this machine, or one behind an address.
public protocol StatementWriter: Sendable {
  /// Names the model in the provenance of what it wrote.
  var name: String { get }

  /// Writes one text for each request.
  ///
  /// - Parameters:
  ///   - requests: All of one prompt.
  ///   - context: Stands before everything, such as the whole corpus; nil for nothing.
  ///   - onDrafts: Receives the texts of some requests, by their places, as they come; what it has
  ///     received is kept however this ends.
  func write(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
    configuration: AugmentationConfiguration,
    onDrafts: @escaping @Sendable ([(place: Int, draft: AugmentationDraft)]) throws -> Void
  ) async throws
}
