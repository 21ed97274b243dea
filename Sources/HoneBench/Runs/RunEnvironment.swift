// SPDX-License-Identifier: Apache-2.0

/// Where answers were computed: what may explain seconds, and in rare cases an answer.
package struct RunEnvironment: Codable, Sendable, Hashable {
  package let honeVersion: String
  /// The checkout's commit that the command was built in; nil where that cannot be told.
  package let commit: String?
  package let operatingSystem: String
  /// The processor's name; nil where the system does not say.
  package let processor: String?
  package let cores: Int
  /// Instruction sets that matter to the kernels.
  package let features: [String]
  package let memoryBytes: Int
  package let threads: Int
  /// The kernels that computed, such as `avx512`.
  package let kernels: String

  package init(
    honeVersion: String, commit: String?, operatingSystem: String, processor: String?, cores: Int,
    features: [String], memoryBytes: Int, threads: Int, kernels: String
  ) {
    self.honeVersion = honeVersion
    self.commit = commit
    self.operatingSystem = operatingSystem
    self.processor = processor
    self.cores = cores
    self.features = features
    self.memoryBytes = memoryBytes
    self.threads = threads
    self.kernels = kernels
  }
}
