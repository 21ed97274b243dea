// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@Suite struct ChatTemplateTests {
  @Test(arguments: try ChatTemplateGoldens.conversations())
  func `a template renders a conversation as transformers does`(golden: ChatTemplateGoldens.Case)
    throws
  {
    try expectMatch(golden)
  }

  @Test(arguments: try ChatTemplateGoldens.snippets())
  func `a construct does what Jinja2 does`(golden: ChatTemplateGoldens.Case) throws {
    try expectMatch(golden)
  }

  private func expectMatch(_ golden: ChatTemplateGoldens.Case) throws {
    guard let text = golden.text else {
      #expect(throws: ModelError.self) { try golden.render() }
      return
    }
    let rendering = try golden.render()
    #expect(Array(rendering.text.unicodeScalars) == Array(text.unicodeScalars))
    #expect(rendering.generated == golden.generated)
  }

  @Test func `the goldens are all there`() throws {
    #expect(try ChatTemplateGoldens.snippets().count > 200)
    #expect(try ChatTemplateGoldens.conversations().count > 150)
  }

  private static let messages = [
    ChatMessage(role: "user", content: "Hi"), ChatMessage(role: "assistant", content: "Høy"),
  ]

  @Test func `SmolLM2's own template adds its system message`() throws {
    let template = try ChatTemplate(
      source: ChatTemplateGoldens.template("smollm2.jinja"), name: "smollm2")
    let text = try template.render(
      messages: [ChatMessage(role: "user", content: "Hi")], addGenerationPrompt: true)
    #expect(
      text == """
        <|im_start|>system
        You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
        <|im_start|>user
        Hi<|im_end|>
        <|im_start|>assistant

        """)
  }

  @Test func `the ranges of generated text are offsets of UTF-8`() throws {
    let template = try ChatTemplate(
      source: ChatTemplateGoldens.template("chatml.jinja"), name: "chatml")
    let rendering = try template.renderTrackingGeneration(
      messages: Self.messages + Self.messages, addGenerationPrompt: true)
    let bytes = Array(rendering.text.utf8)
    #expect(
      rendering.generated.map { String(decoding: bytes[$0], as: UTF8.self) }
        == ["Høy<|im_end|>\n", "Høy<|im_end|>\n"])
  }

  @Test func `further variables reach the template and win over the usual ones`() throws {
    let template = try ChatTemplate(
      source: "{{ tools.a }}{{ bos_token }}{{ eos_token is defined }}{{ x }}", name: "t")
    #expect(
      try template.render(
        messages: [], addGenerationPrompt: false, bosToken: "<s>",
        extra: ["tools": ["a": 1], "x": [1.5, .none, false, "é"]])
        == "1<s>False[1.5, None, False, 'é']")
  }

  @Test func `the template's own refusal is the message`() throws {
    let template = try ChatTemplate(
      source: "\n\n{{ raise_exception('no system') }}", name: "t.jinja")
    let error = try #require(throws: ModelError.self) {
      try template.render(messages: [], addGenerationPrompt: false)
    }
    #expect(error.code == .invalid)
    #expect(error.message == "t.jinja, line 3: the template refuses the messages: no system")
  }

  @Test(arguments: [
    "{{ 'a'|escape }}", "{{ 'a' % 1 }}", "{{ '{}'.format(1) }}", "{{ 'a'.encode() }}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% for x in [] recursive %}{% endfor %}", "{{ x[1, 2] }}", "{{ ''.__class__ }}",
    "{{ messages.__class__ }}", "{{ range }}", "{{ x|urlencode }}", "{{ x is escaped }}",
    "{{ '\\N{DASH}' }}", "{{ '\\ud83d' }}", "{{ strftime_now('%c') }}",
    "{% set n = namespace() %}{% set n.n = n %}",
    "{% set x %}{% generation %}{% endgeneration %}{% endset %}",
  ])
  func `what Hone does not run is refused with its line`(source: String) throws {
    let error = try #require(throws: ModelError.self) {
      try ChatTemplate(source: "\n" + source, name: "t.jinja").render(
        messages: [], addGenerationPrompt: false)
    }
    #expect(error.code == .unsupported)
    #expect(error.message.hasPrefix("t.jinja, line 2: "))
  }
}
