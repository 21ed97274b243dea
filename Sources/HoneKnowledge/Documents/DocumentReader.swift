// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Reads documents from files.
///
/// A Markdown (`.md`, `.markdown`; see ``MarkdownText``) or text file (`.txt`, `.text`) is one
/// document, named by its path below the folder that was named. In a JSONL file each row
/// `{"text": …}` is one, named by its `"id"`, or else by the file and the line it starts on
/// (`rows.jsonl:7`); a `"title"` stands before its text as a heading and is no sentence. Files are
/// UTF-8; names' ends are read without regard to case.
public enum DocumentReader {
  /// Reads files, and folders with all that is below them.
  ///
  /// Hidden files, links to folders and files of other types are left out, and so are documents
  /// without a sentence and those whose text, white space and case aside, an earlier one has. All of
  /// this is among the findings.
  /// - Parameters:
  ///   - paths: Files and folders, in the order of the documents.
  ///   - skipsBadFiles: Whether files that cannot be read become findings instead of an error.
  ///   - maxFileBytes: A larger file is a bad one.
  /// - Throws: ``KnowledgeError`` (`notFound`) naming every path where nothing stands; (`badData`)
  ///   naming every file that cannot be read, with its first bad byte, or if there is no document;
  ///   `CancellationError`.
  public static func read(
    _ paths: [String], skipsBadFiles: Bool = false, maxFileBytes: Int = 64 << 20
  ) throws -> Corpus {
    guard !paths.isEmpty else {
      throw KnowledgeError(.notFound, "no documents were named; name files or folders")
    }
    let found = try DocumentFiles(paths)
    guard found.missing.isEmpty else {
      throw KnowledgeError(.notFound, found.missing.joined(separator: "\n"))
    }
    var builder = CorpusBuilder()
    builder.findings = found.findings
    for file in found.files {
      try Task.checkCancellation()
      do {
        try builder.add(file, maxBytes: maxFileBytes)
      } catch let error as PlainText.Problem {
        builder.findings.append(.init(.badFile, file.path, error.message))
      } catch let error as FormatError {
        builder.findings.append(.init(.badFile, file.path, withoutPath(error, file.path)))
      }
    }
    try check(builder, paths, skipsBadFiles)
    return Corpus(documents: builder.documents, findings: builder.findings)
  }

  private static func check(
    _ builder: CorpusBuilder, _ paths: [String], _ skipsBadFiles: Bool
  ) throws {
    let bad = builder.findings.filter { $0.kind == .badFile }
    if !bad.isEmpty, !skipsBadFiles {
      let count = bad.count == 1 ? "a file cannot" : "\(bad.count) files cannot"
      throw KnowledgeError(
        .badData,
        "\(count) be read; leave out such files with --skip-bad-files, or repair them\n  "
          + Corpus.Finding.list(bad, separator: "\n  "))
    }
    guard builder.documents.isEmpty else { return }
    let notes = Corpus(documents: [], findings: builder.findings).notes
    throw KnowledgeError(
      .badData,
      ([
        "no document in \(paths.map { $0.visible() }.joined(separator: ", ")); "
          + "\(DocumentKind.expectation), with at least one sentence"
      ] + notes).joined(separator: "\n  "))
  }

  private static func withoutPath(_ error: FormatError, _ path: String) -> String {
    let prefix = "\(path): ".visibleInMessage
    return error.message.hasPrefix(prefix)
      ? String(error.message.dropFirst(prefix.count)) : error.message
  }
}
