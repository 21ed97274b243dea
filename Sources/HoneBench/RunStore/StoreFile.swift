// SPDX-License-Identifier: Apache-2.0
import GRDB
import HoneFormats
import HoneStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The run store as a file: made whole, and recognised before SQLite may touch it.
enum StoreFile {
  /// "HONE", the application id in the file's header.
  static let applicationID: UInt32 = 0x484F_4E45
  /// What two processes at work may keep each other waiting, in seconds.
  private static let patience = 30.0

  /// Whether nothing stands there, or an empty file.
  static func isAbsent(_ path: String) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return true }
      throw unreadable(path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw BenchError(.damaged, "\(path): is no regular file; expected a run store")
    }
    return status.st_size == 0
  }

  /// Checks the header, which says whose file it is, without opening it as a database.
  static func check(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 100)
    let count = header.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw unreadable(path, errno) }
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw BenchError(
        .damaged,
        "\(path): is no run store: it does not begin as an SQLite file does; name another with "
          + "--store")
    }
    guard count == header.count else {
      throw BenchError(
        .damaged,
        "\(path): the run store is cut off after \(count) bytes; restore it from a copy, or name "
          + "another with --store")
    }
    let application = header[68..<72].reduce(0) { $0 << 8 | UInt32($1) }
    guard application == applicationID else {
      throw BenchError(
        .damaged,
        "\(path): is an SQLite database of another application, not a run store; name another with "
          + "--store")
    }
  }

  static func checkWritable(_ path: String) throws {
    let folder = folder(of: path)
    for (place, mode) in [(path, W_OK), (folder, W_OK | X_OK)] where access(place, mode) != 0 {
      throw BenchError(
        .notWritable,
        "\(place): the run store cannot be written: \(String(cString: strerror(errno))); name "
          + "another with --store")
    }
  }

  /// Makes an empty store beside its place and links it there, so that it exists whole or not at
  /// all; another process may win.
  static func create(_ path: String) throws {
    let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    defer { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(temporary + suffix) } }
    try FileSystem.createFolder(folder(of: path))
    try StoreFailure.translating(path) {
      let queue = try DatabaseQueue(path: temporary)
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA application_id = \(applicationID)")
      }
      try StoreSchema.migrator.migrate(queue)
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
      try queue.close()
    }
    try FileSystem.synchronize(temporary)
    if link(temporary, path) == 0 { return }
    // Some file systems have no links, and an empty file may be in the way.
    if errno != EEXIST || (try? isAbsent(path)) == true {
      try FileSystem.move(temporary, over: path)
    }
  }

  static func connect(_ path: String, readonly: Bool) throws -> DatabaseQueue {
    let isImmutable =
      readonly && access(folder(of: path), W_OK) != 0 && !FileSystem.exists(path + "-wal")
    return try DatabaseQueue(
      path: isImmutable ? immutableURI(path) : path,
      configuration: configuration(readonly: readonly))
  }

  static func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase { db in
      // Safe against the death of the process; a power cut may take the last transactions, never
      // the file.
      if !readonly { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
      // A crafted file must not run anything.
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    return configuration
  }

  /// SQLite wants to write beside even a file that it only reads, unless told that nobody writes.
  static func immutableURI(_ path: String) -> String {
    let safe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let escaped = path.utf8.map { byte in
      if safe.contains(byte) { return String(decoding: [byte], as: UTF8.self) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }
    return "file:" + escaped.joined() + "?immutable=1"
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func unreadable(_ path: String, _ number: Int32) -> BenchError {
    BenchError(
      .notFound,
      "\(path): the run store cannot be read: \(String(cString: strerror(number))); check the path")
  }
}
