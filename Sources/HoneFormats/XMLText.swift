// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension String {
  /// The text as it stands in an SVG or XML file; control characters, which no XML may hold, are made
  /// visible.
  package var escapedForXML: String {
    visible().replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
