// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import HoneARC

@Suite struct SyntheticTaskConfigurationTests {
  @Test func `defaults are the paper's`() throws {
    let configuration = SyntheticTaskConfiguration()
    #expect(configuration.form == .leaveOut && configuration.transforms == TaskTransform.paper)
    #expect(configuration.permutations == 1 && configuration.maxTasks == 250)
    #expect(configuration.shiftDraw == .perTask && configuration.tokenLimit == 8192)
    #expect(configuration.chainRepeats == 8 && configuration.chainColors == .all)
    try configuration.validate()
  }

  @Test func `it leads through JSON and back`() throws {
    var configuration = SyntheticTaskConfiguration()
    configuration.form = .chain
    configuration.transforms = TaskTransform.released
    configuration.tokenLimit = nil
    let data = try JSONEncoder().encode(configuration)
    let decoded = try JSONDecoder().decode(SyntheticTaskConfiguration.self, from: data)
    // No limit is not the default limit.
    #expect(decoded == configuration)
  }

  @Test func `all settings out of their ranges are listed together`() {
    var configuration = SyntheticTaskConfiguration()
    configuration.transforms = [.grid(.tile(rows: 0, columns: 1)), .grid(.chain([]))]
    configuration.permutations = -1
    configuration.maxTasks = 0
    configuration.chainRepeats = 0
    configuration.tokenLimit = 0
    let error = #expect(throws: ARCError.self) { try SyntheticTaskBuilder(configuration) }
    #expect(error?.code == .invalidSetting && error?.kind == .usage)
    let lines = error?.message.split(separator: "\n") ?? []
    #expect(lines.count == 6)
    for name in ["tile0x1", "permutations -1", "max tasks 0", "chain repeats 0", "token limit 0"] {
      #expect(lines.contains { $0.contains(name) })
    }
  }
}
