// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `--json`.
struct JSONOption: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output.")
  var json = false
}
