// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its executable links with libFuzzer only, which has the function `main`.
let package = Package(
  name: "hone-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "hone", path: "..")],
  targets: [
    .executableTarget(name: "HoneFuzz", dependencies: [.product(name: "Hone", package: "hone")])
  ]
)
