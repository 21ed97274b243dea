// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import Testing

/// A template that may be too long to show.
struct HostileTemplate: Sendable, ExpressibleByStringLiteral, CustomTestStringConvertible {
  let source: String
  var testDescription: String { String(source.prefix(90)) }

  init(stringLiteral value: String) { source = value }
  init(_ source: String) { self.source = source }

  /// `inner` inside `count` pairs of `open` and `close`, in an output tag unless these are tags.
  static func deep(_ open: String, _ inner: String, _ close: String, _ count: Int = 20_000)
    -> HostileTemplate
  {
    let source =
      String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    return HostileTemplate(
      open.hasPrefix("{%") || open.hasPrefix("{{") ? source : "{{ \(source) }}")
  }
}

@Suite struct ChatTemplateHostileTests {
  private static var limits: TemplateLimits {
    var limits = TemplateLimits()
    limits.maxSteps = 200_000
    limits.maxStringBytes = 100_000
    return limits
  }

  private func render(_ source: String) throws -> String {
    try ChatTemplate(source: source, name: "t").render(context: [], limits: Self.limits).text
  }

  private static let grow = "{% set n = namespace(x='ab') %}{% for i in range(99) %}"

  @Test(
    arguments: [
      "{{ range(10**9)|list }}", "{{ range(-(2**62), 2**62) }}",
      "{{ range(-9223372036854775807, 9223372036854775807, 1) }}",
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
      HostileTemplate(grow + "{% set n.x = n.x + n.x %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = n.x ~ n.x %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = n.x * 2 %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = n.x|replace('a', n.x) %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = n.x.join([n.x, n.x, n.x]) %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = [n.x, n.x]|string %}{% endfor %}"),
      HostileTemplate(grow + "{% set n.x = n.x|tojson|tojson %}{% endfor %}"),
      "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
      "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x * 2 %}{% endfor %}",
      "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}",
      "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = {'a': n.x} %}{% endfor %}",
      "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = dict(a=n.x) %}{% endfor %}",
      "{% set n = namespace(x=[1, 2]) %}{% for i in range(99999) %}{% set n.x = n.x|map('list')|list %}{% endfor %}",
      "{{ 'x' * 10**18 }}", "{{ [1] * 10**18 }}", "{{ [] * 10**18 }}{{ 1 // 0 }}",
      "{{ 'a\nb'|indent(10**18) }}",
      "{{ [[1]]|tojson(indent=10**18) }}", "{{ 10**19 }}", "{{ 9223372036854775807 + 1 }}",
      "{{ -9223372036854775807 - 2 }}",
      "{{ (-9223372036854775807 - 1) // -1 }}", "{{ -(-9223372036854775807 - 1) }}",
      "{{ (-9223372036854775807 - 1)|abs }}",
      "{{ 9223372036854775808 }}", "{{ 3037000500 * 3037000500 }}", "{{ 1e300|int }}",
      "{{ 2 ** 9223372036854775807 }}",
      "{{ 'x'[9223372036854775807] }}{{ 1 // 0 }}",
      "{{ [1][-9223372036854775807 - 1] }}{{ 1 // 0 }}",
      "{{ 'abc'[-9223372036854775807:9223372036854775807:9223372036854775807] }}{{ 1 // 0 }}",
      "{{ 'abc'[::-9223372036854775807 - 1] }}{{ 'abc'[-9223372036854775807 - 1] }}{{ 1 // 0 }}",
      "{{ 1.5|round(-9223372036854775807) }}", "{{ 'x'|int(0, 9223372036854775807) }}",
      "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
      "{% macro m(x) %}{{ m(x + 1) }}{{ m(x + 1) }}{% endmacro %}{{ m(0) }}",
      "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
      "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}{% call m() %}{% endcall %}",
      HostileTemplate.deep("(", "1", ")"), HostileTemplate.deep("[", "", "]"),
      HostileTemplate.deep("{1:", "1", "}"),
      HostileTemplate.deep("not ", "1", ""), HostileTemplate.deep("-", "1", ""),
      HostileTemplate.deep("1+", "1", ""),
      HostileTemplate.deep("", "x", ".a"), HostileTemplate.deep("", "x", "[0]"),
      HostileTemplate.deep("", "x", "()"),
      HostileTemplate.deep("", "x", "|trim"), HostileTemplate.deep("x[", "1", "]"),
      HostileTemplate.deep("f(", "1", ")"),
      HostileTemplate.deep("1 if 1 else ", "1", ""), HostileTemplate.deep("1 and ", "1", ""),
      HostileTemplate.deep("", "1", " if 1"),
      HostileTemplate.deep("", "1", " is sameas x"),
      HostileTemplate.deep("x is sameas ", "(1)", ""),
      HostileTemplate.deep("1**", "1", ""), HostileTemplate.deep("{% if 1 %}", "", "{% endif %}"),
      HostileTemplate.deep("{% for x in [1] %}", "", "{% endfor %}"),
      HostileTemplate.deep("{% macro m() %}", "", "{% endmacro %}"),
      HostileTemplate("{% for \(String(repeating: "(", count: 20_000)) in [] %}{% endfor %}"),
      HostileTemplate("{% set \(String(repeating: "(", count: 20_000)) = 1 %}"),
      HostileTemplate.deep("{{ x", "", "", 10_000),
      HostileTemplate.deep("{% raw %}", "", "", 10_000),
      HostileTemplate("{{{{{{{{{{{{{{{{{{{{"),
    ] as [HostileTemplate])
  func `a hostile template ends in an error`(template: HostileTemplate) {
    #expect(throws: ModelError.self) { try render(template.source) }
  }

  @Test func `long flat chains are no nesting`() throws {
    let sum = Array(repeating: "'ab'", count: 5000).joined(separator: " ~ ")
    #expect(try render("{{ (\(sum))|length }}") == "10000")
    let branches = (0..<5000).map { "{% elif n == \($0) %}x" }.joined()
    #expect(try render("{% if false %}\(branches){% else %}y{% endif %}") == "y")
  }

  /// Threads other than the main one have 512 KiB on macOS.
  @Test(
    arguments: [
      .deep("(", "1", ")", 39), .deep("[", "1", "]", 39), .deep("1+", "1", "", 78),
      .deep("range(", "1", ")", 39), .deep("1 if 0 else ", "1", "", 39),
      .deep("{% if 1 %}{% for x in [1] %}", "x", "{% endfor %}{% endif %}", 14),
      "{% macro m(k) %}{% if k > 0 %}{% for x in [1] %}{{ (('a' ~ m(k - 1))|upper)|string }}{% endfor %}{% endif %}{% endmacro %}{{ m(14) }}",
      "{% macro m() %}{{ [[[[m()]]]] }}{% endmacro %}{{ m() }}",
      "{% set n = namespace(x=1) %}{% for i in range(50) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}{{ n.x|tojson }}{{ n.x == n.x }}",
    ] as [HostileTemplate])
  func `the deepest templates fit the smallest stack`(template: HostileTemplate) async {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        // Reaching the end is the test; errors are as good as text.
        _ = try? ChatTemplate(source: template.source, name: "t").render(context: [])
        continuation.resume()
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
  }

  @Test func `a template cut off anywhere is parsed or refused`() throws {
    for name in ["header_tools.jinja", "inst_marks.jinja", "chatml_thinking.jinja"] {
      let source = Array(try ChatTemplateGoldens.template(name).unicodeScalars)
      for end in stride(from: 0, through: source.count, by: 13) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: source[..<end])
        do {
          _ = try ChatTemplate(source: String(view), name: name)
        } catch is ModelError {}
      }
    }
  }
}
