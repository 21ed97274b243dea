// SPDX-License-Identifier: Apache-2.0

/// The symmetry of the square that took a prediction back from its view to the puzzle's own
/// orientation; colours and orders do not count.
///
/// The hierarchical vote lets each group vote for itself first. The order of the cases is the
/// order of the groups.
public enum ViewGroup: String, Sendable, Hashable, CaseIterable, Codable {
  case identity
  case transpose
  /// Upside down.
  case flip0
  /// Left to right.
  case flip1
  case rot180
  /// By 270° counter-clockwise: the view was turned by 90°.
  case rot270
  /// By 90° counter-clockwise: the view was turned by 270°.
  case rot90
  /// Along the other diagonal.
  case antitranspose
}

extension ViewGroup {
  /// The group of the predictions under views with this transform.
  ///
  /// - Returns: nil unless it is a symmetry of the square.
  public init?(undoing transform: GridTransform) {
    switch transform {
    case .identity: self = .identity
    case .transpose: self = .transpose
    case .antiTranspose: self = .antitranspose
    case .flipUpDown: self = .flip0
    case .flipLeftRight: self = .flip1
    case .rotate180: self = .rot180
    case .rotate90: self = .rot270
    case .rotate270: self = .rot90
    default: return nil
    }
  }
}
