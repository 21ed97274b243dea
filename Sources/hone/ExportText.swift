// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What was exported, for people.
struct ExportText {
  let report: ModelExporter.Report

  init(_ report: ModelExporter.Report) { self.report = report }

  var lines: [String] {
    let types = report.tensors.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let formats = types.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    var lines = [
      "wrote \(report.path.visible())", "weights        \(Quantities.bytes(report.sizeBytes))",
      "tensors        \(formats)",
    ]
    if !report.leftOut.isEmpty {
      let shown = report.leftOut.prefix(3).map { $0.visible() }.joined(separator: ", ")
      let more = report.leftOut.count > 3 ? " and \(report.leftOut.count - 3) more" : ""
      lines.append("left out       \(shown)\(more): the model does not use them")
    }
    lines += report.notes.map { "note           \($0)" }
    return lines
  }
}
