// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

@Suite struct TrainCommandTests {
  private let command: Command
  private let folder: TemporaryFolder

  init() throws {
    command = try Command()
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/data", withIntermediateDirectories: false)
    for (name, rows) in [("train", 0..<40), ("valid", 40..<48)] {
      try folder.write(
        "data/\(name).jsonl",
        rows.map { #"{"prompt": "\#($0) and", "completion": " \#($0 + 1), then \#($0 * 7)"}"# }
          .joined(separator: "\n"))
    }
  }

  private func arguments(_ name: String, _ more: String...) -> [String] {
    [
      "train", "--model", Command.tinyFolder, "--data", folder.path + "/data", "--adapter-path",
      "\(folder.path)/\(name)", "--iters", "300", "--lora-rank", "4", "--learning-rate", "5e-3",
      "--save-every", "7", "--steps-per-eval", "25", "--max-seq-length", "64",
    ] + more
  }

  private func adapter(_ name: String) -> Data? {
    FileManager.default.contents(atPath: "\(folder.path)/\(name)/adapter_model.safetensors")
  }

  private static func steps(_ path: String) -> Int {
    let text = (try? String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").count { $0.contains("\"loss\"") }
  }

  @Test func `a training killed ten times and resumed ends with the same bits`() async throws {
    let whole = try await command.run(arguments("whole"))
    #expect(whole.code == 0, "\(whole.error)")
    let path = "\(folder.path)/killed"
    var random = SystemRandomNumberGenerator()
    var kills = 0
    for kill in 0..<10 {
      let least = kill * 28 + Int.random(in: 0..<28, using: &random)
      let isBegun = FileManager.default.fileExists(atPath: path + "/run.json")
      let outcome = try await command.signal(
        isBegun ? arguments("killed", "--resume") : arguments("killed"), .kill,
        when: {
          FileManager.default.fileExists(atPath: path + "/run.json") && Self.steps(path) >= least
        })
      if outcome.code == 128 + 9 { kills += 1 }
    }
    #expect(kills >= 8, "\(kills) of 10 kills came in time")
    let last = try await command.run(arguments("killed", "--resume", "--json"))
    #expect(last.code == 0, "\(last.error)")
    #expect(try last.json()["steps"] as? Int == 300)
    #expect(adapter("killed") == adapter("whole"))
    #expect(adapter("whole") != nil)
    let losses = try ["whole", "killed"].map { name in
      try String(contentsOfFile: "\(folder.path)/\(name)/metrics.jsonl", encoding: .utf8)
        .split(separator: "\n").map { line in
          var object =
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double] ?? [:]
          object["seconds"] = nil
          return object
        }
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0].count == 300 + 13)
  }

  @Test func `an interrupted training keeps what it did and says how to go on`() async throws {
    let path = "\(folder.path)/run"
    let outcome = try await command.signal(
      // Long enough not to end before the signal comes.
      arguments("run", "--iters", "1000000", "--save-every", "1000000"), .interrupt,
      when: { Self.steps(path) >= 20 })
    #expect(outcome.code == 130)
    #expect(outcome.output.contains("--resume"))
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints")
    #expect(checkpoints.count == 1)
  }

  @Test func `the adapter that is trained is one that other verbs take`() async throws {
    let trained = try await command.run(arguments("run", "--iters", "12"))
    #expect(trained.code == 0, "\(trained.error)")
    #expect(trained.error.contains("Iter 10: Train loss "))
    #expect(trained.error.contains("Val loss "))
    #expect(trained.output.contains("hone generate --adapter-path"))
    for line in trained.output.split(separator: "\n") where !line.contains(folder.path) {
      #expect(line.count <= 80, "\(line)")
    }
    let generated = try await command.run(
      "generate", "--model", Command.tinyFolder, "--adapter-path", "\(folder.path)/run",
      "--prompt", "3 and", "--max-tokens", "4", "--temp", "0")
    #expect(generated.code == 0, "\(generated.error)")
    let picture = try String(contentsOfFile: "\(folder.path)/run/loss.svg", encoding: .utf8)
    #expect(picture.hasPrefix("<svg ") && picture.contains("class=\"valid\""))
  }

  @Test func `settings come from a file, and flags stand above it`() async throws {
    let config = try folder.write(
      "config.yaml",
      """
      # hone train -c config.yaml
      model: \(Command.tinyFolder)
      data: \(folder.path)/data
      adapter_path: \(folder.path)/run
      iters: 6
      lora_rank: 2
      target_modules: [q_proj, v_proj]
      lr_schedule: wsd
      compute: float32
      """)
    let outcome = try await command.run("train", "-c", config, "--lora-rank", "5", "--json")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(try outcome.json()["steps"] as? Int == 6)
    let run = try String(contentsOfFile: folder.path + "/run/run.json", encoding: .utf8)
    #expect(run.contains("\"loraRank\":5") && run.contains("\"schedule\":\"wsd\""))
    #expect(run.contains("\"targetModules\":[\"q_proj\",\"v_proj\"]"))
  }

  @Test(arguments: [
    ("iter: 5\nlora_rnk: 3", ["2 unknown settings", "line 1: iter", "line 2: lora_rnk"]),
    ("iters: many", ["iters"]), ("- a\n- b", ["key: value"]), ("iters: [", ["is no YAML"]),
    ("lr_schedule: steep", ["lr_schedule"]), ("", ["key: value"]),
  ])
  func `a file of settings that is wrong is told why`(
    content: String, expected: [String]
  ) async throws {
    let config = try folder.write("wrong.yaml", content)
    let outcome = try await command.run("train", "-c", config)
    #expect(outcome.code == 65)
    for part in expected { #expect(outcome.error.contains(part), "\(outcome.error)") }
  }

  @Test func `what cannot be trained as asked ends with 64`() async throws {
    for more in [
      ["--iters", "0"], ["--target-modules", "x_proj"], ["--patience", "0"],
      ["--max-seq-length", "1"], ["--mask-prompt", "--loss", "all-answers"],
    ] {
      let outcome = try await command.run(arguments("none") + more)
      #expect(outcome.code == 64, "\(more): \(outcome.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
    }
  }
}
