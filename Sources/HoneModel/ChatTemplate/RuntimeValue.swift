// SPDX-License-Identifier: Apache-2.0

/// A value while a template runs, with Python's types.
enum RuntimeValue {
  /// A name or member that is not there; the text says which, for the error its use makes.
  case undefined(String)
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case list(RuntimeItems)
  case tuple(RuntimeItems)
  case dict(RuntimeDictionary)
  case range(RuntimeRange)
  /// What a dictionary's `keys()`, `values()` or `items()` returns.
  case view(RuntimeView)
  /// A one-shot sequence, as `map` and `select` return it.
  case generator(RuntimeGenerator)
  case namespace(RuntimeNamespace)
  case loop(RuntimeLoop)
  case macro(RuntimeMacro)
  case function(RuntimeFunction)
  case method(RuntimeMethod)

  /// Python's name of the type, for messages.
  var typeName: String {
    switch self {
    case .undefined: "undefined"
    case .none: "None"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dict: "dict"
    case .range: "range"
    case .view(let view): "dict_\(view.kind.rawValue)"
    case .generator: "generator"
    case .namespace: "namespace"
    case .loop: "loop"
    case .macro: "macro"
    case .function: "function"
    case .method: "method"
    }
  }

  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .float(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let items), .tuple(let items): !items.values.isEmpty
    case .dict(let dictionary): !dictionary.keys.isEmpty
    case .range(let range): range.count > 0
    case .view(let view): !view.items.values.isEmpty
    case .loop, .generator, .namespace, .macro, .function, .method: true
    }
  }

  /// A number's value, with booleans as 0 and 1.
  var number: RuntimeNumber? {
    switch self {
    case .bool(let value): .int(value ? 1 : 0)
    case .int(let value): .int(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  /// How deep the value is and whether it refers to something that can change.
  var extent: RuntimeExtent {
    switch self {
    case .list(let items), .tuple(let items): items.extent
    case .dict(let dictionary): dictionary.extent
    case .view(let view): view.items.extent
    case .generator(let generator): generator.extent
    case .method(let method): method.receiver.extent
    case .loop(let loop):
      RuntimeExtent(height: loop.items.extent.height + 1, holdsReference: true)
    case .namespace, .macro:
      RuntimeExtent(height: RuntimeExtent.namespaceLimit + 1, holdsReference: true)
    default: RuntimeExtent()
    }
  }
}

/// How many containers are inside one another; bounds every recursion over a value.
///
/// A namespace takes no value that holds a reference, so no structure can contain itself.
struct RuntimeExtent {
  static let limit = 100
  static let namespaceLimit = 50

  var height = 0
  var holdsReference = false

  init(height: Int = 0, holdsReference: Bool = false) {
    self.height = height
    self.holdsReference = holdsReference
  }

  /// The extent of a container of `values`.
  init(containing values: [RuntimeValue]) {
    for value in values {
      let inner = value.extent
      height = max(height, inner.height)
      holdsReference = holdsReference || inner.holdsReference
    }
    height += 1
  }
}

enum RuntimeNumber {
  case int(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }
}
