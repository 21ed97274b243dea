// SPDX-License-Identifier: Apache-2.0

extension Array {
  /// Every way to leave out `count` elements, in the order of the places left out.
  func leavingOut(_ count: Int) -> [[Element]] {
    if count == 0 { return [self] }
    if count > self.count { return [] }
    return indices.flatMap { first in
      // Later places only, or each way would come once for each of its orders.
      Array(self[(first + 1)...]).leavingOut(count - 1).map { self[..<first] + $0 }
    }
  }
}
