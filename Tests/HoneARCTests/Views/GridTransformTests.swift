// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import HoneARC

@Suite struct GridTransformTests {
  /// 123 over 456.
  static let sample = Grid(height: 2, width: 3, cells: [1, 2, 3, 4, 5, 6])

  static let expected: [(GridTransform, String)] = [
    (.identity, "123\n456"),
    (.rotate90, "36\n25\n14"),
    (.rotate180, "654\n321"),
    (.rotate270, "41\n52\n63"),
    (.flipUpDown, "456\n123"),
    (.flipLeftRight, "321\n654"),
    (.transpose, "14\n25\n36"),
    (.antiTranspose, "63\n52\n41"),
    (.mirrorAbove, "456\n123\n123\n456"),
    (.mirrorLeft, "321123\n654456"),
    (.mirrorBelow, "123\n456\n456\n123"),
    (.mirrorRight, "123321\n456654"),
    (.shift(rows: 1, columns: 0), "456\n123"),
    (.shift(rows: 0, columns: 1), "312\n645"),
    (.shift(rows: 3, columns: 2), "564\n231"),
    (.shift(rows: -1, columns: -1), "564\n231"),
    (.upscale(rows: 2, columns: 2), "112233\n112233\n445566\n445566"),
    (.upscale(rows: 2, columns: 1), "123\n123\n456\n456"),
    (.upscale(rows: 1, columns: 2), "112233\n445566"),
    (.tile(rows: 2, columns: 1), "123\n456\n123\n456"),
    (.tile(rows: 1, columns: 2), "123123\n456456"),
    (.tile(rows: 2, columns: 2), "123123\n456456\n123123\n456456"),
    (.chain([.rotate90, .upscale(rows: 1, columns: 2)]), "3366\n2255\n1144"),
    (.chain([.upscale(rows: 1, columns: 2), .rotate90]), "36\n36\n25\n25\n14\n14"),
  ]

  @Test(arguments: expected)
  func `a grid of two rows and three columns becomes what was worked out by hand`(
    transform: GridTransform, text: String
  ) {
    let result = transform.applied(to: Self.sample)
    #expect(result.description == text)
    let size = transform.size(height: 2, width: 3)
    #expect(result.height == size.height && result.width == size.width)
  }

  static let invertible: [GridTransform] =
    GridTransform.symmetries + [
      .shift(rows: 1, columns: 2), .shift(rows: -7, columns: 30), .shift(rows: 0, columns: 3),
      .upscale(rows: 1, columns: 1), .tile(rows: 1, columns: 1),
      .chain([.rotate90, .flipUpDown]), .chain([.transpose, .shift(rows: 2, columns: 1)]),
      .chain([.shift(rows: 2, columns: 1), .rotate90, .transpose]),
    ]

  @Test(arguments: invertible)
  func `an inverse undoes its transform on grids of all shapes`(transform: GridTransform) throws {
    let inverse = try #require(transform.inverse)
    var grids = RandomGrids()
    for (height, width) in RandomGrids.shapes {
      for _ in 0..<5 {
        let grid = grids.grid(height, width)
        #expect(inverse.applied(to: transform.applied(to: grid)) == grid)
        #expect(transform.applied(to: inverse.applied(to: grid)) == grid)
      }
    }
  }

  static let enlarging: [GridTransform] = [
    .mirrorAbove, .mirrorLeft, .mirrorBelow, .mirrorRight, .upscale(rows: 2, columns: 1),
    .upscale(rows: 1, columns: 3), .tile(rows: 1, columns: 2), .tile(rows: 30, columns: 30),
    .chain([.rotate90, .upscale(rows: 2, columns: 2)]),
    .chain([.mirrorLeft, .transpose]),
  ]

  @Test(arguments: enlarging)
  func `a transform that enlarges has no inverse`(transform: GridTransform) {
    #expect(transform.inverse == nil)
    // It really has none: no grid becomes this one, as each of its results is larger than 1 × 1.
    let size = transform.size(height: 1, width: 1)
    #expect(size.height * size.width > 1)
  }

  @Test func `the eight symmetries are all different and closed under composition`() {
    let images = GridTransform.symmetries.map { $0.applied(to: Self.sample) }
    #expect(Set(images).count == 8)
    for first in GridTransform.symmetries {
      for second in GridTransform.symmetries {
        #expect(images.contains(second.applied(to: first.applied(to: Self.sample))))
      }
    }
  }

  @Test func `the symmetries are the rotations, plain and after a transposition`() {
    let rotations: [GridTransform] = [.identity, .rotate90, .rotate180, .rotate270]
    let worked =
      rotations + rotations.map { .chain([.transpose, $0]) }
    for (symmetry, chain) in zip(GridTransform.symmetries, worked) {
      #expect(symmetry.applied(to: Self.sample) == chain.applied(to: Self.sample), "\(symmetry)")
    }
  }

  @Test(arguments: (expected.map(\.0) + invertible + enlarging).filter(\.isValid))
  func `a name and JSON lead back to the transform`(transform: GridTransform) throws {
    #expect(GridTransform(name: transform.name) == transform)
    let data = try JSONEncoder().encode([transform])
    #expect(try JSONDecoder().decode([GridTransform].self, from: data) == [transform])
    #expect(String(decoding: data, as: UTF8.self) == "[\"\(transform.name)\"]")
  }

  @Test(arguments: [
    "", "rotate", "rotate45", "shift", "shift1", "shift1x", "shift1x2x3", "shift31x0", "tile0x1",
    "tile1x31", "tile+1x1", "tile01x1", "upscale-1x2", "upscale99999999999999999999x1",
    "rotate90+", "+rotate90", "rotate90++transpose", "rotate90+nothing", "Rotate90",
  ])
  func `a text that names no transform is refused`(name: String) throws {
    #expect(GridTransform(name: name) == nil)
    let data = try JSONEncoder().encode([name])
    let error = #expect(throws: ARCError.self) {
      try JSONDecoder().decode([GridTransform].self, from: data)
    }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("\"\(name)\"") == true)
  }

  @Test func `chains of one, of none and within chains are not valid`() {
    #expect(!GridTransform.chain([]).isValid)
    #expect(!GridTransform.chain([.rotate90]).isValid)
    #expect(!GridTransform.chain([.rotate90, .chain([.rotate90, .rotate90])]).isValid)
    #expect(!GridTransform.chain([.rotate90, .tile(rows: 0, columns: 1)]).isValid)
  }
}

@Suite struct TaskTransformTests {
  @Test func `the paper's transforms come in its code's order`() {
    #expect(
      TaskTransform.paper.map(\.name) == [
        "rotate90", "rotate270", "rotate180", "flipUpDown", "flipLeftRight", "mirrorAbove",
        "mirrorLeft", "mirrorBelow", "mirrorRight", "shift", "transpose", "upscale2x2",
        "upscale2x1", "upscale1x2", "rotate90+upscale2x2", "rotate270+upscale2x2",
        "rotate180+upscale2x2", "flipUpDown+upscale2x2", "flipLeftRight+upscale2x2",
        "transpose+upscale2x2",
      ])
    #expect(
      TaskTransform.released.map(\.name)
        == TaskTransform.paper.map(\.name) + ["tile2x1", "tile1x2", "tile2x2"])
  }

  @Test func `the list leads through JSON and back`() throws {
    let data = try JSONEncoder().encode(TaskTransform.released)
    #expect(try JSONDecoder().decode([TaskTransform].self, from: data) == TaskTransform.released)
  }
}
