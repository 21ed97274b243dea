// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneAdaptation

extension AutoDecision {
  var writtenAndRead: AutoDecision {
    get throws { try JSONDecoder().decode(Self.self, from: try JSONEncoder().encode(self)) }
  }
}
