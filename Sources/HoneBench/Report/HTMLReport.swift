// SPDX-License-Identifier: Apache-2.0

/// A report as one HTML page that needs nothing else: figures and drawings stand in it as such, its
/// script shows the items.
package struct HTMLReport {
  private let report: EvidenceReport

  package init(_ report: EvidenceReport) { self.report = report }

  /// The whole page.
  package func text() throws -> String { try PageTemplate.render(PageContent(report)) }
}
