// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Trouble that the command itself meets: its streams and what it is given through them.
package struct CommandError: HoneFailure {
  package let kind: FailureKind
  package let message: String

  package init(_ kind: FailureKind, _ message: String) {
    self.kind = kind
    self.message = message.visibleInMessage
  }
}
