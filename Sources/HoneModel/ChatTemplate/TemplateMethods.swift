// SPDX-License-Identifier: Apache-2.0

/// The methods of Python's types that templates can see.
enum TemplateMethods {
  private static let string: Set<String> = [
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha",
    "isdigit", "islower", "isspace", "isupper", "join", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit",
    "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper",
  ]
  /// Known, so that they are refused by name instead of looking undefined.
  static let refusedString: Set<String> = [
    "center", "encode", "expandtabs", "format", "format_map", "isascii", "isdecimal",
    "isidentifier", "isnumeric", "isprintable", "istitle", "ljust", "maketrans", "rjust",
    "translate", "zfill",
  ]
  private static let dictionary: Set<String> = [
    "copy", "get", "items", "keys", "values",
    "clear", "fromkeys", "pop", "popitem", "setdefault", "update",
  ]
  private static let list: Set<String> = [
    "copy", "count", "index",
    "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
  ]

  static func has(_ name: String, _ value: RuntimeValue) -> Bool {
    switch value {
    case .string: string.contains(name) || refusedString.contains(name)
    case .dict: dictionary.contains(name)
    case .list: list.contains(name)
    case .tuple, .range: name == "count" || name == "index"
    default: false
    }
  }
}

extension TemplateInterpreter {
  func call(_ method: RuntimeMethod, _ arguments: RuntimeArguments) throws -> RuntimeValue {
    switch method.receiver {
    case .string(let text): return try callString(method.name, text, arguments)
    case .dict(let dictionary): return try callDictionary(method.name, dictionary, arguments)
    case .list, .tuple, .range: return try callSequence(method.name, method.receiver, arguments)
    case .loop(let loop): return try callLoop(method.name, loop, arguments)
    default: throw unsupported("the method '\(method.name)'")
    }
  }

  private func callDictionary(
    _ name: String, _ dictionary: RuntimeDictionary, _ arguments: RuntimeArguments
  ) throws -> RuntimeValue {
    if name == "get" {
      guard arguments.named.isEmpty, (1...2).contains(arguments.positional.count) else {
        throw invalid("'get' takes a key and perhaps a default, without names")
      }
      return dictionary[try key(arguments.positional[0])]
        ?? (arguments.positional.count > 1 ? arguments.positional[1] : .none)
    }
    _ = try TemplateParameters(arguments, [], of: "the method '\(name)'", self)
    switch name {
    case "items":
      return .view(RuntimeView(kind: .items, items: try items(try pairs(dictionary))))
    case "keys": return .view(RuntimeView(kind: .keys, items: try items(dictionary.keys)))
    case "values": return .view(RuntimeView(kind: .values, items: try items(dictionary.values)))
    case "copy": return .dict(dictionary)
    default:
      throw invalid("the method '\(name)' would change a dictionary; templates must not")
    }
  }

  private func callSequence(
    _ name: String, _ receiver: RuntimeValue, _ arguments: RuntimeArguments
  ) throws -> RuntimeValue {
    switch name {
    case "copy": return receiver
    case "count", "index":
      guard arguments.named.isEmpty, arguments.positional.count == 1 else {
        throw unsupported("the method '\(name)' with other than one argument")
      }
      let values = try elements(of: receiver)
      if name == "count" {
        return .int(try values.filter { try equal($0, arguments.positional[0]) }.count)
      }
      guard let index = try values.firstIndex(where: { try equal($0, arguments.positional[0]) })
      else { throw invalid("the value asked for is not in the \(receiver.typeName)") }
      return .int(index)
    default: throw invalid("the method '\(name)' would change a list; templates must not")
    }
  }

  private func callLoop(_ name: String, _ loop: RuntimeLoop, _ arguments: RuntimeArguments) throws
    -> RuntimeValue
  {
    guard arguments.named.isEmpty else { throw invalid("'loop.\(name)' takes no named argument") }
    let values = arguments.positional
    if name == "cycle" {
      guard !values.isEmpty else { throw invalid("'loop.cycle' needs a value") }
      return values[loop.index % values.count]
    }
    if values.contains(where: { $0.extent.holdsReference }) {
      throw unsupported("'loop.changed' with a namespace, a macro or a loop")
    }
    defer { loop.lastSeen = values }
    guard let last = loop.lastSeen, last.count == values.count else { return .bool(true) }
    for (one, other) in zip(last, values) where try !equal(one, other) { return .bool(true) }
    return .bool(false)
  }
}
