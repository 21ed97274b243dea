// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A number that concurrent work counts up.
final class Counter: Sendable {
  private let count: Mutex<Int>

  init(_ value: Int) { count = Mutex(value) }

  var value: Int { count.withLock { $0 } }

  /// - Returns: The new value.
  func increment() -> Int {
    count.withLock { value in
      value += 1
      return value
    }
  }
}
