// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Says what SQLite's errors mean to a user.
enum StoreFailure {
  /// - Throws: ``BenchError`` for what SQLite, GRDB or a decoder throws.
  static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw failure(path, error)
    } catch let error as RowDecodingError {
      throw damaged(path, "a value is of the wrong type (\(error))")
    } catch let error as DecodingError {
      throw damaged(path, "a text in it is not the JSON it should be (\(error))")
    }
  }

  static func damaged(_ path: String, _ what: String) -> BenchError {
    BenchError(
      .damaged,
      "\(path): the run store is damaged: \(what); it was left as it is: restore it from a copy, or "
        + "name another with --store")
  }

  private static func failure(_ path: String, _ error: DatabaseError) -> BenchError {
    let said = error.message ?? "\(error.resultCode)"
    switch error.resultCode.primaryResultCode {
    case .SQLITE_FULL:
      return full(path)
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE:
      return full(path)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return BenchError(
        .notWritable,
        "\(path): another process has kept the run store to itself for too long; try again when it "
          + "is done, or name another with --store")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return BenchError(
        .notWritable,
        "\(path): the run store cannot be opened for what is to be done (\(said)); check the "
          + "permissions of the file and its folder, or name another with --store")
    case .SQLITE_IOERR:
      return BenchError(
        .notWritable,
        "\(path): the run store cannot be read or written (\(said)); check the disk. What was "
          + "stored before is kept")
    case .SQLITE_CONSTRAINT:
      return BenchError(
        .damaged,
        "\(path): a row does not fit the run store (\(said)); nothing of it was stored")
    default:
      return damaged(path, said)
    }
  }

  private static func full(_ path: String) -> BenchError {
    BenchError(
      .notWritable,
      "\(path): the disk is full; what was stored before is kept: make room, then go on with "
        + "--resume")
  }
}
