// swift-tools-version: 6.2
import PackageDescription

// The target list is the layering: arrows point down only (docs/architecture.md), and TidyTests reads this file.
let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "RecordFormat", targets: ["RecordFormat"]),
        .library(name: "LogCore", targets: ["LogCore"]),
        .library(name: "EventStore", targets: ["EventStore"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "Coordination", targets: ["Coordination"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
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
        .target(name: "EventStore", dependencies: ["LogCore", "RecordFormat", "CShims"]),

        // The protocol, and the generator that writes its messages from Schemas/.
        .target(name: "KafkaProtocol", dependencies: ["RecordFormat"], exclude: ["Schemas"]),
        .target(name: "ProtocolSchema", path: "Tools/ProtocolSchema"),
        .executableTarget(name: "protocol-gen", dependencies: ["ProtocolSchema"], path: "Tools/protocol-gen"),

        // State machines: no I/O, no clock.
        .target(name: "Coordination", dependencies: ["RecordFormat"]),

        .target(
            name: "Broker",
            dependencies: [
                "EventStore", "Coordination", "KafkaProtocol", "LogCore", "RecordFormat", "CShims",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // The client: Kafka over sockets or in process.
        .target(
            name: "KafkaClient",
            dependencies: [
                "KafkaProtocol", "RecordFormat",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ]),

        .executableTarget(
            name: "millrace",
            dependencies: [
                "Broker", "KafkaProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // Programs to copy from; ExampleTests runs them, and the README quotes the first.
        .executableTarget(name: "EmbeddedLog", dependencies: ["LogCore", "RecordFormat"], path: "Examples/EmbeddedLog"),
        .executableTarget(
            name: "EmbeddedBroker",
            dependencies: ["Broker", "KafkaClient", "RecordFormat", .product(name: "Logging", package: "swift-log")],
            path: "Examples/EmbeddedBroker"),

        .testTarget(name: "RecordFormatTests", dependencies: ["RecordFormat", "CShims"]),
        .testTarget(
            name: "KafkaProtocolTests", dependencies: ["KafkaProtocol", "ProtocolSchema", "RecordFormat"],
            exclude: ["Fixtures"]),
        .testTarget(name: "CoordinationTests", dependencies: ["Coordination", "RecordFormat"]),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: [
                "KafkaClient", "KafkaProtocol", "RecordFormat", "Broker",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "BrokerTests", dependencies: ["Broker", "Coordination", "KafkaProtocol", "RecordFormat"]),
        .testTarget(name: "LogCoreTests", dependencies: ["LogCore", "RecordFormat"]),

        // Checks from outside: they know the server's binary and its protocols, and no module of it.
        .target(
            name: "ServerHarness",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/ServerHarness"
        ),
        .testTarget(name: "CompatibilityTests", dependencies: ["ServerHarness"]),
        .testTarget(name: "CrashTests", dependencies: ["ServerHarness"]),
        .testTarget(name: "ExampleTests", dependencies: ["EmbeddedLog", "EmbeddedBroker", "ServerHarness"]),
        .testTarget(name: "TidyTests", dependencies: ["ServerHarness"]),
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
