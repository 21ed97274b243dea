// SPDX-License-Identifier: Apache-2.0
import Mustache

/// The page's parts as they lie beside this file, which the build puts into the binary.
enum PageTemplate {
  static var style: String { String(decoding: PackageResources.page_css, as: UTF8.self) }

  /// Nothing but the page's own style: no script, and nothing from elsewhere, not even if something
  /// slipped through the escaping.
  static let securityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  /// Fills in the page; every text is escaped but those that stand in three braces.
  static func render(_ content: Any) throws -> String {
    MustacheContentTypes.register(ScalarEscaping(), named: "puzzle-scalars")
    let page = String(decoding: PackageResources.page_mustache, as: UTF8.self)
    let template = try MustacheTemplate(string: "{{% CONTENT_TYPE:puzzle-scalars}}" + page)
    return template.render(content)
  }
}
