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
    .library(name: "Hone", targets: ["HoneAdaptation", "HoneTraining", "HoneModel", "HoneTensor"]),
    // The C kernels alone, for the package in Benchmarks/.
    .library(name: "HoneKernels", targets: ["CHoneKernels"]),
  ],
  dependencies: [
    // Command-line parsing, help and completion; 1.8 is the first checked against Swift 6.3.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of model files; 4.x is the line maintained for Swift 6.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
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
      name: "HoneTraining", dependencies: ["HoneTensor", "HoneModel"],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneAdaptation",
      dependencies: ["HoneTensor", "HoneFormats", "HoneModel", "HoneTraining"],
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
    // Speeds of the engine beside what the machine could do at best.
    .target(
      name: "HoneBench",
      dependencies: ["CHoneKernels", "HoneTensor", "HoneModel", "HoneTraining"],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "hone",
      dependencies: [
        "HoneTensor", "HoneFormats", "HoneModel", "HoneAdaptation", "HoneStore", "HoneBench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "HoneTesting", dependencies: ["HoneTensor", "HoneFormats", "HoneModel"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneTensorTests", dependencies: ["CHoneKernels", "HoneTensor", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneFormatsTests", dependencies: ["HoneFormats"], swiftSettings: swiftSettings),
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
      name: "HoneBenchTests",
      dependencies: ["CHoneKernels", "HoneTensor", "HoneModel", "HoneBench"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneStoreTests", dependencies: ["HoneFormats", "HoneStore", "HoneTesting"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HoneCommandTests",
      dependencies: [
        "hone", "HoneFormats", "HoneTesting",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: swiftSettings),
  ]
)
