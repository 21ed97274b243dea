// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// What `hone perplexity` prints.
struct PerplexityReport: Encodable {
  let model: String
  let weightFormat: String
  let compute: ComputeMode
  let adapterPath: String?
  /// The file of a text.
  let text: String?
  /// What was found in a file of rows.
  let data: DataReport?
  /// Windows or rows before any draw.
  let available: Int
  /// Windows or rows that were scored.
  let sequences: Int
  /// All of theirs.
  let tokens: Int
  /// Those that are predicted and count.
  let scoredTokens: Int
  let negativeLogLikelihood: Double
  let negativeLogLikelihoodStandardError: Double?
  let perplexity: Double
  let perplexityStandardError: Double?
  let seconds: Double
  let tokensPerSecond: Double
  let peakMemoryBytes: Int

  init(
    model: String, weightFormat: String, compute: ComputeMode, adapterPath: String?, text: String?,
    data: DataReport?, available: Int, tokens: Int, _ result: Perplexity, duration: Duration
  ) {
    self.model = model
    self.weightFormat = weightFormat
    self.compute = compute
    self.adapterPath = adapterPath
    self.text = text
    self.data = data
    self.available = available
    self.tokens = tokens
    sequences = result.sequences
    scoredTokens = result.tokens
    negativeLogLikelihood = result.negativeLogLikelihood
    negativeLogLikelihoodStandardError = result.negativeLogLikelihoodStandardError
    perplexity = result.perplexity
    perplexityStandardError = result.perplexityStandardError
    seconds = duration / .seconds(1)
    tokensPerSecond = seconds > 0 ? Double(tokens) / seconds : 0
    peakMemoryBytes = SystemMemory.peakBytes
  }

  /// For people.
  var lines: [String] {
    let what = data == nil ? "windows" : "rows"
    var facts = [("model", "\(model.visible()) (\(weightFormat)), \(compute.rawValue)")]
    if let adapterPath { facts.append(("adapter", adapterPath.visible())) }
    if let text { facts.append(("text", text == "-" ? "standard input" : text.visible())) }
    if let data {
      facts += [
        ("data", data.path.visible()),
        ("form", "\(data.form.rawValue), loss on \(data.lossScope.rawValue)"),
      ]
      facts += leftOut(data).map { ("", $0) }
    }
    let drawn = sequences < available ? " of \(available)" : ""
    let speed = "\(Quantities.fixed(tokensPerSecond, 1))/s"
    return
      (facts + [
        (what, "\(sequences)\(drawn)"),
        ("tokens", "\(tokens), of which \(scoredTokens) count; \(speed)"),
        (
          "nats a token",
          Self.figure(negativeLogLikelihood, negativeLogLikelihoodStandardError, digits: 4)
        ),
        ("perplexity", Self.figure(perplexity, perplexityStandardError, digits: 3)),
        ("peak memory", Quantities.bytes(peakMemoryBytes)),
      ]).map { "\($0.rightPadded(to: 12))  \($1)" }
  }

  private func leftOut(_ data: DataReport) -> [String] {
    [
      (data.badRows, "cannot be used, left out"), (data.emptyRows.count, "empty, left out"),
      (data.truncatedRows.count, "cut"), (data.droppedRows.count, "too long, left out"),
      (data.rowsWithoutTarget.count, "without a token that counts, left out"),
    ].filter { $0.0 > 0 }.map { "\($0) \($0 == 1 ? "row" : "rows") \($1)" }
  }

  private static func figure(_ value: Double, _ error: Double?, digits: Int) -> String {
    Quantities.fixed(value, digits) + (error.map { " ± " + Quantities.fixed($0, digits) } ?? "")
  }
}
