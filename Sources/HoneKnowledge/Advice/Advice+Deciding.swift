// SPDX-License-Identifier: Apache-2.0

extension Advice {
  /// The decision, and how it is put into words.
  struct Deciding {
    let costs: [WayCost]
    let demand: Demand
    let accuracies: [KnowledgeWay: MeasuredAccuracy]
    let baseline: MeasuredAccuracy?
    let basis: Basis
    /// The most accurate way that was measured.
    let best: (way: KnowledgeWay, accuracy: MeasuredAccuracy)?
    /// The cheapest of those that are not ruled out.
    let recommended: WayCost

    init(
      costs: [WayCost], demand: Demand, accuracies: [KnowledgeWay: MeasuredAccuracy],
      baseline: MeasuredAccuracy?
    ) {
      precondition(!costs.isEmpty)
      var accuracies = accuracies
      if accuracies[.inContextCached] == nil {
        accuracies[.inContextCached] = accuracies[.inContext]
      }
      self.costs = costs
      self.demand = demand
      self.accuracies = accuracies
      self.baseline = baseline
      basis = accuracies.isEmpty ? .published : .measured
      let measured = costs.compactMap { cost in
        accuracies[cost.way].map { (way: cost.way, accuracy: $0) }
      }
      let best = measured.max { $0.accuracy.accuracy < $1.accuracy.accuracy }
      self.best = best
      let eligible = costs.filter {
        Self.objection($0, accuracies: accuracies, best: best?.accuracy) == nil
      }
      recommended =
        (eligible.isEmpty ? costs : eligible).min { $0.seconds(demand) < $1.seconds(demand) }
        ?? costs[0]
    }

    /// Why a way is not to be taken, whatever it costs; nil if nothing is to be said against it.
    private static func objection(
      _ cost: WayCost, accuracies: [KnowledgeWay: MeasuredAccuracy], best: MeasuredAccuracy?
    ) -> Verdict? {
      guard let best else {
        if !cost.showsAllDocuments { return .doesNotFit }
        return cost.way == .fineTuned ? .publishedWorse : nil
      }
      guard let accuracy = accuracies[cost.way] else { return .unmeasured }
      return accuracy.isSignificantlyBelow(best) ? .lessAccurate : nil
    }

    private func objection(_ cost: WayCost) -> Verdict? {
      Self.objection(cost, accuracies: accuracies, best: best?.accuracy)
    }

    var entries: [Entry] {
      costs.map { cost in
        Entry(
          cost: cost, seconds: cost.seconds(demand), accuracy: accuracies[cost.way],
          verdict: cost.way == recommended.way ? .recommended : objection(cost) ?? .dearer)
      }
    }

    var breakEvens: [BreakEven] {
      costs.indices.flatMap { first in
        costs.indices.filter { $0 > first }.map { BreakEven(costs[first], costs[$0]) }
      }
    }

    // MARK: Words

    private var monthly: Double { recommended.seconds(demand) / demand.months }

    private func perMonth(_ cost: WayCost) -> String {
      CostText.duration(cost.seconds(demand) / demand.months)
    }

    var reason: String {
      [costSentence, objectionSentence].compactMap { $0 }.joined(separator: " ")
    }

    private var costSentence: String {
      let own = "\(recommended.way.noun) takes \(perMonth(recommended)) a month"
      let others = costs.filter { $0.way != recommended.way && objection($0) == nil }
      // The choice is between prompt and weights, as long as there is one.
      let unlike = others.filter { $0.way.isInContext != recommended.way.isInContext }
      let next = (unlike.isEmpty ? others : unlike).min {
        $0.seconds(demand) < $1.seconds(demand)
      }
      guard let next else {
        return own.capitalizedFirst + " and is the only way that is not ruled out."
      }
      let against = "\(own), \(next.way.noun) \(perMonth(next))"
      let breakEven = BreakEven(recommended, next)
      guard let queries = breakEven.queriesPerMonth(demand) else {
        return against.capitalizedFirst + ": it is cheaper however many queries there are."
      }
      let number = CostText.estimate(queries)
      return against.capitalizedFirst
        + (breakEven.cheaperAbove == recommended.way
          ? ": it is the cheaper one from \(number) queries a month."
          : ": it is the cheaper one up to \(number) queries a month.")
    }

    /// The cheapest of the ways that cost less and are still not to be taken.
    private var objectionSentence: String? {
      let cheaper = costs.filter {
        $0.seconds(demand) < recommended.seconds(demand) && objection($0) != nil
      }.min { $0.seconds(demand) < $1.seconds(demand) }
      guard let cheaper, let objection = objection(cheaper) else { return unmeasuredSentence }
      let cost = "\(cheaper.way.noun) would take only \(perMonth(cheaper))".capitalizedFirst
      switch objection {
      case .lessAccurate:
        guard let accuracy = accuracies[cheaper.way], let best else { return nil }
        return "\(cost) but is significantly less accurate: \(accuracy.text) against "
          + "\(best.accuracy.text) (\(best.way.noun))."
      case .unmeasured:
        return "\(cost), but its accuracy was not measured."
      case .publishedWorse:
        return "\(cost), but misses what documents only imply (arXiv 2505.00661); measure it with "
          + "`hone learn`."
      case .doesNotFit:
        return "\(cost), but shows only \(share(cheaper)) of the documents."
      case .recommended, .dearer: return nil
      }
    }

    private var unmeasuredSentence: String? {
      basis == .published
        ? "No accuracy was measured; `hone learn` measures all ways on questions of yours." : nil
    }

    private func share(_ cost: WayCost) -> String {
      "\(CostText.count(Double(cost.shownTokens))) tokens"
    }

    var warnings: [String] {
      var warnings: [String] = []
      if let cost = costs.first(where: { !$0.showsAllDocuments }) {
        warnings.append(
          "The documents do not fit the model's context: in-context learning can show only "
            + "\(share(cost)) of them, and its costs are those of that part.")
      }
      if let baseline, let accuracy = accuracies[recommended.way],
        !baseline.isSignificantlyBelow(accuracy)
      {
        warnings.append(
          "\(recommended.way.noun.capitalizedFirst) is not significantly better than the model "
            + "without the documents: \(accuracy.text) against \(baseline.text).")
      }
      if monthly > Self.secondsPerMonth {
        warnings.append(
          "That is more than one machine does in a month: "
            + "\(CostText.count((monthly / Self.secondsPerMonth).rounded(.up))) are needed.")
      }
      return warnings
    }

    private static let secondsPerMonth = 365.25 / 12 * 86400
  }
}

extension String {
  /// Of a sentence's first word.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
