// SPDX-License-Identifier: Apache-2.0
import HoneBench
import HoneStore

/// What `hone doctor` found; encodes to what `--json` prints.
struct DoctorReport: Encodable {
  let version: String
  /// Nothing that is needed is broken.
  let isSound: Bool
  let problems: [String]
  let machine: Machine
  let kernels: KernelChoice
  let ceilings: MachineCeilings
  let store: Store
  let python: PythonStatus

  struct KernelChoice: Encodable {
    /// Best first.
    let available: [String]
    /// Nil if HONE_CPU names none of them.
    let chosen: String?
    /// Whether the chosen ones are faster in int8, which `--compute auto` then uses for quantised
    /// models.
    let hasFastInt8: Bool
    /// What multiplies the integers of the chosen ones' quantised products.
    let int8Instruction: String?
    /// What multiplies the factors of their products in bfloat16, which trainings beside int8 make
    /// where they are faster than float32's; nil where they are not.
    let bfloat16Instruction: String?

    enum CodingKeys: String, CodingKey {
      case available, chosen, hasFastInt8, int8Instruction, bfloat16Instruction
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(available, forKey: .available)
      // Null, not absent, where there is none.
      try container.encode(chosen, forKey: .chosen)
      try container.encode(hasFastInt8, forKey: .hasFastInt8)
      try container.encode(int8Instruction, forKey: .int8Instruction)
      try container.encode(bfloat16Instruction, forKey: .bfloat16Instruction)
    }
  }

  struct Store: Encodable {
    let folder: String?
    let isWritable: Bool
    let freeBytes: Int?
    let models: [Model]
  }

  struct Model: Encodable {
    let name: String
    let status: ModelStore.Presence
    let path: String
  }
}

extension DoctorReport {
  /// For people, at most 80 columns wide where paths allow it.
  var lines: [String] {
    var facts: [(String, [String])] = [
      ("version", [version]),
      (
        "processor",
        [(machine.processor ?? "unknown").visible(), "\(machine.cores) cores"]
      ),
      (
        "features",
        machine.features.isEmpty
          ? ["none of those that matter"]
          : machine.features.joined(separator: " ").wrapped(width: 66)
      ),
      ("kernels", ["\(kernels.chosen ?? "none") of " + kernels.available.joined(separator: ", ")]),
      (
        "compute",
        [kernels.hasFastInt8 ? "int8 for quantised models, float32 for others" : "float32"]
          + (kernels.int8Instruction.map { ["int8 products by \($0)"] } ?? [])
          + (kernels.bfloat16Instruction.map { ["bfloat16 in trainings by \($0)"] } ?? [])
      ),
      ("speed", CeilingsText.lines(ceilings)),
      ("memory", [memory]),
      ("models in", [folder]),
    ]
    facts += store.models.map { ("", [Self.line($0)]) }
    facts.append(("python", [pythonLine]))
    let width = facts.map(\.0.count).max() ?? 0
    let table = facts.flatMap { name, values in
      values.enumerated().map { index, value in
        (index == 0 ? name : "").rightPadded(to: width) + "  " + value
      }
    }
    return table + ["", isSound ? "ready" : "not ready: see the errors"]
  }

  private var memory: String {
    Quantities.bytes(machine.memoryBytes)
      + (machine.availableMemoryBytes.map { ", \(Quantities.bytes($0)) available" } ?? "")
  }

  private var folder: String {
    guard let folder = store.folder else { return "unknown" }
    return folder.visible() + (store.isWritable ? "" : ", NOT WRITABLE")
      + (store.freeBytes.map { ", \(Quantities.bytes($0)) free" } ?? "")
  }

  private static func line(_ model: Model) -> String {
    switch model.status {
    case .present: "\(model.name): present"
    case .absent: "\(model.name): not pulled (hone models pull \(model.name))"
    case .damaged: "\(model.name): DAMAGED (hone models pull \(model.name))"
    }
  }

  private var pythonLine: String {
    guard let version = python.version else {
      return "not found; only hone models pull needs it"
    }
    return version.visible() + ", "
      + (python.pipVersion.map { "pip \($0.visible())" }
        ?? "no pip; only hone models pull needs it")
  }
}
