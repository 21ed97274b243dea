// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// What ``AccuracyBenchmark`` measured; encodes to the object that `hone bench accuracy --json`
/// prints.
package struct AccuracyReport: Sendable {
  /// A figure in float32 and in the compared mode.
  package struct Pair: Sendable, Hashable {
    package let float32: Double
    package let other: Double
    /// The standard error of the difference in percent; nil for a single pair of measurements.
    package let standardErrorPercent: Double?

    /// How much larger the other is, in percent; nil if float32's is zero.
    package var differencePercent: Double? { Self.differencePercent(float32, other) }

    init(float32: Double, other: Double) {
      self.float32 = float32
      self.other = other
      standardErrorPercent = nil
    }

    /// The means of paired measurements.
    init(float32: [Double], other: [Double]) {
      self.float32 = mean(float32)
      self.other = mean(other)
      let differences = zip(float32, other).compactMap { Self.differencePercent($0, $1) }
      standardErrorPercent = deviation(differences).map {
        $0 / Double(differences.count).squareRoot()
      }
    }

    private static func differencePercent(_ float32: Double, _ other: Double) -> Double? {
      float32 == 0 ? nil : 100 * (other / float32 - 1)
    }
  }

  /// As it was given: a name, a file or a folder.
  package var model: String
  package let weightFormat: String
  package let kernels: String
  package let threads: Int
  package let text: String
  /// Of the text in lower-case hexadecimal; nil where nobody took it.
  package var textSHA256: String?
  /// Of the whole text.
  package let textTokens: Int
  /// The mode that is compared with float32.
  package let compute: ComputeMode
  package let configuration: AccuracyConfiguration
  package let learningRate: Double
  /// The most memory that the process held.
  package let peakMemoryBytes: Int

  package let scoredTokens: Int
  package let perplexity: Pair
  /// The mean of |difference of log p| over the scored tokens.
  package let logLikelihoodDifference: Double
  /// The share of the scored tokens in whose place both modes expect the same token most.
  package let topTokenAgreement: Double

  /// At an adapter with a random B, where A has a gradient, too.
  package let gradient: GradientComparison
  /// At the adapter that training starts from, B = 0.
  package let gradientAtStart: GradientComparison

  package let lossBeforeTraining: Pair
  /// The mean loss of the last ``AccuracyConfiguration/lastSteps`` steps, over all trainings.
  package let lossOfLastSteps: Pair
  /// Of the training samples after the last step, each mode's adapters in its own mode.
  package let lossAfterSteps: Pair
  /// The same with the other mode's adapters run in float32.
  package let lossAfterStepsInFloat32: Pair
  /// The standard deviation of ``lossAfterSteps`` between float32's trainings in percent of their
  /// mean: what another seed does; nil for a single one.
  package let seedDeviationPercent: Double?

  init(
    model: String, text: String, compute: ComputeMode, configuration: AccuracyConfiguration,
    reference: AccuracyModeResult, other: AccuracyModeResult, peakMemoryBytes: Int
  ) {
    self.model = model
    self.text = text
    self.compute = compute
    self.configuration = configuration
    self.peakMemoryBytes = peakMemoryBytes
    weightFormat = reference.weightFormat
    kernels = reference.kernels
    threads = reference.threads
    textTokens = reference.textTokens
    learningRate = reference.measurement.learningRate
    let (a, b) = (reference.measurement, other.measurement)
    scoredTokens = a.logLikelihoods.count
    perplexity = Pair(float32: a.perplexity, other: b.perplexity)
    logLikelihoodDifference = mean(
      zip(a.logLikelihoods, b.logLikelihoods).map { abs(Double($0) - Double($1)) })
    topTokenAgreement = mean(zip(a.topTokens, b.topTokens).map { $0 == $1 ? 1 : 0 })
    gradient = GradientComparison(a.gradient, b.gradient)
    gradientAtStart = GradientComparison(a.gradientAtStart, b.gradientAtStart)
    lossBeforeTraining = Pair(float32: a.lossBeforeTraining, other: b.lossBeforeTraining)
    func last(_ measurement: AccuracyMeasurement) -> [Double] {
      measurement.trainings.map { mean(Array($0.stepLosses.suffix(configuration.lastSteps))) }
    }
    lossOfLastSteps = Pair(float32: last(a), other: last(b))
    lossAfterSteps = Pair(float32: a.lossesAfterTraining, other: b.lossesAfterTraining)
    lossAfterStepsInFloat32 = Pair(
      float32: a.lossesAfterTraining, other: reference.judgedLosses)
    seedDeviationPercent = deviation(a.lossesAfterTraining).map {
      100 * $0 / mean(a.lossesAfterTraining)
    }
  }
}

private func mean(_ values: [Double]) -> Double {
  values.reduce(0, +) / Double(max(1, values.count))
}

/// The standard deviation of a sample; nil for less than two values.
private func deviation(_ values: [Double]) -> Double? {
  guard values.count > 1 else { return nil }
  let center = mean(values)
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(values.count - 1)).squareRoot()
}

extension AccuracyReport: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func encode(_ name: String, _ value: some Encodable) throws {
      try container.encode(value, forKey: Key(name))
    }
    let mode = compute.rawValue.prefix(1).uppercased() + compute.rawValue.dropFirst()
    func encode(_ name: String, _ pair: Pair) throws {
      try encode(name + "Float32", pair.float32)
      try encode(name + mode, pair.other)
      try encode(name + "DifferencePercent", pair.differencePercent)
    }
    func encode(_ name: String, _ gradient: GradientComparison) throws {
      try encode(name + "Cosine", gradient.cosine)
      try encode(name + "CosineWorst", gradient.worst)
      try encode(name + "CosineByModule", gradient.cosineByModule)
      try encode(name + "CosineByLayer", gradient.cosineByLayer)
      try encode(name + "RelativeError", gradient.relativeError)
    }
    try encode("model", model)
    try encode("weightFormat", weightFormat)
    try encode("kernels", kernels)
    try encode("threads", threads)
    try encode("compute", compute)
    try encode("text", text)
    try encode("textSHA256", textSHA256)
    try encode("textTokens", textTokens)
    try encode("settings", configuration)
    try encode("learningRate", learningRate)
    try encode("peakMemoryBytes", peakMemoryBytes)
    try encode("scoredTokens", scoredTokens)
    try encode("perplexity", perplexity)
    try encode("logLikelihoodMeanAbsoluteDifference", logLikelihoodDifference)
    try encode("topTokenAgreement", topTokenAgreement)
    try encode("gradient", gradient)
    try encode("gradientAtStart", gradientAtStart)
    try encode("lossBeforeTraining", lossBeforeTraining)
    try encode("lossOfLastSteps", lossOfLastSteps)
    try encode("lossOfLastStepsStandardErrorPercent", lossOfLastSteps.standardErrorPercent)
    try encode("lossAfterSteps", lossAfterSteps)
    try encode("lossAfterStepsStandardErrorPercent", lossAfterSteps.standardErrorPercent)
    try encode("lossAfterStepsFloat32SeedDeviationPercent", seedDeviationPercent)
    // Float32's is the one above.
    try encode("lossAfterSteps" + mode + "RunInFloat32", lossAfterStepsInFloat32.other)
    try encode(
      "lossAfterStepsRunInFloat32DifferencePercent", lossAfterStepsInFloat32.differencePercent)
    try encode(
      "lossAfterStepsRunInFloat32StandardErrorPercent",
      lossAfterStepsInFloat32.standardErrorPercent)
  }
}
