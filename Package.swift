// swift-tools-version: 6.2
import PackageDescription

// The target list is the layering: arrows point down only (docs/architecture.md), and TidyTests reads this file.
let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "RecordFormat", targets: ["RecordFormat"]),
        .library(name: "LogCore", targets: ["LogCore"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // C: system libraries and shims.
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"]), .brew(["snappy"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CShims"),

        // The engine: no Foundation, no NIO, no logging.
        .target(name: "RecordFormat", dependencies: ["CShims", "CLZ4", "CZstd", "CSnappy", "CZlib"]),
        .target(name: "LogCore", dependencies: ["RecordFormat", "CShims"]),

        // The protocol, and the generator that writes its messages from Schemas/.
        .target(name: "KafkaProtocol", dependencies: ["RecordFormat"], exclude: ["Schemas"]),
        .target(name: "ProtocolSchema", path: "Tools/ProtocolSchema"),
        .executableTarget(name: "protocol-gen", dependencies: ["ProtocolSchema"], path: "Tools/protocol-gen"),

        // The client: Kafka over sockets or in process.
        .target(
            name: "KafkaClient",
            dependencies: [
                "KafkaProtocol", "RecordFormat",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ]
        ),

        .testTarget(name: "RecordFormatTests", dependencies: ["RecordFormat", "CShims"]),
        .testTarget(name: "LogCoreTests", dependencies: ["LogCore"]),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: [
                "KafkaClient", "KafkaProtocol", "RecordFormat",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

/// Targets that handle raw memory on the hot path: every unsafe use there carries its `unsafe` mark.
let strictlySafe: Set<String> = ["RecordFormat", "LogCore", "KafkaProtocol"]

for target in package.targets where target.type != .system && target.name != "CShims" {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ]
    if strictlySafe.contains(target.name) { settings.append(.strictMemorySafety()) }
    target.swiftSettings = settings
}
