// SPDX-License-Identifier: Apache-2.0
import GRDB
import HoneStore

/// Runs with all their answers, in one SQLite file.
///
/// Every call is one transaction, and several processes may use the file at once. Nothing is written
/// to a file before it has been recognised as a sound store of this version or an earlier one.
package final class RunStore: Sendable {
  package enum Access: Sendable {
    /// The file must be there; it may lie where nothing can be written.
    case reading
    /// The file is made where there is none, and brought to this version if it is older.
    case writing
  }

  package let path: String
  let queue: DatabaseQueue

  /// `runs.sqlite` in Hone's folder.
  package static func defaultPath() throws -> String {
    try ModelStore.defaultFolder() + "/runs.sqlite"
  }

  /// - Throws: ``BenchError``, what stands at the path being as it was.
  package convenience init(path: String, access: Access) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw BenchError("the run store's name is empty or holds a zero byte")
    }
    // SQLite would take what begins with "file:" for a URI.
    let path = path.hasPrefix("file:") ? "./" + path : path
    if try StoreFile.isAbsent(path) {
      guard access == .writing else {
        throw BenchError(
          .notFound,
          "\(path): there is no run store; hone bench run makes one, --store names another")
      }
      try StoreFile.create(path)
    }
    try StoreFile.check(path)
    if access == .writing { try StoreFile.checkWritable(path) }
    let queue = try StoreFailure.translating(path) {
      let queue = try StoreFile.connect(path, readonly: access == .reading)
      try queue.read { try StoreSchema.check($0, path: path, isThorough: access == .writing) }
      if access == .writing { try StoreSchema.migrator.migrate(queue) }
      return queue
    }
    self.init(path: path, queue: queue)
  }

  private init(path: String, queue: DatabaseQueue) {
    self.path = path
    self.queue = queue
  }

  /// Runs a read.
  func read<T>(_ body: (Database) throws -> T) throws -> T {
    try StoreFailure.translating(path) { try queue.read(body) }
  }

  /// Runs a transaction, which waits for those of other processes.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    try StoreFailure.translating(path) { try queue.write(body) }
  }
}
