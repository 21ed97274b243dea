// SPDX-License-Identifier: Apache-2.0

/// Which elements a training step leaves out of what goes into an adapter.
///
/// Whether an element is dropped follows from the seed and its place alone, so that a backward, or
/// a forward pass done again, drops the same ones.
/// - SeeAlso: Srivastava et al. 2014, JMLR 15, §4.
package struct Dropout: Sendable, Hashable {
  /// The part that is dropped, 0 ..< 1; what is kept is divided by 1 − rate.
  package let rate: Double
  package let seed: UInt64

  package init(rate: Double, seed: UInt64) {
    precondition(rate >= 0 && rate < 1)
    self.rate = rate
    self.seed = seed
  }

  /// The same for another place of the model.
  package func derived(_ number: Int) -> Dropout {
    Dropout(rate: rate, seed: Self.mixed(seed &+ UInt64(truncatingIfNeeded: number)))
  }

  /// The end of SplitMix64.
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension CPUDevice {
  /// `out = kept(x) / (1 − rate)`, or adds that to `out`; its own backward.
  package func dropout(into out: Tensor, _ x: Tensor, _ dropout: Dropout, accumulate: Bool = false)
  {
    precondition(out.rows == x.rows && out.columns == x.columns)
    // Sixteen bits decide an element, so one draw serves four.
    let threshold = UInt64((dropout.rate * 65536).rounded())
    let scale = Float(1 / (1 - dropout.rate))
    forEachRowBlock(x.rows) { rows in
      for row in rows {
        let (target, source) = (out.pointer + row * out.stride, x.pointer + row * x.stride)
        let seed = Dropout.mixed(dropout.seed ^ UInt64(row) &* 0xD6E8_FEB8_6659_FD93)
        for start in Swift.stride(from: 0, to: x.columns, by: 4) {
          var bits = Dropout.mixed(seed &+ UInt64(start))
          for column in start..<min(start + 4, x.columns) {
            let value = bits & 0xFFFF < threshold ? 0 : source[column] * scale
            target[column] = accumulate ? target[column] + value : value
            bits >>= 16
          }
        }
      }
    }
  }
}
