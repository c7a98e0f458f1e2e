// swift-tools-version: 6.2
import PackageDescription

let features: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// A package of its own: who builds Millrace needs none of the stores that it is measured beside.
// `make bench-engine` installs them and builds this; `make bench-micro` builds what needs none of them.
let package = Package(
    name: "millrace-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "millrace", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"]), .brew(["rocksdb"])]),
        .systemLibrary(name: "CLMDB", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .executableTarget(
            name: "engine-rivals",
            dependencies: [
                "CRocksDB", "CLMDB", "CSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "EventStore", package: "millrace"),
                .product(name: "LogCore", package: "millrace"),
                .product(name: "RecordFormat", package: "millrace"),
            ],
            path: "Sources/EngineRivals",
            swiftSettings: features),

        // The hot paths, and what counts what they cost.
        .target(name: "CAllocationCount"),
        .target(name: "CCallgrind"),
        .target(
            name: "HotPaths",
            dependencies: [
                .product(name: "Broker", package: "millrace"),
                .product(name: "KafkaClient", package: "millrace"),
                .product(name: "KafkaProtocol", package: "millrace"),
                .product(name: "LogCore", package: "millrace"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "RecordFormat", package: "millrace"),
            ],
            swiftSettings: features),
        .executableTarget(
            name: "hot-path-counts",
            dependencies: [
                "CAllocationCount", "CCallgrind", "HotPaths",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/HotPathCounts",
            swiftSettings: features),
    ],
    swiftLanguageModes: [.v6]
)

// What times the hot paths. Its manifest for older compilers wants an argument parser that is older than ours.
#if compiler(>=6.3)
package.dependencies.append(
    // Without its traits, which replace malloc and the runtime's counting of references by their own libraries.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []))
package.targets.append(
    .executableTarget(
        name: "micro-benchmarks",
        dependencies: [
            "CAllocationCount", "HotPaths",
            .product(name: "Benchmark", package: "benchmark"),
        ],
        // The plugin looks for benchmarks right below a folder of the name `Benchmarks`, which is this one.
        path: "MicroBenchmarks",
        swiftSettings: features,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]))
#endif
