// SPDX-License-Identifier: Apache-2.0

/// An expression of a parsed template.
final class TemplateExpression: Sendable {
  enum Kind: Sendable {
    case constant(TemplateConstant)
    case name(String)
    case list([TemplateExpression])
    case tuple([TemplateExpression])
    case dictionary([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, TemplateSlice)
    case call(TemplateExpression, TemplateArguments)
    /// A nil value stands for the body of a filter block.
    case filter(TemplateExpression?, String, TemplateArguments)
    case test(TemplateExpression, String, TemplateArguments)
    case not(TemplateExpression)
    case negative(TemplateExpression)
    case positive(TemplateExpression)
    case binary(TemplateExpression, TemplateSymbol, TemplateExpression)
    case concatenation([TemplateExpression])
    case comparison(TemplateExpression, [(TemplateComparison, TemplateExpression)])
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    case conditional(
      test: TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
  }

  let kind: Kind
  let line: Int
  /// How many expressions are nested in this one; bounds every recursion over it.
  let depth: Int

  init(_ kind: Kind, line: Int, depth: Int) {
    self.kind = kind
    self.line = line
    self.depth = depth
  }
}

enum TemplateConstant: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
}

enum TemplateComparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isIn, notIn
}

/// The parts of `[start:stop:step]`.
struct TemplateSlice: Sendable {
  let start: TemplateExpression?
  let stop: TemplateExpression?
  let step: TemplateExpression?
}

/// The arguments of a call, filter or test as written.
struct TemplateArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
  /// The sequence after `*` and the dictionary after `**`.
  var spread: TemplateExpression?
  var spreadNamed: TemplateExpression?

  var expressions: [TemplateExpression?] {
    positional + named.map(\.value) + [spread, spreadNamed]
  }
}

/// What an assignment writes to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case attribute(namespace: String, name: String)
  case tuple([TemplateTarget])
}

/// A statement of a parsed template.
struct TemplateStatement: Sendable {
  indirect enum Kind: Sendable {
    case text(String)
    case output(TemplateExpression)
    case conditional(branches: [TemplateBranch], otherwise: [TemplateStatement])
    case loop(TemplateLoop)
    case assign(TemplateTarget, TemplateExpression)
    /// The filter, if any, ends in a nil value that stands for the body's text.
    case assignBlock(TemplateTarget, filter: TemplateExpression?, body: [TemplateStatement])
    case macro(TemplateMacro)
    case callBlock(TemplateMacro, TemplateExpression)
    case filterBlock(TemplateExpression, body: [TemplateStatement])
    case with([(TemplateTarget, TemplateExpression)], body: [TemplateStatement])
    case generation([TemplateStatement])
    case breakLoop
    case continueLoop
  }

  let kind: Kind
  let line: Int
}

struct TemplateBranch: Sendable {
  let test: TemplateExpression
  let body: [TemplateStatement]
}

struct TemplateLoop: Sendable {
  let target: TemplateTarget
  let iterable: TemplateExpression
  let filter: TemplateExpression?
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]
}

final class TemplateMacro: Sendable {
  let name: String
  let parameters: [(name: String, fallback: TemplateExpression?)]
  let body: [TemplateStatement]
  let line: Int
  /// The body mentions `varargs`, `kwargs` or `caller`, which lets a call pass them.
  let takesVarargs: Bool
  let takesKwargs: Bool
  let takesCaller: Bool

  init(
    name: String, parameters: [(name: String, fallback: TemplateExpression?)],
    body: [TemplateStatement], line: Int, mentioned: Set<String>
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.line = line
    takesVarargs = mentioned.contains("varargs")
    takesKwargs = mentioned.contains("kwargs")
    takesCaller = mentioned.contains("caller")
  }
}
