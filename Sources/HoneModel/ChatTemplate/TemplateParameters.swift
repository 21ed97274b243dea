// SPDX-License-Identifier: Apache-2.0

/// Binds evaluated arguments to a built-in's parameters, as a Python call does.
struct TemplateParameters {
  private var values: [String: RuntimeValue] = [:]
  private let what: String
  private let interpreter: TemplateInterpreter

  init(
    _ arguments: RuntimeArguments, _ names: [String], required: Int = 0, of what: String,
    _ interpreter: TemplateInterpreter
  ) throws {
    self.what = what
    self.interpreter = interpreter
    guard arguments.positional.count <= names.count else {
      throw interpreter.invalid("\(what) takes at most \(names.count) arguments")
    }
    for (name, value) in zip(names, arguments.positional) { values[name] = value }
    for (name, value) in arguments.named {
      guard names.contains(name), values[name] == nil else {
        throw interpreter.invalid("\(what) has no argument '\(name)', or it is given twice")
      }
      values[name] = value
    }
    for name in names.prefix(required) where values[name] == nil {
      throw interpreter.invalid("\(what) needs the argument '\(name)'")
    }
  }

  subscript(name: String) -> RuntimeValue? { values[name] }

  func isTrue(_ name: String, otherwise: Bool = false) -> Bool {
    values[name]?.isTrue ?? otherwise
  }

  /// An integer, or nil if it is left out or none.
  func int(_ name: String) throws -> Int? {
    switch values[name] {
    case nil, .none?: return nil
    case .int(let value)?: return value
    case .bool(let value)?: return value ? 1 : 0
    case let other?:
      throw interpreter.invalid(
        "\(what): '\(name)' is of type \(other.typeName), expected an integer")
    }
  }

  /// A string, or nil if it is left out or none.
  func string(_ name: String) throws -> String? {
    switch values[name] {
    case nil, .none?: return nil
    case .string(let value)?: return value
    case let other?:
      throw interpreter.invalid(
        "\(what): '\(name)' is of type \(other.typeName), expected a string")
    }
  }

  /// Any value as text, or nil if it is left out.
  func text(_ name: String) throws -> String? { try values[name].map(interpreter.text) }
}
