// SPDX-License-Identifier: Apache-2.0

/// Functions that choose among the pictures of a list.
enum SelectFunctions {
  /// What pictures can be compared by.
  private static let measures: [(name: String, of: @Sendable (Picture, Canvas) -> Int)] = [
    ("cells", { picture, _ in picture.inkCount }),
    ("area", { picture, _ in picture.count }),
    ("colors", { picture, _ in (picture.colorSet & ~1).nonzeroBitCount }),
    ("bottom", { picture, _ in picture.y + picture.height }),
    ("right", { picture, _ in picture.x + picture.width }),
    ("top", { picture, _ in -picture.y }),
    ("left", { picture, _ in -picture.x }),
    ("parts", { Components.label($0, $1, eight: true, sameColor: true) }),
    ("holes", { Components.holeCount($0, $1) }),
    ("height", { picture, _ in picture.height }),
    ("width", { picture, _ in picture.width }),
    ("gaps", { picture, _ in picture.count - picture.inkCount }),
    (
      "minor-cells",
      { picture, _ in
        picture.withHistogram { counts in
          (1..<10).reduce(0) { $0 + counts[$1] } - counts[Int(picture.majorityColor)]
        }
      }
    ),
    ("symmetries", { picture, _ in symmetryCount(picture) }),
    ("copies", { _, _ in 0 }),
  ]

  static let all: [GridFunction] =
    measures.indices.flatMap { index -> [GridFunction] in
      let name = measures[index].name
      return [
        GridFunction(
          "most-\(name)", "The picture with the most, if there is one.",
          .join { pick($0, $1, index, sign: 1, count: .one) }),
        GridFunction(
          "fewest-\(name)", "The picture with the fewest, if there is one.",
          .join { pick($0, $1, index, sign: -1, count: .one) }),
        GridFunction(
          "all-most-\(name)", "All pictures with the most.",
          .select { pick($0, $1, index, sign: 1, count: .all) }),
        GridFunction(
          "all-fewest-\(name)", "All pictures with the fewest.",
          .select { pick($0, $1, index, sign: -1, count: .all) }),
        GridFunction(
          "not-most-\(name)", "All pictures but those with the most.",
          .select { pick($0, $1, index, sign: 1, count: .others) }),
        GridFunction(
          "not-fewest-\(name)", "All pictures but those with the fewest.",
          .select { pick($0, $1, index, sign: -1, count: .others) }),
      ]
    }
    + [
      GridFunction(
        "unique-color", "The picture with a colour that no other has.", .join(uniqueColor)),
      GridFunction(
        "touching-edge", "The pictures that touch the edge of what the list covers.",
        .select { edge($0, $1, touches: true) }),
      GridFunction(
        "inner", "The pictures that do not touch the edge of what the list covers.",
        .select { edge($0, $1, touches: false) }),
      GridFunction(
        "first", "The first picture.", .join { pictures, canvas in canvas.add(pictures[0]) != nil }),
      GridFunction(
        "last", "The last picture.",
        .join { pictures, canvas in canvas.add(pictures[pictures.count - 1]) != nil }),
      GridFunction(
        "symmetric", "The pictures that equal their mirror image, left and right.",
        .select { filter($0, $1) { isMirrored($0, horizontal: true) } }),
      GridFunction(
        "asymmetric", "The pictures that do not equal their mirror image, left and right.",
        .select { filter($0, $1) { !isMirrored($0, horizontal: true) } }),
      GridFunction(
        "solid", "The pictures without an empty cell.",
        .select { filter($0, $1) { $0.inkCount == $0.count } }),
      GridFunction(
        "not-solid", "The pictures with an empty cell.",
        .select { filter($0, $1) { $0.inkCount != $0.count } }),
      GridFunction(
        "with-holes", "The pictures that enclose something.",
        .select { pictures, canvas in
          filter(pictures, canvas) { Components.holeCount($0, canvas) > 0 }
        }),
      GridFunction(
        "without-holes", "The pictures that enclose nothing.",
        .select { pictures, canvas in
          filter(pictures, canvas) { Components.holeCount($0, canvas) == 0 }
        }),
      GridFunction(
        "unlike-others", "The pictures that equal no other.",
        .select { copies($0, $1) { $0 == 1 } }),
      GridFunction(
        "like-others", "The pictures that equal another.",
        .select { copies($0, $1) { $0 > 1 } }),
    ]

  private enum Choice { case one, all, others }

  private static func symmetryCount(_ picture: Picture) -> Int {
    (isMirrored(picture, horizontal: true) ? 1 : 0)
      + (isMirrored(picture, horizontal: false) ? 1 : 0)
  }

  private static func isMirrored(_ picture: Picture, horizontal: Bool) -> Bool {
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let other =
          horizontal
          ? picture[row, picture.width - 1 - column] : picture[picture.height - 1 - row, column]
        if picture[row, column] != other { return false }
      }
    }
    return true
  }

  /// How many pictures of the list hold the same cells.
  private static func copyCount(_ pictures: PictureList, _ index: Int) -> Int {
    pictures.indices.count { pictures[$0].hasSameCells(as: pictures[index]) }
  }

  private static func pick(
    _ pictures: PictureList, _ canvas: Canvas, _ measure: Int, sign: Int, count: Choice
  ) -> Bool {
    guard pictures.count > 1 else { return false }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: pictures.count) { values in
      let isCopies = measure == measures.count - 1
      for index in pictures.indices {
        values[index] =
          sign
          * (isCopies
            ? copyCount(pictures, index) : measures[measure].of(pictures[index], canvas))
      }
      let best = values.max() ?? 0
      switch count {
      case .one:
        var chosen: Int?
        for index in pictures.indices where values[index] == best {
          // Equals that hold the same are one choice.
          if let chosen, !pictures[chosen].hasSameCells(as: pictures[index]) { return false }
          chosen = chosen ?? index
        }
        guard let chosen else { return false }
        return canvas.add(pictures[chosen]) != nil
      case .all, .others:
        var kept = 0
        for index in pictures.indices where (values[index] == best) == (count == .all) {
          guard canvas.add(pictures[index]) != nil else { return false }
          kept += 1
        }
        return kept > 0 && kept < pictures.count
      }
    }
  }

  private static func filter(
    _ pictures: PictureList, _ canvas: Canvas, _ keeps: (Picture) -> Bool
  ) -> Bool {
    var kept = 0
    for index in pictures.indices where keeps(pictures[index]) {
      guard canvas.add(pictures[index]) != nil else { return false }
      kept += 1
    }
    return kept > 0 && kept < pictures.count
  }

  private static func copies(
    _ pictures: PictureList, _ canvas: Canvas, _ keeps: (Int) -> Bool
  ) -> Bool {
    var kept = 0
    for index in pictures.indices where keeps(copyCount(pictures, index)) {
      guard canvas.add(pictures[index]) != nil else { return false }
      kept += 1
    }
    return kept > 0 && kept < pictures.count
  }

  private static func uniqueColor(_ pictures: PictureList, _ canvas: Canvas) -> Bool {
    guard pictures.count > 1 else { return false }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: 10) { owners in
      owners.initialize(repeating: 0)
      for index in pictures.indices {
        let set = pictures[index].colorSet
        for color in 1..<10 where set >> UInt16(color) & 1 == 1 { owners[color] += 1 }
      }
      var chosen: Int?
      for index in pictures.indices {
        let set = pictures[index].colorSet
        for color in 1..<10 where set >> UInt16(color) & 1 == 1 && owners[color] == 1 {
          if let chosen, chosen != index { return false }
          chosen = index
        }
      }
      guard let chosen else { return false }
      return canvas.add(pictures[chosen]) != nil
    }
  }

  private static func edge(
    _ pictures: PictureList, _ canvas: Canvas, touches: Bool
  ) -> Bool {
    let bounds = pictures.bounds
    return filter(pictures, canvas) { picture in
      let isAtEdge =
        picture.x == bounds.x || picture.y == bounds.y
        || picture.x + picture.width == bounds.x + bounds.width
        || picture.y + picture.height == bounds.y + bounds.height
      return isAtEdge == touches
    }
  }
}
