// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension RoPEScaling {
  /// Reads `rope_parameters` or `rope_scaling` of config.json.
  ///
  /// - Parameter context: `max_position_embeddings`, the original context where none is given.
  init(json reader: ConfigurationReader, file: String, context: Int) throws {
    let type = try reader.string("rope_type", default: reader.string("type", default: "default"))
    func positive(_ key: String, default fallback: Double? = nil) throws -> Double {
      let value = try reader.double(key, default: fallback)
      guard value > 0, value.isFinite else {
        throw FormatError(
          .malformed, file: file, "rope_scaling \(key) is \(value), expected a positive number")
      }
      return value
    }
    func originalContext(default fallback: Int? = nil) throws -> Int {
      let key = "original_max_position_embeddings"
      let original = try reader.int(key, default: fallback)
      guard original > 0 else {
        throw FormatError(
          .malformed, file: file, "rope_scaling \(key) is \(original), expected > 0")
      }
      return original
    }
    guard try reader.double("partial_rotary_factor", default: 1) == 1 else {
      throw ModelError(
        .unsupported,
        "\(file): a partial_rotary_factor other than 1 is not supported: Hone rotates whole heads")
    }
    switch type {
    case "default": self = .none
    case "linear": self = .linear(factor: try positive("factor"))
    case "llama3":
      let low = try positive("low_freq_factor")
      let high = try positive("high_freq_factor")
      guard high > low else {
        throw FormatError(
          .malformed, file: file,
          "rope_scaling high_freq_factor \(high) must be above low_freq_factor \(low)")
      }
      let original = try originalContext()
      self = .llama3(
        factor: try positive("factor"), lowFreqFactor: low, highFreqFactor: high,
        originalMaxPositionEmbeddings: original)
    case "yarn":
      let original = try originalContext(default: context)
      let factor = try positive("factor", default: Double(context) / Double(original))
      let fast = try positive("beta_fast", default: 32)
      let slow = try positive("beta_slow", default: 1)
      guard fast > slow else {
        throw FormatError(
          .malformed, file: file,
          "rope_scaling beta_fast \(fast) must be above beta_slow \(slow)")
      }
      self = .yarn(
        factor: factor,
        attentionFactor: try positive(
          "attention_factor", default: Self.attentionFactor(reader, factor: factor)),
        betaFast: fast, betaSlow: slow, originalMaxPositionEmbeddings: original,
        truncate: try reader.bool("truncate", default: true))
    default:
      throw ModelError(
        .unsupported,
        "\(file): rope_scaling of type \"\(type)\" is not supported; Hone knows default, linear, "
          + "llama3 and yarn")
    }
  }

  /// From `mscale` and `mscale_all_dim` where both are given and not 0, as transformers has it.
  private static func attentionFactor(
    _ reader: ConfigurationReader, factor: Double
  ) throws -> Double {
    let mscale = try reader.double("mscale", default: 0)
    let allDims = try reader.double("mscale_all_dim", default: 0)
    guard mscale != 0, allDims != 0 else { return yarnAttentionFactor(factor) }
    return yarnAttentionFactor(factor, mscale: mscale)
      / yarnAttentionFactor(factor, mscale: allDims)
  }
}
