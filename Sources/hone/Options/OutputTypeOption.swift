// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneFormats

/// A number format for weights, as llama.cpp's tools spell it.
enum OutputType: String, ExpressibleByArgument, CaseIterable {
  case f32, f16, bf16
  case q8v0 = "q8_0"
  case q4v0 = "q4_0"
  case q4v1 = "q4_1"
  case q5v0 = "q5_0"
  case q5v1 = "q5_1"

  var storedType: StoredType {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    case .q8v0: .q8v0
    case .q4v0: .q4v0
    case .q4v1: .q4v1
    case .q5v0: .q5v0
    case .q5v1: .q5v1
    }
  }
}
