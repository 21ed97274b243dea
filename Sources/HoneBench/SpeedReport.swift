// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What ``SpeedBenchmark`` measured; encodes to the object that `hone bench speed --json` prints.
package struct SpeedReport: Sendable {
  package struct Figure: Sendable {
    package let figure: SpeedFigure
    /// The median of ``samples``, in tokens a second.
    package let tokensPerSecond: Double
    package let samples: [Double]
    package let cost: TokenCost
    package let ceiling: CeilingShare
  }

  /// As it was given: a name, a file or a folder.
  package var model: String
  package let weightFormat: String
  /// What it was computed with, never ``ComputeMode/auto``.
  package let compute: ComputeMode
  package let kernels: String
  package let threads: Int
  package let configuration: SpeedConfiguration
  package let loadSeconds: Double
  /// The most memory that the process held, ceilings not counted.
  package let peakMemoryBytes: Int
  package let ceilings: MachineCeilings
  /// What was asked for, in the order of ``SpeedFigure/allCases``.
  package let figures: [Figure]

  init(
    model: String, weightFormat: String, compute: ComputeMode,
    configuration: SpeedConfiguration, loadSeconds: Double,
    peakMemoryBytes: Int, measured: MeasuredSpeeds, ceilings: MachineCeilings
  ) {
    self.model = model
    self.weightFormat = weightFormat
    self.compute = compute
    self.configuration = configuration
    self.loadSeconds = loadSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.ceilings = ceilings
    kernels = measured.kernels
    threads = measured.threads
    figures = SpeedFigure.allCases.compactMap { figure in
      guard let measurement = measured.figures[figure] else { return nil }
      let median = measurement.median
      return Figure(
        figure: figure, tokensPerSecond: median, samples: measurement.speeds,
        cost: measurement.cost,
        ceiling: measurement.cost.share(of: ceilings, tokensPerSecond: median))
    }
  }
}

extension SpeedReport: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  private struct Detail: Encodable {
    let samples: [Double]
    let operationsPerToken: Double
    let weightBytesPerToken: Double
    let ceilingShare: Double
    let bound: CeilingShare.Bound
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(model, forKey: Key("model"))
    try container.encode(weightFormat, forKey: Key("weightFormat"))
    try container.encode(compute, forKey: Key("compute"))
    try container.encode(kernels, forKey: Key("kernels"))
    try container.encode(threads, forKey: Key("threads"))
    try container.encode(configuration, forKey: Key("settings"))
    try container.encode(loadSeconds, forKey: Key("loadSeconds"))
    try container.encode(peakMemoryBytes, forKey: Key("peakMemoryBytes"))
    try container.encode(ceilings, forKey: Key("ceilings"))
    var details = container.nestedContainer(keyedBy: Key.self, forKey: Key("details"))
    for figure in SpeedFigure.allCases {
      let measured = figures.first { $0.figure == figure }
      // Null, not absent, where it was not asked for.
      try container.encode(measured?.tokensPerSecond, forKey: Key(figure.key))
      guard let measured else { continue }
      try details.encode(
        Detail(
          samples: measured.samples, operationsPerToken: measured.cost.operations,
          weightBytesPerToken: measured.cost.weightBytes, ceilingShare: measured.ceiling.share,
          bound: measured.ceiling.bound), forKey: Key(figure.key))
    }
  }
}
