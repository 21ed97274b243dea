// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneTesting
import Testing

@Suite struct DrawingTests {
  private let path: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let rows = (0..<20).map { "{\"input\": \"i\($0)\", \"output\": \"o\($0)\"}" }
    path = try folder.write("pile.v1.jsonl", rows.joined(separator: "\n"))
  }

  private func draw(_ demonstrations: Int, _ queries: Int?, seed: UInt64 = 0) throws -> FewShotTask
  {
    try FewShotTask(
      drawingFrom: path, demonstrations: demonstrations, queries: queries, seed: seed)
  }

  @Test func `the same seed draws the same task, another seed another`() throws {
    #expect(try draw(5, 7, seed: 3) == draw(5, 7, seed: 3))
    #expect(try draw(5, 7, seed: 3) != draw(5, 7, seed: 4))
    #expect(try draw(5, 7).name == "pile")
  }

  @Test(arguments: [0, 1, 2, UInt64.max])
  func `demonstrations and queries have no example in common`(seed: UInt64) throws {
    let task = try draw(8, nil, seed: seed)
    #expect(task.demonstrations.count == 8)
    #expect(task.queries.count == 12)
    let inputs = task.demonstrations.map(\.input) + task.queries.map(\.input)
    #expect(Set(inputs) == Set((0..<20).map { "i\($0)" }))
    for query in task.queries { #expect(query.output == "o" + query.input.dropFirst()) }
  }

  @Test func `more queries leave the demonstrations as they are`() throws {
    #expect(try draw(5, 2).demonstrations == draw(5, 15).demonstrations)
    #expect(try draw(5, 2).queries == Array(draw(5, 15).queries.prefix(2)))
  }

  @Test(
    arguments: [
      (0, 5), (-1, 5), (20, nil), (21, nil), (10, 11), (1, 0), (1, -5), (1, Int.max),
      (Int.max, Int.max), (Int.min, 1),
    ] as [(Int, Int?)])
  func `impossible counts are refused`(demonstrations: Int, queries: Int?) throws {
    let error = #expect(throws: AdaptationError.self) { try draw(demonstrations, queries) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("the file holds 20 examples") == true)
  }

  @Test func `all examples can be drawn`() throws {
    #expect(try draw(19, nil).queries.count == 1)
    #expect(try draw(10, 10).queries.count == 10)
  }

  @Test func `a BIG-Bench Hard file can be drawn from`() throws {
    let file = try folder.write(
      "bbh.json",
      """
      {"canary": "x", "examples": [{"input": "a", "target": "1"}, {"input": "b", "target": "2"}]}
      """)
    let task = try FewShotTask(
      drawingFrom: file, demonstrations: 1, queries: 1, seed: 0, instruction: "do")
    #expect(task.instruction == "do")
    #expect(Set([task.demonstrations[0].output, task.queries[0].output]) == ["1", "2"])
  }
}
