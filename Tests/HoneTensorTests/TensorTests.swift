// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@Suite struct TensorTests {
  static func counted() -> Tensor { Tensor((0..<12).map(Float.init), rows: 3, columns: 4) }

  @Test func `views share memory and keep the stride`() {
    let tensor = Self.counted()
    let view = tensor.rows(1..<3).columns(1..<3)
    #expect(view.toArray() == [5, 6, 9, 10])
    #expect(view.stride == 4 && view.count == 4 && !view.isContiguous)
    #expect(tensor.rows(1..<2).columns(1..<3).isContiguous)
    #expect(tensor.rows(1..<3).isContiguous)
    view.fill(-1)
    #expect(tensor.toArray() == [0, 1, 2, 3, 4, -1, -1, 7, 8, -1, -1, 11])
    view[1, 0] = 20
    #expect(tensor[2, 1] == 20)
  }

  @Test func `a copy is contiguous and apart`() {
    let tensor = Self.counted()
    let copy = tensor.columns(2..<4).copied()
    #expect(copy.isContiguous && copy.toArray() == [2, 3, 6, 7, 10, 11])
    copy.fill(0)
    #expect(tensor[0, 2] == 2)
    tensor.columns(0..<2).copy(from: tensor.columns(2..<4))
    #expect(tensor.toArray() == [2, 3, 2, 3, 6, 7, 6, 7, 10, 11, 10, 11])
    tensor.columns(3..<4).copy(from: [7, 8, 9])
    #expect(tensor.columns(3..<4).toArray() == [7, 8, 9])
  }

  @Test func `empty views are allowed at every edge`() {
    let tensor = Self.counted()
    for edge in 0...3 { #expect(tensor.rows(edge..<edge).toArray().isEmpty) }
    for edge in 0...4 { #expect(tensor.columns(edge..<edge).toArray().isEmpty) }
    #expect(Tensor(rows: 0, columns: 5).toArray().isEmpty)
    #expect(Tensor(rows: 5, columns: 0).isFinite)
  }

  @Test func `new memory is zero and aligned`() {
    let tensor = Tensor(rows: 7, columns: 9)
    #expect(tensor.toArray().allSatisfy { $0 == 0 })
    tensor.withElements { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
  func `what is not finite is found anywhere in a view, and nowhere else`(value: Float) {
    for place in 0..<12 {
      let tensor = Self.counted()
      tensor[place / 4, place % 4] = value
      #expect(!tensor.isFinite)
      let isInside = place >= 4 && place % 4 < 3
      #expect(tensor.rows(1..<3).columns(0..<3).isFinite == !isInside)
    }
    let extremes = Tensor([.greatestFiniteMagnitude, -.leastNonzeroMagnitude], rows: 1, columns: 2)
    #expect(extremes.isFinite)
  }

  @Test func `borrowed memory lives as long as its tensors`() {
    final class Owner {
      let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: 6)
      let ended: () -> Void
      init(ended: @escaping () -> Void) {
        self.ended = ended
        for i in 0..<6 { floats[i] = Float(i) }
      }
      deinit {
        ended()
        floats.deallocate()
      }
    }
    var hasEnded = false
    do {
      let owner = Owner { hasEnded = true }
      let buffer = TensorBuffer(borrowing: UnsafeBufferPointer(owner.floats), owner: owner)
      let tensor = Tensor(buffer: buffer, rows: 2, columns: 3)
      #expect(tensor.rows(1..<2).toArray() == [3, 4, 5])
      #expect(!hasEnded)
      withExtendedLifetime(tensor) {}
    }
    #expect(hasEnded)
    let empty = TensorBuffer(borrowing: UnsafeBufferPointer(start: nil, count: 0), owner: Arena())
    #expect(Tensor(buffer: empty, rows: 0, columns: 0).toArray().isEmpty)
  }
}
