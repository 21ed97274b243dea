// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTensor
import HoneTesting
import Testing

@testable import hone

@Suite struct TrainSettingsTests {
  private static let file = """
    # Settings
    model: smollm2-135m
    data: "rows.jsonl"
    fine_tune_type: lora
    lora_rank: 8
    lora_alpha: 1.6e1
    target_modules: [q_proj, v_proj]
    num_layers: -1
    learning_rate: 0.0001
    lr_schedule: cosine
    loss: completion-only
    mask_prompt: true
    long_rows: drop
    seed: 18446744073709551615

    """

  /// Pieces that YAML gives a meaning.
  private static let pieces = [
    "&a ", "*a", "<<: ", "? ", "- ", "{", "}", "[", "]", ": ", "#", "|\n", ">\n", "!!int ",
    "!!binary ",
    "%YAML 9.9\n", "---\n", "...\n", "\t", "\u{0}", "\u{FEFF}", "'", "\"", "\\u", "~", "null",
    ".nan",
    ".inf", "0x7fffffffffffffff", "1e999", "-1", "190:20:30", "2001-01-01", "adapter_path",
    "a: &b [*b, *b]\n", "\u{1B}",
  ]

  @Test func `Mutated settings are read or refused, and never end the process`() throws {
    let folder = try TemporaryFolder()
    var refused = 0
    for seed in 0..<2000 as Range<UInt64> {
      var random = RandomSource(seed: seed)
      var bytes = Array(Self.file.utf8)
      for _ in 0...Int(random.next() % 4) {
        let place = Int(random.next() % UInt64(bytes.count))
        let end = min(bytes.count, place + Int(random.next() % 12))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        default:
          let piece = Self.pieces[Int(random.next() % UInt64(Self.pieces.count))]
          bytes.replaceSubrange(place..<end, with: piece.utf8)
        }
        if bytes.isEmpty { bytes = [10] }
      }
      let path = try folder.write("train.yaml", bytes)
      do {
        _ = try TrainSettings(path: path).configuration(contextLength: 512)
      } catch let error as any HoneFailure {
        refused += 1
        #expect(!error.message.contains("\u{1B}"), "seed \(seed)")
      }
    }
    #expect(refused > 500 && refused < 2000)
  }
}
