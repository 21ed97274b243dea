// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct ReportCommandTests {
  private let command: Command
  private let folder: TemporaryFolder
  private var store: String { folder.path + "/runs.sqlite" }

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
  }

  /// A run of the tiny model on a suite of one task.
  private func makeRun(_ strategies: String = "zero-shot,icl,ttt") async throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/animals", withIntermediateDirectories: true)
    try folder.write(
      "animals/dogs.jsonl",
      (0..<12).map { #"{"input": "dogs \#($0)", "output": "the dog"}"# }.joined(separator: "\n"))
    let outcome = try await command.run(
      "bench", "run", folder.path + "/animals", "--model", Command.tinyFolder, "--strategies",
      strategies, "--demonstrations", "3", "--limit", "4", "--steps", "2", "--store",
      store)
    #expect(outcome.code == 0, "\(outcome.error)")
  }

  @Test func `a run is reported in three forms`() async throws {
    try await makeRun()
    let markdown = try await command.run("report", "latest", "--store", store)
    #expect(markdown.code == 0 && markdown.output.hasPrefix("# animals\n"))
    #expect(markdown.output.contains("| 4/4 | 9 | "))
    let same = try await command.run("report", "latest", "--markdown", "--store", store)
    #expect(same.output == markdown.output)
    let note = try folder.write("note.md", "What differs.")
    let noted = try await command.run("report", "latest", "--note", note, "--store", store)
    #expect(noted.output.contains("## Notes\n\nWhat differs.\n"))
    let csv = try await command.run("report", "latest", "--csv", "--store", store)
    #expect(csv.code == 0 && csv.output.split(separator: "\n").count == 4)
    let html = try await command.run(
      "report", "latest", "--html", folder.path + "/page.html", "--store", store)
    #expect(html.code == 0 && html.output.isEmpty && html.error.contains("page.html: "))
    #expect(folder.text("page.html")?.hasPrefix("<!DOCTYPE html>") == true)
  }

  @Test func `the page comes out of the command's one file`() async throws {
    try await makeRun()
    let copy = folder.path + "/elsewhere/hone"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/elsewhere", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Command.executable, toPath: copy)
    let script = try folder.script(
      "script", "exec '\(copy)' report latest --html '\(folder.path)/page.html' --store '\(store)'")
    let outcome = try await command.run(script: script)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(folder.text("page.html")?.hasSuffix("</html>\n") == true)
  }

  @Test func `what auto expected is drawn`() async throws {
    try await makeRun("zero-shot,icl,auto")
    let file = folder.path + "/calibration.svg"
    let outcome = try await command.run(
      "report", "latest", "--calibration", file, "--store", store)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.isEmpty && outcome.error.contains("calibration.svg: "))
    let svg = try #require(folder.text("calibration.svg"))
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
    #expect(svg.contains(" predictions, calibration error ") && svg.hasSuffix("</svg>\n"))
  }

  @Test func `a run without choices has no calibration`() async throws {
    try await makeRun()
    let outcome = try await command.run(
      "report", "latest", "--calibration", folder.path + "/calibration.svg", "--store", store)
    #expect(outcome.code == 65 && outcome.error.contains("auto chose nothing here"))
    #expect(outcome.output.isEmpty && !folder.names.contains { $0.hasPrefix("calibration") })
  }

  @Test(arguments: [
    (["report"], 64), (["report", "x", "--html", "a", "--csv"], 64),
    (["report", "x", "--csv", "--note", "a"], 64), (["report", "x", "--html", ""], 64),
    (["report", "x", "--calibration", ""], 64),
    (["report", "x", "--calibration", "a", "--html", "b"], 64),
    (["report", "x", "--calibration", "a", "--note", "b"], 64),
    (["report", "x"], 66), (["report", "x", "--note", "/nowhere"], 66),
  ])
  func `report refuses what cannot be shown`(arguments: [String], code: Int) async throws {
    let outcome = try await command.run(arguments)
    #expect(outcome.code == code, "\(outcome.error)")
    #expect(outcome.output.isEmpty && !outcome.error.isEmpty)
  }

  @Test func `a page that cannot be written leaves nothing behind`() async throws {
    try await makeRun()
    let outcome = try await command.run(
      "report", "latest", "--html", folder.path + "/no/such/page.html", "--store", store)
    #expect(outcome.code == 66 && outcome.error.contains("page.html"))
    #expect(folder.names.filter { $0.hasSuffix(".html") || $0.hasSuffix(".tmp") }.isEmpty)
    let run = try await command.run("report", "nothing", "--store", store)
    #expect(run.code == 66 && run.error.contains("there is no run \"nothing\""))
  }
}
