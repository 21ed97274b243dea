// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that Hone itself never depends on the benchmark library.
let package = Package(
  name: "hone-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "hone", path: ".."),
    // Statistics, baselines and their comparison. Without its traits: the counters of allocations
    // and reference counts replace the allocator, and kernels do neither.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "HoneKernelsBenchmark",
      dependencies: [
        .product(name: "HoneKernels", package: "hone"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/HoneKernelsBenchmark",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
