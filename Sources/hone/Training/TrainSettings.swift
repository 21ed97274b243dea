// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneModel
import HoneStore
import HoneTensor
import HoneTraining
import Yams

/// The settings of `hone train`, from a file or from flags; nil where none is given.
///
/// Keys are mlx-lm's where it has the setting.
struct TrainSettings: Codable, Sendable, Hashable {
  var model: String?
  var data: String?
  var adapterPath: String?
  var fineTuneType: TrainingConfiguration.Method?
  var loraRank: Int?
  var loraAlpha: Double?
  var loraDropout: Double?
  var targetModules: [TargetName]?
  var numLayers: Int?
  var freeze: [TrainingConfiguration.FrozenPart]?
  var optimizer: TrainerOptions.Optimizer?
  var learningRate: Double?
  var lrSchedule: LearningRateSchedule.Kind?
  var warmupSteps: Int?
  var iters: Int?
  var batchSize: Int?
  var gradAccumulationSteps: Int?
  var maxSeqLength: Int?
  var longRows: SampleConfiguration.LongRows?
  var loss: LossScope?
  var maskPrompt: Bool?
  var validationFraction: Double?
  var skipBadRows: Bool?
  var weightDecay: Float?
  var maxGradNorm: Double?
  var maxTokensPerPass: Int?
  var gradCheckpoint: Bool?
  var emaDecay: Double?
  var patience: Int?
  var stepsPerReport: Int?
  var stepsPerEval: Int?
  var saveEvery: Int?
  var seed: UInt64?
  var threads: Int?
  var compute: ComputeMode?

  /// What can carry an adapter, in layers and outside of them.
  struct TargetName: RawRepresentable, CaseIterable, Codable, Sendable, Hashable {
    let rawValue: String

    static let allCases =
      (TargetModule.allCases.map(\.rawValue) + VocabularyModule.allCases.map(\.rawValue))
      .map(TargetName.init(known:))

    private init(known: String) { rawValue = known }

    init?(rawValue: String) {
      guard let value = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = value
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case model, data, loss, patience, seed, threads, compute, iters, freeze, optimizer
    case adapterPath = "adapter_path"
    case fineTuneType = "fine_tune_type"
    case loraRank = "lora_rank"
    case loraAlpha = "lora_alpha"
    case loraDropout = "lora_dropout"
    case targetModules = "target_modules"
    case numLayers = "num_layers"
    case learningRate = "learning_rate"
    case lrSchedule = "lr_schedule"
    case warmupSteps = "warmup_steps"
    case batchSize = "batch_size"
    case gradAccumulationSteps = "grad_accumulation_steps"
    case maxSeqLength = "max_seq_length"
    case longRows = "long_rows"
    case maskPrompt = "mask_prompt"
    case validationFraction = "validation_fraction"
    case skipBadRows = "skip_bad_rows"
    case weightDecay = "weight_decay"
    case maxGradNorm = "max_grad_norm"
    case maxTokensPerPass = "max_tokens_per_pass"
    case gradCheckpoint = "grad_checkpoint"
    case emaDecay = "ema_decay"
    case stepsPerReport = "steps_per_report"
    case stepsPerEval = "steps_per_eval"
    case saveEvery = "save_every"
  }

  /// The peak where all weights move: a tenth of an adapter's.
  static let fullLearningRate = 1e-5

  init() {}

  /// Reads a YAML file.
  ///
  /// - Throws: ``FormatError`` naming the line, the keys that are none, or the value of a wrong
  ///   kind.
  init(path: String) throws {
    let bytes = try FileSystem.contents(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatError(.malformed, file: path, "is not valid UTF-8 text")
    }
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch {
      throw FormatError(.malformed, file: path, "is no YAML: \(error)")
    }
    guard let node, let mapping = node.mapping else {
      throw FormatError(
        .malformed, file: path, "expected settings as \"key: value\", a line each")
    }
    let known = Set(CodingKeys.allCases.map(\.rawValue))
    let unknown = mapping.keys.filter { !known.contains($0.string ?? "") }
    guard unknown.isEmpty else {
      let lines = unknown.map { key in
        "line \(key.mark?.line ?? 0): \(key.string ?? "a key that is no text")"
      }
      throw FormatError(
        .malformed, file: path,
        "\(unknown.count) unknown \(unknown.count == 1 ? "setting" : "settings"); known are "
          + "\(known.sorted().joined(separator: ", "))\n  " + lines.joined(separator: "\n  "))
    }
    do { self = try YAMLDecoder().decode(TrainSettings.self, from: text) } catch {
      throw FormatError(.malformed, file: path, Self.describe(error))
    }
  }

  private static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context),
      .keyNotFound(_, let context):
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(key): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  /// These settings, and a file's where there is none of these.
  func over(_ file: TrainSettings) throws -> TrainSettings {
    func members(_ settings: TrainSettings) throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(settings))
      return object as? [String: Any] ?? [:]
    }
    let merged = try members(file).merging(try members(self)) { $1 }
    return try JSONDecoder().decode(
      TrainSettings.self, from: JSONSerialization.data(withJSONObject: merged))
  }

  var modelName: String { model ?? ModelCatalog.defaultName }

  func loadModel() throws -> LanguageModel {
    try LanguageModel.load(
      path: try ModelStore(at: ModelStore.defaultFolder()).resolve(modelName), threads: threads,
      compute: compute ?? .auto)
  }

  /// The training that they ask for.
  ///
  /// - Parameter contextLength: The model's, which bounds the samples.
  /// - Throws: ``CommandError`` without data, ``TrainingError`` for values out of their range.
  func configuration(contextLength: Int) throws -> TrainingConfiguration {
    guard let data else {
      throw CommandError(
        .usage, "no data: give --data FILE, a file of rows or a folder with train.jsonl")
    }
    if maskPrompt == true, let loss, loss != .completionOnly {
      throw CommandError(
        .usage, "mask-prompt and loss \(loss.rawValue) contradict each other; give one of them")
    }
    if let maxSeqLength, maxSeqLength > contextLength {
      throw CommandError(
        .usage,
        "max-seq-length \(maxSeqLength): the model's context holds \(contextLength) tokens")
    }
    let samples = try SampleConfiguration(
      maxSeqLength: maxSeqLength ?? min(2048, contextLength), longRows: longRows ?? .truncate,
      lossScope: maskPrompt == true ? .completionOnly : loss)
    var result = TrainingConfiguration(
      data: try DataConfiguration(
        path: data, samples: samples, validationFraction: validationFraction, seed: seed ?? 0,
        skipsBadRows: skipBadRows ?? false))
    result.method = fineTuneType ?? result.method
    if result.method == .full { result.learningRate = Self.fullLearningRate }
    if let loraRank {
      result.loraAlpha *= Double(loraRank) / Double(result.loraRank)
      result.loraRank = loraRank
    }
    result.loraAlpha = loraAlpha ?? result.loraAlpha
    result.loraDropout = loraDropout ?? result.loraDropout
    result.frozenParts = freeze ?? result.frozenParts
    result.optimizerKind = optimizer ?? result.optimizerKind
    result.recomputesActivations = gradCheckpoint
    if let targetModules {
      result.targetModules = targetModules.compactMap { TargetModule(rawValue: $0.rawValue) }
      result.vocabularyModules = targetModules.compactMap {
        VocabularyModule(rawValue: $0.rawValue)
      }
    }
    // mlx-lm's -1 means all.
    result.numLayers = numLayers == -1 ? nil : numLayers
    result.learningRate = learningRate ?? result.learningRate
    result.schedule = lrSchedule ?? result.schedule
    result.iters = iters ?? result.iters
    result.warmupSteps = warmupSteps ?? min(result.iters / 10, 100)
    result.batchSize = batchSize ?? result.batchSize
    result.gradientAccumulationSteps = gradAccumulationSteps ?? result.gradientAccumulationSteps
    result.optimizer.adamW.weightDecay = weightDecay ?? result.optimizer.adamW.weightDecay
    if let maxGradNorm { result.optimizer.maxGradNorm = maxGradNorm == 0 ? nil : maxGradNorm }
    result.optimizer.maxTokensPerPass = maxTokensPerPass ?? result.optimizer.maxTokensPerPass
    result.emaDecay = emaDecay
    result.patience = patience
    result.stepsPerEval = stepsPerEval ?? result.stepsPerEval
    result.saveEvery = saveEvery ?? result.saveEvery
    result.seed = seed ?? result.seed
    try result.validate()
    return result
  }
}
