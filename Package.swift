// swift-tools-version: 6.2
import PackageDescription

/// Functions of a request go on where their caller is, without asking the runtime where that should be (SE-0461).
let staysWithCaller: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

// The target list is the layering: arrows point down only (docs/architecture.md), and TidyTests reads this file.
let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "RecordFormat", targets: ["RecordFormat"]),
        .library(name: "LogCore", targets: ["LogCore"]),
        .library(name: "EventStore", targets: ["EventStore"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "Broker", targets: ["Broker"]),
        .library(name: "Coordination", targets: ["Coordination"]),
        .library(name: "Replication", targets: ["Replication"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
        .library(name: "ConnectAPI", targets: ["ConnectAPI"]),
        .library(name: "ConnectRuntime", targets: ["ConnectRuntime"]),
        .library(name: "ConnectREST", targets: ["ConnectREST"]),
        .library(name: "RESTProxy", targets: ["RESTProxy"]),
        .library(name: "FileStream", targets: ["FileStream"]),
        .library(name: "SchemaRegistry", targets: ["SchemaRegistry"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // Without its traits, which would bring full Foundation and a configuration package that nothing here uses.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
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
        .target(name: "Replication", dependencies: ["LogCore", "RecordFormat"]),

        .target(
            name: "Broker",
            dependencies: [
                "EventStore", "Coordination", "Replication", "KafkaClient", "KafkaProtocol", "LogCore", "RecordFormat",
                "TransportSecurity", "CShims",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // What both ends of encrypted connections show and ask for.
        .target(
            name: "TransportSecurity", dependencies: [.product(name: "NIOSSL", package: "swift-nio-ssl")]),

        // The client: Kafka over sockets or in process.
        .target(
            name: "KafkaClient",
            dependencies: [
                "KafkaProtocol", "RecordFormat", "TransportSecurity",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ]),

        // What a cluster's metadata is kept in.
        .target(
            name: "EtcdClient",
            dependencies: [
                "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),

        .target(
            name: "EtcdMetadata",
            dependencies: [
                "Broker", "EtcdClient",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),

        // Connect: the authors' API, the runtime, its HTTP face, and the connectors that come with it.
        .target(name: "JSON"),
        .target(name: "ConnectAPI", dependencies: ["RecordFormat"]),
        .target(name: "ConnectPlugins", dependencies: ["ConnectAPI", "JSON", "RecordFormat"]),
        .target(
            name: "FileStream", dependencies: ["ConnectAPI", "RecordFormat"], path: "Sources/Connectors/FileStream"),
        .target(
            name: "ConnectPluginHost",
            dependencies: [
                "ConnectAPI", "ConnectPlugins", "JSON", "RecordFormat", "CShims",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(
            name: "ConnectRuntime",
            dependencies: [
                "ConnectAPI", "ConnectPluginHost", "ConnectPlugins", "JSON", "KafkaClient", "KafkaProtocol",
                "RecordFormat",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // Schemas: what the registry, the REST proxy and Connect's converters share, and a module for each language.
        .target(name: "SchemaFormat", dependencies: ["JSON"]),
        .target(name: "AvroFormat", dependencies: ["SchemaFormat", "JSON"]),
        .target(name: "JSONSchemaFormat", dependencies: ["SchemaFormat", "JSON"]),
        // C++ over libprotobuf behind a header in C.
        .target(name: "CProtobuf", linkerSettings: [.linkedLibrary("protobuf")]),
        .target(name: "ProtobufFormat", dependencies: ["CProtobuf", "JSON", "SchemaFormat"]),
        .target(
            name: "HTTPService",
            dependencies: [
                "CZlib", "JSON", "TransportSecurity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: staysWithCaller),
        .executableTarget(
            name: "http-null",
            dependencies: [
                "HTTPService", "JSON",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tools/http-null"),
        .target(
            name: "SchemaClient",
            dependencies: [
                "HTTPService", "JSON", "SchemaFormat", "TransportSecurity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(
            name: "SchemaRegistry",
            dependencies: [
                "HTTPService", "JSON", "KafkaClient", "KafkaProtocol", "RecordFormat", "SchemaFormat",
                "TransportSecurity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: staysWithCaller),
        .target(
            name: "RESTProxy",
            dependencies: [
                "AvroFormat", "Coordination", "HTTPService", "JSON", "KafkaClient", "KafkaProtocol", "RecordFormat",
                "SchemaClient", "SchemaFormat", "TransportSecurity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: staysWithCaller),
        .target(
            name: "RegistryConverters",
            dependencies: [
                "AvroFormat", "ConnectAPI", "HTTPService", "JSON", "JSONSchemaFormat", "ProtobufFormat", "RecordFormat",
                "SchemaClient", "SchemaFormat", "TransportSecurity",
            ]),
        .target(
            name: "ConnectREST",
            dependencies: [
                "ConnectAPI", "ConnectPlugins", "ConnectRuntime", "HTTPService", "JSON", "KafkaClient",
                "TransportSecurity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: staysWithCaller),

        .executableTarget(
            name: "millrace",
            dependencies: [
                "Broker", "CShims", "ConnectAPI", "ConnectREST", "ConnectRuntime", "EtcdClient", "EtcdMetadata",
                "FileStream", "HTTPService", "JSON", "KafkaClient", "KafkaProtocol", "LogCore", "RecordFormat",
                "RESTProxy", "RegistryConverters", "SchemaClient", "SchemaFormat", "SchemaRegistry",
                "TransportSecurity",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        .executableTarget(
            name: "millrace-bench",
            dependencies: [
                "Broker", "EventStore", "KafkaClient", "KafkaProtocol", "LogCore", "RecordFormat",
                "TransportSecurity", "CShims",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Bench"),

        // Programs to copy from; ExampleTests runs them, and the README quotes the first.
        .executableTarget(
            name: "EmbeddedLog", dependencies: ["LogCore", "RecordFormat"], path: "Examples/EmbeddedLog"),
        .executableTarget(
            name: "EmbeddedStore", dependencies: ["EventStore", "RecordFormat"], path: "Examples/EmbeddedStore"),
        .executableTarget(
            name: "TailingReader", dependencies: ["EventStore", "RecordFormat"], path: "Examples/TailingReader"),
        .executableTarget(
            name: "CompactedTable", dependencies: ["EventStore", "LogCore", "RecordFormat"],
            path: "Examples/CompactedTable"),
        .executableTarget(
            name: "Transactions", dependencies: ["LogCore", "RecordFormat"], path: "Examples/Transactions"),
        .executableTarget(name: "LogScan", dependencies: ["LogCore", "RecordFormat"], path: "Examples/LogScan"),
        .executableTarget(
            name: "EmbeddedBroker",
            dependencies: [
                "Broker", "KafkaClient", "RecordFormat",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/EmbeddedBroker"),
        .executableTarget(
            name: "swift-counter", dependencies: ["JSON"], path: "Examples/plugins/swift-counter",
            exclude: ["README.md", "connector.json"]),

        .testTarget(name: "RecordFormatTests", dependencies: ["RecordFormat", "CShims"]),
        .testTarget(
            name: "KafkaProtocolTests", dependencies: ["KafkaProtocol", "ProtocolSchema", "RecordFormat"],
            exclude: ["Fixtures"]),
        .testTarget(name: "CoordinationTests", dependencies: ["Coordination", "RecordFormat"]),
        .testTarget(
            name: "ReplicationTests", dependencies: ["LogCore", "RecordFormat", "Replication", "Simulator"]),
        // A cluster in simulated time, for the tests and for `make sim`.
        .target(
            name: "Simulator", dependencies: ["LogCore", "RecordFormat", "Replication"], path: "Tests/Simulator"),
        .executableTarget(name: "simulate", dependencies: ["Simulator"], path: "Tests/Simulate"),
        .testTarget(name: "SimulationTests", dependencies: ["Simulator"]),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: [
                "KafkaClient", "KafkaProtocol", "RecordFormat", "Broker", "ServerHarness", "TransportSecurity",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Broker", "EventStore", "Coordination", "Replication", "KafkaClient", "KafkaProtocol", "LogCore",
                "RecordFormat", "LogHarness", "ServerHarness", "StorageHarness", "TransportSecurity",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "StorageHarness", dependencies: ["LogCore", "RecordFormat"], path: "Tests/StorageHarness"),
        // A process that the tests of the store kill.
        .executableTarget(
            name: "StoreWriter", dependencies: ["EventStore", "RecordFormat"], path: "Tests/StoreWriter"),
        .testTarget(
            name: "EventStoreTests",
            dependencies: ["EventStore", "LogCore", "RecordFormat", "ServerHarness", "StorageHarness", "StoreWriter"]),
        // A process that meets pages of mapped files which are gone.
        .executableTarget(name: "BusError", dependencies: ["LogCore", "RecordFormat"], path: "Tests/BusError"),
        .testTarget(
            name: "LogCoreTests",
            dependencies: ["BusError", "LogCore", "RecordFormat", "ServerHarness", "StorageHarness"]),
        .testTarget(
            name: "GoldenTests", dependencies: ["EventStore", "LogCore", "RecordFormat", "ServerHarness"],
            exclude: ["Fixtures"]),
        // What Fuzz/ makes up inputs for, and the inputs that are kept.
        .target(
            name: "FuzzTargets",
            dependencies: ["Coordination", "EventStore", "KafkaProtocol", "LogCore", "RecordFormat"],
            path: "Tests/FuzzTargets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "RecordFormat", "ServerHarness"]),

        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "SchemaFormatTests", dependencies: ["SchemaFormat", "JSON"]),
        .testTarget(
            name: "SchemaClientTests",
            dependencies: [
                "SchemaClient", "SchemaFormat", "HTTPService", "JSON",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "AvroFormatTests", dependencies: ["AvroFormat", "JSON", "SchemaFormat", "ServerHarness"]),
        .testTarget(
            name: "JSONSchemaFormatTests", dependencies: ["JSONSchemaFormat", "SchemaFormat", "JSON", "ServerHarness"]),
        .testTarget(
            name: "RegistryConvertersTests",
            dependencies: [
                "RegistryConverters", "AvroFormat", "ConnectAPI", "HTTPService", "JSON", "ProtobufFormat",
                "RecordFormat", "SchemaClient", "SchemaFormat", "TransportSecurity",
            ]),
        .testTarget(name: "ProtobufFormatTests", dependencies: ["JSON", "ProtobufFormat", "SchemaFormat"]),
        // Real etcds, and what loses their answers.
        .target(
            name: "EtcdHarness",
            dependencies: [
                "EtcdClient", "ServerHarness",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/EtcdHarness"),
        .testTarget(
            name: "EtcdClientTests",
            dependencies: [
                "EtcdClient", "EtcdHarness", "JSON", "ServerHarness",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "EtcdMetadataTests",
            dependencies: [
                "Broker", "EtcdClient", "EtcdHarness", "EtcdMetadata", "ServerHarness",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "ConnectAPITests", dependencies: ["ConnectAPI", "RecordFormat"]),
        .testTarget(
            name: "ConnectPluginsTests",
            dependencies: ["ConnectPlugins", "ConnectAPI", "JSON", "RecordFormat", "ServerHarness"]),
        .testTarget(name: "FileStreamTests", dependencies: ["FileStream", "ConnectAPI", "RecordFormat"]),
        .testTarget(
            name: "ConnectPluginHostTests",
            dependencies: [
                "ConnectPluginHost", "ConnectAPI", "JSON", "RecordFormat", "ServerHarness", "swift-counter",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ConnectRuntimeTests",
            dependencies: [
                "Broker", "ConnectPluginHost", "ConnectPlugins", "ConnectRuntime", "ConnectAPI", "JSON", "KafkaClient",
                "LogHarness", "RecordFormat", "ServerHarness", "StorageHarness",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "HTTPTestSupport",
            dependencies: [
                "HTTPService",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/HTTPTestSupport"
        ),
        .testTarget(name: "TransportSecurityTests", dependencies: ["ServerHarness", "TransportSecurity"]),
        .testTarget(
            name: "HTTPServiceTests",
            dependencies: [
                "HTTPService", "HTTPTestSupport", "JSON", "LogHarness", "ServerHarness", "TransportSecurity",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "MillraceTests",
            dependencies: [
                "millrace", "Broker", "ConnectAPI", "ConnectRuntime", "EtcdClient", "EtcdHarness",
                "HTTPService", "JSON", "KafkaClient", "RecordFormat", "ServerHarness", "TransportSecurity",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "BenchTests",
            dependencies: [
                "millrace-bench", "KafkaClient", "KafkaProtocol", "RecordFormat", "ServerHarness",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "RESTProxyTests",
            dependencies: [
                "Broker", "HTTPService", "HTTPTestSupport", "JSON", "KafkaClient", "KafkaProtocol", "LogHarness",
                "RESTProxy", "RecordFormat", "SchemaFormat", "ServerHarness",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ConnectRESTTests",
            dependencies: [
                "Broker", "ConnectAPI", "ConnectREST", "ConnectRuntime", "FileStream", "HTTPService", "HTTPTestSupport",
                "JSON", "KafkaClient", "LogHarness", "RecordFormat", "ServerHarness", "TransportSecurity",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        .testTarget(
            name: "SchemaRegistryTests",
            dependencies: [
                "Broker", "HTTPService", "HTTPTestSupport", "JSON", "KafkaClient", "LogHarness", "RecordFormat",
                "SchemaFormat", "SchemaRegistry", "ServerHarness",
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // What is logged, kept for tests to look at.
        .target(
            name: "LogHarness", dependencies: [.product(name: "Logging", package: "swift-log")],
            path: "Tests/LogHarness"),

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
        .executableTarget(
            name: "power-cut", dependencies: ["EventStore", "LogCore", "RecordFormat", "StorageHarness"],
            path: "Tests/PowerCut"),
        .executableTarget(
            name: "thread-race", path: "Tests/ThreadSanitizer", exclude: ["SwiftMutex.c"], sources: ["Race.swift"]),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "ServerHarness", "power-cut",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "EmbeddedLog", "EmbeddedStore", "TailingReader", "CompactedTable", "Transactions", "LogScan",
                "EmbeddedBroker", "ServerHarness",
            ]),
        .testTarget(name: "TidyTests", dependencies: ["ServerHarness"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

/// Targets that handle raw memory on the hot path: every unsafe use there carries its `unsafe` mark.
let strictlySafe: Set<String> = ["RecordFormat", "LogCore", "KafkaProtocol"]

for target in package.targets where target.type != .system && !["CShims", "CProtobuf"].contains(target.name) {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ]
    // LogCore proves its invariants after every change where it is built for debugging, as for all tests.
    if target.name == "LogCore" { settings.append(.define("LOGCORE_INTERNAL_CHECKS", .when(configuration: .debug))) }
    if strictlySafe.contains(target.name) { settings.append(.strictMemorySafety()) }
    target.swiftSettings = settings
}
