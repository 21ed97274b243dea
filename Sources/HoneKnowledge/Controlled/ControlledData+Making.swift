// SPDX-License-Identifier: Apache-2.0

extension ControlledData {
  /// The set of that name: the same for a seed on every machine.
  public static func make(
    _ name: ControlledDataName, size: ControlledDataSize, seed: UInt64
  ) -> ControlledData {
    switch name {
    case .simpleReversals: SimpleReversals.make(size: size, seed: seed)
    case .simpleSyllogisms: SimpleSyllogisms.make(size: size, seed: seed)
    case .semanticStructure: SemanticStructure.make(size: size, seed: seed)
    case .celebrities: Celebrities.make(size: size, seed: seed)
    case .familyTrees: FamilyTrees.make(size: size, seed: seed)
    }
  }
}
