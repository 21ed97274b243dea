// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@Suite struct ModelErrorTests {
  @Test func `a missing model is reported as missing input`() {
    #expect(ModelError(.notFound, "x").kind == .noInput)
    #expect(ModelError(.tooLong, "x").kind == .badData)
  }
}
