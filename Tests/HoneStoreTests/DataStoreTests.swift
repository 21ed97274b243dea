// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneStore
import HoneTesting
import Testing

@Suite struct DataStoreTests {
  private let home: TemporaryFolder
  private let tools: TemporaryFolder
  private static let files: [DataEntry.File] = [
    .init("x/a.json", 3, "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"),
    .init("LICENSE", 4, "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00"),
  ]

  init() throws {
    home = try TemporaryFolder()
    tools = try TemporaryFolder()
  }

  private func entry(baseURL: String = "https://example.org/") -> DataEntry {
    DataEntry(
      name: "small", summary: "", source: .repository(baseURL: baseURL), license: "MIT",
      files: Self.files)
  }

  /// A store whose Python runs `download`, a shell command, for the folder `$5`.
  private func store(_ download: String) throws -> DataStore {
    let python = try tools.script("python", "echo x >> '\(tools.path)/calls'\n\(download)")
    return DataStore(at: home.path, catalog: [entry()], python: python)
  }

  private static let good = #"printf one > "$5/a.json"; printf four > "$5/LICENSE""#

  private var data: [String] { home.names.filter { $0.contains("/") && !$0.hasSuffix(".lock") } }

  @Test func `a pull puts the files in place, and a second one does nothing`() async throws {
    let store = try store(Self.good)
    #expect(store.presence(of: entry()) == .absent)
    let first = try await store.pull(entry())
    #expect(first.path == home.path + "/data/small" && !first.wasPresent)
    #expect(data == ["data/small", "data/small/LICENSE", "data/small/a.json"])
    #expect(try await store.pull(entry()).wasPresent)
    #expect(tools.text("calls") == "x\n")
  }

  @Test(arguments: [
    #"printf two > "$5/a.json"; printf four > "$5/LICENSE""#,
    #"printf ones > "$5/a.json"; printf four > "$5/LICENSE""#, #"printf one > "$5/a.json""#, ":",
  ])
  func `files that are not the known ones are not kept`(download: String) async throws {
    let store = try store(download)
    let error = await #expect(throws: StoreError.self) { try await store.pull(entry()) }
    #expect(error?.code == .wrongContent)
    #expect(error?.message.contains("nothing was kept") == true)
    #expect(data == [])
  }

  @Test func `a network that fails is named with what Python said`() async throws {
    let store = try store("echo 'urllib.error.URLError: <no route>'; exit 1")
    let error = await #expect(throws: StoreError.self) { try await store.pull(entry()) }
    #expect(error?.code == .downloadFailed)
    for part in ["no route", "https://example.org/", "--data"] {
      #expect(error?.message.contains(part) == true)
    }
    #expect(data == [])
  }

  @Test func `damaged data and what dead pulls left are replaced`() async throws {
    let store = try store(Self.good)
    let manager = FileManager.default
    for folder in ["small", ".small.pull-1-2"] {
      try manager.createDirectory(
        atPath: "\(home.path)/data/\(folder)", withIntermediateDirectories: true)
      try home.write("data/\(folder)/a.json", "on")
    }
    #expect(store.presence(of: entry()) == .damaged)
    _ = try await store.pull(entry())
    #expect(data == ["data/small", "data/small/LICENSE", "data/small/a.json"])
    #expect(home.text("data/small/a.json") == "one")
  }

  @Test func `what is fetched is read to its known length and no further`() async throws {
    try FileManager.default.createDirectory(
      atPath: tools.path + "/x", withIntermediateDirectories: false)
    try tools.write("x/a.json", "one")
    try tools.write("LICENSE", "four")
    let entry = entry(baseURL: "file://\(tools.path)/")
    let store = DataStore(at: home.path, catalog: [entry], python: "python3")
    _ = try await store.pull(entry)
    #expect(home.text("data/small/LICENSE") == "four")
    try tools.write("LICENSE", "four and more")
    try home.remove("data/small/LICENSE")
    await #expect(throws: StoreError.self) { try await store.pull(entry) }
    #expect(home.text("data/small/a.json") == "one")
  }

  @Test func `the catalogue lists the 27 tasks and the licence, over HTTPS and by commit`() throws {
    let entry = try DataStore(at: home.path).entry(named: "bbh")
    #expect(entry.files.count == 28 && entry.license == "MIT")
    guard case .repository(let baseURL) = entry.source else {
      Issue.record("expected a repository")
      return
    }
    #expect(baseURL.hasPrefix("https://"))
    #expect(entry.files.allSatisfy { $0.sha256.count == 64 && $0.byteCount > 0 })
    #expect(throws: StoreError.self) { try DataStore(at: home.path).entry(named: "other") }
  }
}
