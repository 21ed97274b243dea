// SPDX-License-Identifier: Apache-2.0

extension RunRecord {
  /// What is asked of what the data has, and how much of that is answered: two things that no figure
  /// tells apart.
  package var scope: String {
    let strategies = max(1, configuration.strategies.count)
    let (asked, most) = (total / strategies, available / strategies)
    let queries =
      asked < most
      ? "\(ReportNumber.whole(asked)) of the data's \(ReportNumber.whole(most)) queries asked"
      : "all \(ReportNumber.whole(most)) queries of the data asked"
    let limit = configuration.limit.map { limit in
      asked < most ? ", by --limit \(limit) for each task and seed" : ""
    }
    let strategy = configuration.strategies.count == 1 ? "" : " of each strategy"
    let answers =
      isComplete
      ? "all \(ReportNumber.whole(total)) answered"
      : "\(ReportNumber.whole(attempted)) of \(ReportNumber.whole(total)) answered"
    return queries + strategy + (limit ?? "") + "; " + answers
  }

  /// Said before any figure of a run of which answers are missing; nil if none is.
  package var incompleteness: String? {
    if isComplete { return nil }
    return "INCOMPLETE: \(ReportNumber.whole(total - attempted)) of the "
      + "\(ReportNumber.whole(total)) answers asked for are missing; the figures stand on the "
      + "other \(ReportNumber.whole(attempted)), and tasks may be missing from averages; the "
      + "run's command with --resume goes on"
  }
}
