// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import Testing

@testable import HoneBench

@Suite struct GradientComparisonTests {
  /// Two layers with q_proj and v_proj of rank 1: A `[1, 2]`, B `[2, 1]`.
  private static func adapter(_ values: [[Float]]) throws -> LoRAAdapter {
    let configuration = try LoRAConfiguration(
      loraRank: 1, loraAlpha: 1, targetModules: [.query, .value])
    let linears = values.map { values in
      LoRALinear(
        a: Tensor(Array(values[0..<2]), rows: 1, columns: 2),
        b: Tensor(Array(values[2..<4]), rows: 2, columns: 1))
    }
    let layers = [0, 2].map { first -> [LoRALinear?] in
      TargetModule.allCases.map { module in
        switch module {
        case .query: linears[first]
        case .value: linears[first + 1]
        default: nil
        }
      }
    }
    return LoRAAdapter(configuration: configuration, layers: layers)
  }

  private static let reference: [[Float]] = [
    [1, 2, 3, 4], [0, 0, 1, 0], [5, 0, 0, 0], [1, 1, 1, 1],
  ]

  @Test func `Cosines and error are those of the concatenated parameters`() throws {
    var other = Self.reference
    other[1] = [0, 0, 1, 1]
    other[3] = [1, 1, 1, -1]
    let found = GradientComparison(
      try Self.adapter(Self.reference), try Self.adapter(other))
    // Squares of the reference: 30, 1, 25, 4.
    #expect(abs(found.cosine - (30 + 1 + 25 + 2) / (60.0 * 61).squareRoot()) < 1e-12)
    #expect(abs(found.relativeError - (5 / 60.0).squareRoot()) < 1e-12)
    #expect(abs(found.cosineByLayer[0] - 31 / (31.0 * 32).squareRoot()) < 1e-12)
    #expect(abs(found.cosineByLayer[1] - 27.0 / 29) < 1e-12)
    #expect(found.cosineByModule.count == 2)
    #expect(found.cosineByModule["q_proj"] == 1)
    #expect(abs(try #require(found.cosineByModule["v_proj"]) - 3 / 30.0.squareRoot()) < 1e-12)
    let worst = try #require(found.worst)
    #expect((worst.layer, worst.module) == (1, .value))
    #expect(worst.cosine == 0.5)
    #expect(worst.name == "model.layers.1.self_attn.v_proj")
  }

  @Test func `Zeros point where zeros point and nowhere else`() throws {
    let zeros = try Self.adapter(Array(repeating: [0, 0, 0, 0], count: 4))
    let same = GradientComparison(zeros, zeros)
    #expect(same.cosine == 1)
    #expect(same.relativeError == 0)
    let other = GradientComparison(zeros, try Self.adapter(Self.reference))
    #expect(other.cosine == 0)
    #expect(other.relativeError == 1)
    #expect(other.worst?.cosine == 0)
  }
}
