// swift-tools-version: 6.2
import PackageDescription

// One place for the settings that every Swift target shares.
let swiftSettings: [SwiftSetting] =
  [.enableUpcomingFeature("ExistentialAny")]
  // Warnings are errors where nobody reads them.
  + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
  name: "hone",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "hone", targets: ["hone"]),
    .library(
      name: "Hone",
      targets: ["HoneARC", "HoneAdaptation", "HoneTraining", "HoneModel", "HoneTensor"]),
    // Apart from the others, for it brings an HTTP client.
    .library(name: "HoneKnowledge", targets: ["HoneKnowledge"]),
    // The C kernels alone, for the package in Benchmarks/.
    .library(name: "HoneKernels", targets: ["CHoneKernels"]),
  ],
  dependencies: [
    // Command-line parsing, help and completion; 1.8 is the first checked against Swift 6.3.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of model files; 4.x is the line maintained for Swift 6.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The run store: SQLite with migrations and checked decoding; 7.10 is the first that we tried
    // on Linux with Swift 6.3. Needs the system's SQLite headers (libsqlite3-dev).
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // The HTML report: templates that escape what they are given.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // Settings of `hone train` in files; 6.2 is the line maintained for Swift 6.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Asks OpenAI-compatible servers, for `hone augment --endpoint`.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    // Runs pip for `hone models pull`, with cancellation that ends the child.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(
      name: "CHoneKernels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "HoneTensor", dependencies: ["CHoneKernels"], swiftSettings: swiftSettings),
    .target(
      name: "HoneFormats", dependencies: ["CHoneKernels", "HoneTensor"],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneModel", dependencies: ["HoneTensor", "HoneFormats"],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneTraining", dependencies: ["HoneTensor", "HoneFormats", "HoneModel"],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneAdaptation",
      dependencies: ["HoneTensor", "HoneFormats", "HoneModel", "HoneTraining"],
      resources: [
        // Into the binary: the command is one file.
        .embedInCode("Auto/priors.json")
      ],
      swiftSettings: swiftSettings),
    // Models on this machine: the catalogue, downloads and what a file holds.
    .target(
      name: "HoneStore",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: swiftSettings),
    // The Abstraction and Reasoning Corpus: puzzles of coloured grids, and how they are solved.
    .target(
      name: "HoneARC",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        // Into the binary: the command is one file.
        .embedInCode("Page/page.mustache"), .embedInCode("Page/page.css"),
      ],
      swiftSettings: swiftSettings),
    // Knowledge in the weights: controlled data, augmentation, the study of ways of knowing, advice.
    .target(
      name: "HoneKnowledge",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ],
      resources: [
        // Into the binary: the command is one file.
        .embedInCode("Controlled/english-words.txt"),
        .embedInCode("Augmentation/Prompts/local/rephrasings.json"),
        .embedInCode("Augmentation/Prompts/local/reversals.json"),
        .embedInCode("Augmentation/Prompts/local/questions.json"),
        .embedInCode("Augmentation/Prompts/global/links.json"),
        .embedInCode("Augmentation/Prompts/global/linked-questions.json"),
      ],
      swiftSettings: swiftSettings),
    // Speeds of the engine beside what the machine could do at best; what quantised products cost
    // in accuracy; suites, the run store and statistics.
    .target(
      name: "HoneBench",
      dependencies: [
        "CHoneKernels", "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining",
        "HoneAdaptation", "HoneARC", "HoneKnowledge", "HoneStore",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        // Into the binary: the command is one file.
        .embedInCode("Report/Page/page.mustache"), .embedInCode("Report/Page/page.css"),
        .embedInCode("Report/Page/page.js"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "hone",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation", "HoneStore",
        "HoneARC", "HoneKnowledge", "HoneBench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneTesting", dependencies: ["HoneTensor", "HoneFormats", "HoneModel"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneTensorTests", dependencies: ["CHoneKernels", "HoneTensor", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneFormatsTests", dependencies: ["HoneFormats", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneModelTests",
      dependencies: ["HoneTensor", "HoneFormats", "HoneModel", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneTrainingTests",
      dependencies: ["HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneAdaptationTests",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation", "HoneTesting",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneARCTests",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation", "HoneARC",
        "HoneTesting",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneKnowledgeTests",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneTraining", "HoneAdaptation", "HoneKnowledge",
        "HoneTesting",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneBenchTests",
      dependencies: [
        "CHoneKernels", "HoneTensor", "HoneFormats", "HoneModel", "HoneAdaptation", "HoneARC",
        "HoneKnowledge", "HoneStore", "HoneBench", "HoneTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneStoreTests", dependencies: ["HoneFormats", "HoneStore", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneCommandTests",
      dependencies: [
        "hone", "HoneTensor", "HoneARC", "HoneKnowledge", "HoneBench", "HoneFormats", "HoneTesting",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: swiftSettings),
  ]
)
