// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTensor

extension DocumentReader {
  /// Reads documents, saying on standard error what was left out.
  static func readNoting(_ paths: [String], skipsBadFiles: Bool) throws -> Corpus {
    let corpus = try read(paths, skipsBadFiles: skipsBadFiles)
    for note in corpus.notes { Console.error("note: \(note)") }
    return corpus
  }
}
