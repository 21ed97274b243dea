// SPDX-License-Identifier: Apache-2.0

/// The functions that programs are made of.
enum FunctionTable {
  static let all: [GridFunction] =
    ColorFunctions.all + ShapeFunctions.all + SymmetryFunctions.all + LineFunctions.all
    + SizedFunctions.all + SplitFunctions.all + JoinFunctions.all + SelectFunctions.all
}
