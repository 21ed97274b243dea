// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct BenchCommandTests {
  private let command: Command
  init() throws { command = try Command() }

  /// Small enough for the tiny model's context of 512 tokens, and for a debug build.
  private static let small = [
    "bench", "speed", "--model", Command.tinyFolder, "--prompt-tokens", "20",
    "--generation-tokens", "4", "--streams", "3", "--train-tokens", "10", "--repeats", "2",
  ]
  private static let figures = [
    "promptTokensPerSecond", "generationTokensPerSecond", "batchGenerationTokensPerSecond",
    "loraTrainTokensPerSecond", "loraTrainMaskedTokensPerSecond",
  ]

  @Test func `bench speed prints one JSON object with every figure`() async throws {
    let outcome = try await command.run(Self.small + ["--json"])
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").count == 1)
    let json = try outcome.json()
    for key in Self.figures + ["loadSeconds", "peakMemoryBytes"] {
      #expect(try #require(json[key] as? Double) > 0, "\(key)")
    }
    for key in ["threads", "model", "kernels", "compute", "weightFormat", "settings"] {
      #expect(json[key] != nil, "\(key)")
    }
    let ceilings = try #require(json["ceilings"] as? [String: Any])
    for key in ["gigaflopsPerCore", "gigaflops", "memoryReadGigabytesPerSecond"] {
      #expect(try #require(ceilings[key] as? Double) > 0, "\(key)")
    }
    let details = try #require(json["details"] as? [String: [String: Any]])
    #expect(Set(details.keys) == Set(Self.figures))
    for (key, detail) in details {
      #expect(try #require(detail["ceilingShare"] as? Double) > 0, "\(key)")
      #expect((detail["samples"] as? [Double])?.count == 2, "\(key)")
    }
  }

  @Test func `bench speed measures what it is asked for and says null for the rest`()
    async throws
  {
    let json = try await command.run(Self.small + ["--json", "--only", "prompt"]).json()
    #expect(json["promptTokensPerSecond"] is Double)
    for key in Self.figures.dropFirst() { #expect(json[key] is NSNull, "\(key)") }
  }

  @Test func `bench speed prints a table of 80 columns`() async throws {
    let outcome = try await command.run(Self.small)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("prompt of 20"))
    #expect(outcome.output.contains("LoRA step, 2 × 10, 20 % loss"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    (["--repeats", "0"], 64), (["--generation-tokens", "1"], 64), (["--train-tokens", "1"], 64),
    (["--only", "prompt,nonsense"], 64), (["--only", ""], 64),
    (["--prompt-tokens", "510"], 65), (["--train-tokens", "600"], 65),
  ])
  func `bench speed refuses what cannot be run`(extra: [String], code: Int) async throws {
    let outcome = try await command.run(Self.small + extra)
    #expect(outcome.code == code)
    #expect(outcome.output == "")
    #expect(outcome.error.contains("hone: error: "))
  }

  @Test func `SIGINT ends bench speed`() async throws {
    let outcome = try await command.interrupt(
      Self.small + [
        "--repeats", "1000", "--train-tokens", "500", "--train-sequences", "64", "--only",
        "lora-train",
      ]
    ) { $0.contains("lora-train") }
    #expect(outcome.code == 130)
  }

  @Test(arguments: ["bench --help", "bench speed --help", "doctor --help"])
  func `Help fits 80 columns`(line: String) async throws {
    let outcome = try await command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.code == 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `doctor tells what the machine offers`() async throws {
    let outcome = try await command.run("doctor", "--json")
    #expect(outcome.code == 0)
    let json = try outcome.json()
    #expect(json["isSound"] as? Bool == true)
    let machine = try #require(json["machine"] as? [String: Any])
    #expect(try #require(machine["cores"] as? Int) > 0)
    #expect(try #require(machine["memoryBytes"] as? Int) > 0)
    let kernels = try #require(json["kernels"] as? [String: Any])
    let available = try #require(kernels["available"] as? [String])
    #expect(available.last == "generic")
    let chosen = try #require(kernels["chosen"] as? String)
    #expect(available.contains(chosen))
    let instruction = try #require(kernels["int8Instruction"] as? String)
    #expect(json["ceilings"] is [String: Any])
    #expect(json["python"] is [String: Any])
    let store = try #require(json["store"] as? [String: Any])
    #expect(store["folder"] as? String == command.home.path)
    #expect(store["isWritable"] as? Bool == true)
    let models = try #require(store["models"] as? [[String: Any]])
    #expect(models.first?["status"] as? String == "absent")
    let text = try await command.run("doctor")
    #expect(text.code == 0)
    #expect(text.output.contains("hone models pull smollm2-135m"))
    #expect(text.output.contains("int8 products by \(instruction)"))
    #expect(text.output.hasSuffix("ready\n"))
  }

  @Test func `doctor reports all that is broken and ends with the first one's code`()
    async throws
  {
    var command = command
    // A file where the folder belongs.
    let file = try command.home.write("file", Data())
    command.environment = ["HONE_CPU": "abacus", "HONE_HOME": file]
    let outcome = try await command.run("doctor", "--json")
    #expect(outcome.code == 64)
    let json = try outcome.json()
    #expect(json["isSound"] as? Bool == false)
    #expect((json["problems"] as? [String])?.count == 2)
    #expect(outcome.error.contains("HONE_CPU=abacus"))
    #expect(outcome.error.contains(file))
    command.environment = ["HONE_HOME": file]
    #expect(try await command.run("doctor").code == 66)
  }

  @Test func `doctor does without Python`() async throws {
    var command = command
    command.environment = ["PATH": command.home.path]
    let outcome = try await command.run("doctor")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("not found; only hone models pull needs it"))
  }
}
