// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a training: `run.json`, `metrics.jsonl`, `checkpoints/` and, at the end, the
/// adapter.
public struct TrainingFolder: Sendable {
  /// What `run.json` holds: a training resumes only as what it began as.
  struct Identity: Codable, Hashable {
    var configuration: TrainingConfiguration
    var model: String
    /// Of the weights in memory and of the samples, in hexadecimal.
    var modelChecksum: String
    var dataChecksum: String
  }

  public let path: String
  private var runFile: String { path + "/run.json" }
  private var metricsFile: String { path + "/metrics.jsonl" }
  var checkpoints: TrainingCheckpoints { TrainingCheckpoints(folder: path + "/checkpoints") }

  public init(path: String) { self.path = path }

  /// Whether a training was begun here.
  public var holdsTraining: Bool { FileSystem.exists(runFile) }

  /// - Throws: ``TrainingError`` if a training or an adapter is there that would be written over.
  public func checkFree() throws {
    for name in ["run.json", "adapter_config.json", "adapter_model.safetensors"]
    where FileSystem.exists(path + "/" + name) {
      throw TrainingError(
        .invalid,
        "\(path): holds \(name == "run.json" ? "a training" : "an adapter") already; go on with "
          + "--resume, or name another folder")
    }
  }

  /// Begins a training.
  ///
  /// - Throws: ``FormatError`` if the folder cannot be written, ``TrainingError`` as
  ///   ``checkFree()``.
  func begin(_ identity: Identity) throws {
    try checkFree()
    try FileSystem.makeFolder(path)
    try FileSystem.makeFolder(checkpoints.folder)
    try AtomicFile.write(JSONEncoder.sorted.encode(identity), to: runFile)
  }

  /// The newest checkpoint of the training that was begun here; nil if it never saved one.
  ///
  /// - Throws: ``TrainingError`` if none was begun, or one of other settings, data or weights.
  func resume(_ identity: Identity) throws -> Int? {
    guard holdsTraining else {
      throw TrainingError(
        .invalid, "\(path): holds no training to resume; start one without --resume")
    }
    let found: Identity
    do {
      found = try JSONDecoder().decode(
        Identity.self, from: Data(try FileSystem.contents(runFile)))
    } catch let error as DecodingError {
      throw FormatError(
        .malformed, file: runFile, "is no training's description (\(error)); start again elsewhere")
    }
    var differences: [String] = []
    var (then, now) = (found.configuration, identity.configuration)
    // What counts are the samples, wherever they are read from.
    (then.data.path, now.data.path) = ("", "")
    if then != now { differences += try Self.differences(then, now) }
    if found.modelChecksum != identity.modelChecksum {
      differences.append(
        "model: \(found.model) with weights \(found.modelChecksum), now \(identity.model) with "
          + identity.modelChecksum)
    }
    if found.dataChecksum != identity.dataChecksum {
      differences.append("data: the samples are others than then")
    }
    guard differences.isEmpty else {
      throw TrainingError(
        .invalid,
        "\(path): cannot resume as another training; give the same settings, or start again in "
          + "another folder\n  " + differences.joined(separator: "\n  "))
    }
    return checkpoints.steps().last
  }

  /// The settings that differ, by their names in the JSON.
  private static func differences(
    _ old: TrainingConfiguration, _ new: TrainingConfiguration
  ) throws -> [String] {
    func lines(_ value: TrainingConfiguration) throws -> [String: String] {
      let json = try JSONParser.parse(Array(JSONEncoder.sorted.encode(value)), file: "settings")
      var result: [String: String] = [:]
      func add(_ value: JSONValue, _ name: String) {
        if let object = value.objectValue {
          for (key, member) in zip(object.keys, object.values) {
            add(member, name.isEmpty ? key : "\(name).\(key)")
          }
        } else {
          result[name] = value.text
        }
      }
      add(json, "")
      return result
    }
    let (old, new) = (try lines(old), try lines(new))
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      old[name] == new[name]
        ? nil : "\(name): \(old[name] ?? "none") then, \(new[name] ?? "none") now"
    }
  }

  // MARK: Metrics

  /// A line of `metrics.jsonl`.
  struct Metric: Codable {
    var step: Int
    var loss: Double?
    var learningRate: Double?
    var gradientNorm: Double?
    var tokens: Int?
    var trainedTokens: Int?
    var seconds: Double?
    var validationLoss: Double?
  }

  /// Adds lines.
  func append(_ metrics: [Metric]) throws {
    if metrics.isEmpty { return }
    try FileSystem.append(try JSONEncoder.sorted.lines(metrics), to: metricsFile)
  }

  /// The lines there are.
  func metrics() throws -> [Metric] { try metricLines().map(\.metric) }

  /// Drops what came behind a step: it will be done again.
  func dropMetrics(after step: Int) throws {
    let kept = try metricLines().filter { $0.metric.step <= step }
    if !FileSystem.exists(metricsFile) { return }
    try AtomicFile.write(kept.map { $0.text + "\n" }.joined().utf8, to: metricsFile)
  }

  private func metricLines() throws -> [(text: String, metric: Metric)] {
    guard FileSystem.exists(metricsFile) else { return [] }
    let text = String(decoding: try FileSystem.contents(metricsFile), as: UTF8.self)
    // A line that a killed process left unfinished is none.
    return text.split(separator: "\n").compactMap { line in
      (try? JSONDecoder().decode(Metric.self, from: Data(line.utf8))).map { (String(line), $0) }
    }
  }
}
