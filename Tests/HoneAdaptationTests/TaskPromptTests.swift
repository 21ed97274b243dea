// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@testable import HoneAdaptation

@Suite struct TaskPromptTests {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try TinyModel.tokenizer() }

  private func prompt(
    _ outputs: [String], instruction: String? = "Do it.", input: String = "in"
  ) -> TaskPrompt {
    TaskPrompt(
      FewShotTask(
        name: "n", instruction: instruction,
        demonstrations: outputs.map { .init(input: input, output: $0) }, queries: []),
      tokenizer: tokenizer)
  }

  private func ids(_ text: String) -> [Int32] {
    tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
  }

  @Test func `the prompt is its pieces' tokens joined`() {
    let prompt = prompt(["one", " two \n"])
    #expect(prompt.opening == ids("Do it.\n"))
    #expect(
      prompt.demonstrationPrefix
        == ids("Do it.\n") + ids("\nQ: in\nA:") + ids(" one\n") + ids("\nQ: in\nA:")
        + ids(" two\n"))
    #expect(
      tokenizer.decode(prompt.demonstrationPrefix + prompt.question("\tq "))
        == "Do it.\n\nQ: in\nA: one\n\nQ: in\nA: two\n\nQ: q\nA:")
  }

  @Test(arguments: [nil, "", " \n"])
  func `without an instruction the opening is empty`(instruction: String?) {
    #expect(prompt(["a"], instruction: instruction).opening.isEmpty)
  }

  @Test func `a task's special tokens stay text`() {
    let mark = "<|im_end|>"
    let prompt = prompt([mark], instruction: mark, input: mark)
    let all = prompt.demonstrationPrefix + prompt.question(mark)
    #expect(all.allSatisfy { !tokenizer.isSpecial($0) })
    #expect(tokenizer.decode(all).components(of: mark) == 4)
  }

  @Test(arguments: [
    (["a", "b"], "\n"), (["a\n", "\nb"], "\n"), (["a", "b\nc"], "\nQ:"), (["a\r\nb"], "\nQ:"),
    ([], "\n"),
  ])
  func `an answer ends with its line only if all demonstrated ones are lines`(
    outputs: [String], stop: String
  ) {
    func rule(_ knowsForm: Bool, _ keepsAll: Bool) -> StopRule {
      prompt(outputs).stopRule(
        maxTokens: 5, endTokens: [2], knowsForm: knowsForm, keepsAll: keepsAll)
    }
    #expect(rule(true, false).stopStrings == [stop])
    #expect(rule(true, true).stopStrings == [stop])
    #expect(!rule(true, false).skipsLeadingSpace)
    // Lines may be empty before an answer of a model that was not shown any.
    #expect(rule(false, false).stopStrings == [stop])
    #expect(rule(false, false).skipsLeadingSpace == (stop == "\n"))
    #expect(rule(false, true).stopStrings == ["\nQ:"])
    #expect(!rule(false, true).skipsLeadingSpace)
  }

  @Test(arguments: [
    ("\n\n yes \n\nA: no", "yes"), ("yes", "yes"), (" \n ", ""), ("yes\r\nno", "yes"),
  ])
  func `of a text the first line that is not empty is the answer, where answers are lines`(
    text: String, answer: String
  ) {
    #expect(prompt(["a", "b"]).reading(text) == answer)
    #expect(prompt(["a\nb"]).reading(text) == text.trimmingWhitespace())
  }

  @Test func `an answer may be twice as long as the longest demonstrated one`() {
    let longest = ids(" one two three\n").count
    #expect(prompt(["x", "one two three"]).maxAnswerTokens == 2 * longest + 8)
    #expect(prompt([]).maxAnswerTokens == 8)
  }

  @Test func `white space is trimmed at the ends only`() {
    #expect(" \r\n a  b\u{3000}\n".trimmingWhitespace() == "a  b")
    #expect(" \n\t".trimmingWhitespace() == "")
    #expect("".trimmingWhitespace() == "")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
