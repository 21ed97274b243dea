// SPDX-License-Identifier: Apache-2.0

/// How large the output of a test input will be, from the demonstrations.
enum SizePrediction {
  /// - Parameter space: Short programs without functions that need the size, whose last grid is the
  ///   test input.
  /// - Returns: nil where nothing explains all demonstrations.
  static func predict(outputs: [GridSize], space: ProgramSpace) -> GridSize? {
    let isConstant = outputs.allSatisfy { $0 == outputs[0] }
    // The size of something that short programs make, as it is or so many times as large.
    var best: (size: GridSize, cost: Int)?
    func offer(_ size: GridSize, _ cost: Int) {
      guard size.height > 0, size.width > 0, size.height <= Grid.maxSide,
        size.width <= Grid.maxSide, cost < best?.cost ?? .max
      else { return }
      best = (size, cost)
    }
    if isConstant { offer(outputs[0], 15) }
    let count = outputs.count
    for program in space.nodes.indices where !space.nodes[program].isList {
      let cost = 10 * Int(space.nodes[program].length)
      if cost >= best?.cost ?? .max { break }
      let sizes = (0...count).map { grid -> GridSize in
        let picture = space.stores[grid].picture(space.state(program, grid))
        return GridSize(height: picture.height, width: picture.width)
      }
      if let size = scaled(sizes, outputs) { offer(size, cost) }
      for factor in 2...6 {
        let larger = sizes.map { GridSize(height: $0.height * factor, width: $0.width * factor) }
        if let size = scaled(larger, outputs) { offer(size, cost + 3) }
        let smaller = sizes.map { GridSize(height: $0.height / factor, width: $0.width / factor) }
        if let size = scaled(smaller, outputs) { offer(size, cost + 4) }
      }
      for (factor, shift) in [(1, 1), (1, 2), (1, -1), (1, -2), (2, 1), (2, -1), (3, 2)] {
        let moved = sizes.map {
          GridSize(height: $0.height * factor + shift, width: $0.width * factor + shift)
        }
        if let size = scaled(moved, outputs) { offer(size, cost + 6) }
      }
    }
    if let best { return best.size }
    // Height and width each by itself.
    guard let height = side(\.height, outputs, space),
      let width = side(\.width, outputs, space)
    else { return nil }
    return GridSize(height: height, width: width)
  }

  /// The last of the sizes, if the others are those of the outputs.
  private static func scaled(_ sizes: [GridSize], _ outputs: [GridSize]) -> GridSize? {
    for index in outputs.indices where sizes[index] != outputs[index] { return nil }
    return sizes[outputs.count]
  }

  private static func side(
    _ side: KeyPath<GridSize, Int>, _ outputs: [GridSize], _ space: ProgramSpace
  ) -> Int? {
    let wanted = outputs.map { $0[keyPath: side] }
    var best: (side: Int, cost: Int)?
    func offer(_ values: [Int], _ cost: Int) {
      for factor in 1...5 {
        for shift in -3...3 {
          let cost = cost + (factor > 1 ? 2 : 0) + (shift != 0 ? 3 : 0)
          guard cost < best?.cost ?? .max,
            wanted.indices.allSatisfy({ values[$0] * factor + shift == wanted[$0] })
          else { continue }
          let last = values[wanted.count] * factor + shift
          if last > 0, last <= Grid.maxSide { best = (last, cost) }
        }
      }
    }
    if wanted.allSatisfy({ $0 == wanted[0] }) { best = (wanted[0], 12) }
    for program in space.nodes.indices {
      let cost = 10 * Int(space.nodes[program].length)
      if cost >= best?.cost ?? .max { break }
      let grids = space.stores.indices
      if space.nodes[program].isList {
        offer(grids.map { space.stores[$0].pictures(space.state(program, $0)).count }, cost + 1)
        continue
      }
      let pictures = grids.map { space.stores[$0].picture(space.state(program, $0)) }
      offer(pictures.map(\.height), cost)
      offer(pictures.map(\.width), cost)
      if space.nodes[program].length <= 1 {
        offer(pictures.map { ($0.colorSet & ~1).nonzeroBitCount }, cost + 4)
        offer(pictures.map(\.inkCount), cost + 5)
      }
    }
    return best?.side
  }
}
