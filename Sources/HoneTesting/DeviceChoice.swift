// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

/// Kernels and a number of threads, as a test's argument.
package struct DeviceChoice: Sendable, CustomTestStringConvertible {
  package let kernels: Kernels
  package let threads: Int

  package init(kernels: Kernels, threads: Int) {
    self.kernels = kernels
    self.threads = threads
  }

  package var device: CPUDevice { CPUDevice(kernels: kernels, threads: threads) }
  package var testDescription: String { "\(kernels.name), \(threads) threads" }

  /// Every kernel path of this machine, on 1, 2 and 3 threads.
  package static let all = Kernels.available.flatMap { kernels in
    [1, 2, 3].map { DeviceChoice(kernels: kernels, threads: $0) }
  }
}

extension Kernels: CustomTestStringConvertible {
  package var testDescription: String { name }

  /// What products may be made in.
  package var precisions: [ProductPrecision] { hasBFloat16 ? [.float32, .bfloat16] : [.float32] }
}

/// Lengths at and around the multiples of vectors and tiles.
package let awkwardLengths = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 127, 1023]
