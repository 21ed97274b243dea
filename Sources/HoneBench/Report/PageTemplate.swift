// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneARC
import HoneStore
import Mustache

/// The page's parts as they lie in Page/, which the build puts into the binary.
enum PageTemplate {
  static var style: String { String(decoding: PackageResources.page_css, as: UTF8.self) }
  static var script: String { String(decoding: PackageResources.page_js, as: UTF8.self) }

  private static var page: String {
    String(decoding: PackageResources.page_mustache, as: UTF8.self)
  }

  /// Fills in a template, which may have drawings in it; every text is escaped but those that stand
  /// in three braces.
  ///
  /// - Parameter template: The page, unless another is given.
  static func render(_ content: Any, into template: String = page) throws -> String {
    MustacheContentTypes.register(ScalarEscaping(), named: "scalars")
    // Each template says so for itself.
    func escaping(_ template: String) throws -> MustacheTemplate {
      try MustacheTemplate(string: "{{% CONTENT_TYPE:scalars}}" + template)
    }
    let drawings = MustacheLibrary(templates: [
      "calibration": try escaping(CalibrationChart.template)
    ])
    return try escaping(template).render(content, library: drawings)
  }

  /// Allows a browser this style and this script, and nothing else: not even if something slipped
  /// through the escaping.
  static func securityPolicy(style: String, script: String) -> String {
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
      + "style-src '\(source(style))'; script-src '\(source(script))'"
  }

  /// `sha256-…`, as a security policy names an inline text.
  private static func source(_ text: String) -> String {
    let digits = Array(FileDigest.sha256(Data(text.utf8)).utf8)
    func nibble(_ digit: UInt8) -> UInt8 {
      digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
    }
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
      nibble(digits[$0]) << 4 | nibble(digits[$0 + 1])
    }
    return "sha256-" + Data(bytes).base64EncodedString()
  }
}
