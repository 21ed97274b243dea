// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct RetryPacingTests {
  @Test func `pauses double up to the longest`() {
    let pacing = RetryPacing()
    let pauses = (1...8).map { pacing.pause(after: $0, requested: nil) }
    #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    #expect(pacing.pause(after: 1000, requested: nil) == .seconds(30))
  }

  @Test func `a server's wish counts unless it is too long`() {
    let pacing = RetryPacing()
    #expect(pacing.pause(after: 5, requested: .seconds(1)) == .seconds(1))
    #expect(pacing.pause(after: 1, requested: .seconds(120)) == .seconds(120))
    #expect(pacing.pause(after: 1, requested: .seconds(121)) == nil)
  }

  @Test(
    arguments: [
      ("0", nil, 0), (" 7 ", nil, 7), ("7.5", nil, nil), ("-1", nil, nil), ("soon", nil, nil),
      ("99999999999999999999", nil, nil), ("", nil, nil),
      ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", 30),
      ("Thu, 01 Mar 2024 00:00:10 GMT", "Wed, 28 Feb 2024 23:59:50 GMT", 86_420),
      ("Wed, 01 Jan 2025 00:00:00 GMT", "Tue, 31 Dec 2024 23:59:59 GMT", 1),
      ("Sun, 06 Nov 1994 08:49:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 0),
      ("Sun, 06 Nov 1994 08:49:37 GMT", nil, nil), ("Sun, 06 Nov 1994", "Sun, 06 Nov 1994", nil),
      ("Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", nil),
    ] as [(String, String?, Int?)])
  func `Retry-After is seconds or a date`(value: String, date: String?, seconds: Int?) {
    #expect(
      RetryPacing.pause(retryAfter: value, date: date) == seconds.map { .seconds($0) })
  }
}
