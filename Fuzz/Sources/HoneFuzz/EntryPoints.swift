// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation

/// What libFuzzer calls before all else.
///
/// `HONE_FUZZ_FORMAT` names the format, `HONE_FUZZ_SCRATCH` a folder to write files to (fastest in
/// memory). With `HONE_FUZZ_SEEDS` the process only writes the format's seeds to that folder.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
  if let folder = ProcessInfo.processInfo.environment["HONE_FUZZ_SEEDS"] {
    do {
      try Seeds(target.format).write(to: folder)
      exit(0)
    } catch { stop("the seeds cannot be written: \(error)") }
  }
  return 0
}

/// Reads one mutated input; returns only if that went well.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  let done = DispatchSemaphore(value: 0)
  Task {
    await target.run(input)
    done.signal()
  }
  done.wait()
  return 0
}

private let target: FuzzTarget = {
  let environment = ProcessInfo.processInfo.environment
  guard let name = environment["HONE_FUZZ_FORMAT"], let format = FuzzFormat(rawValue: name) else {
    let names = FuzzFormat.allCases.map(\.rawValue).joined(separator: ", ")
    stop("HONE_FUZZ_FORMAT: expected one of \(names)")
  }
  do {
    return try FuzzTarget(
      format, scratch: environment["HONE_FUZZ_SCRATCH"] ?? NSTemporaryDirectory() + "hone-fuzz")
  } catch { stop("the target cannot be set up: \(error)") }
}()

private func stop(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(64)
}
