// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneBench
import HoneStore
import HoneTensor

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks what this machine offers to Hone.",
    discussion: """
      Takes a second or two and writes nothing. The exit code is 0 unless
      something is broken that is needed: the kernels that HONE_CPU names, the
      folder of the models, or a model in it. Python and pip are needed only to
      fetch models.
      """)

  @OptionGroup var output: JSONOption

  func run() async throws {
    let progress = ProgressReporter(isQuiet: !Console.errorCapabilities.isLive)
    progress.begin("examining")
    defer { progress.finish() }
    let findings = try await DoctorFindings.examine()
    progress.finish()
    if output.json {
      try Console.printJSON(findings.report)
    } else {
      for line in findings.report.lines { try Console.print(line) }
    }
    if CeilingsText.isUnoptimized { Console.error(CeilingsText.warning) }
    for problem in findings.problems { Console.error("hone: error: \(problem.message)") }
    if let first = findings.problems.first { throw ExitCode(first.kind.exitCode) }
  }
}

/// What was found, and what of it is broken.
struct DoctorFindings {
  let report: DoctorReport
  let problems: [any HoneFailure]

  static func examine() async throws -> DoctorFindings {
    var problems: [any HoneFailure] = []
    func attempt<Result>(_ work: () throws -> Result) throws -> Result? {
      do {
        return try work()
      } catch let error as any HoneFailure {
        problems.append(error)
        return nil
      }
    }
    let kernels = try attempt { try Kernels.chosen() }
    let store = try attempt { ModelStore(at: try ModelStore.defaultFolder()) }
    let isWritable = try attempt { try store?.checkWritable() } != nil
    var models: [DoctorReport.Model] = []
    if let store {
      for entry in store.catalog {
        let presence = store.presence(of: entry)
        if presence == .damaged { _ = try attempt { try store.resolve(entry.name) } }
        models.append(.init(name: entry.name, status: presence, path: store.path(of: entry)))
      }
    }
    let python = try await PythonStatus.current()
    return DoctorFindings(
      report: DoctorReport(
        version: HoneCommand.configuration.version, isSound: problems.isEmpty,
        problems: problems.map(\.message), machine: Machine(),
        kernels: .init(
          available: Kernels.available.map(\.name), chosen: kernels?.name,
          hasFastInt8: kernels?.hasFastInt8 ?? false, int8Instruction: kernels?.int8Instruction,
          bfloat16Instruction: kernels.flatMap {
            $0.hasFastBFloat16 ? $0.bfloat16Instruction : nil
          }),
        ceilings: try MachineCeilings.measure(),
        store: .init(
          folder: store?.folder, isWritable: store != nil && isWritable,
          freeBytes: store?.freeBytes, models: models),
        python: python),
      problems: problems)
  }
}
