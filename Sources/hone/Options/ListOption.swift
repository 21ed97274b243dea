// SPDX-License-Identifier: Apache-2.0

extension RawRepresentable where Self: CaseIterable, RawValue == String {
  /// Values from a list such as `q_proj,v_proj`.
  ///
  /// - Parameters:
  ///   - flag: The option's name, for the message.
  ///   - failure: The error for what is no value, from its message.
  static func list(
    _ text: String, flag: String, failure: (String) -> any Error
  ) throws -> [Self] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let value = Self(rawValue: String(name)) else {
        let known = allCases.map(\.rawValue).joined(separator: ", ")
        throw failure("\(flag): \"\(name)\" is none of \(known)")
      }
      return value
    }
  }
}
