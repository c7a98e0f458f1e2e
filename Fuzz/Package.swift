// swift-tools-version: 6.2
import PackageDescription

let features: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// A package of its own: the fuzzer's sanitizers are for this build and not for those that link Millrace.
// Scripts/fuzz builds it with `--sanitize fuzzer`, which makes the engine below report what an input reaches.
let package = Package(
    name: "millrace-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "..")],
    targets: [
        // A link to Tests/FuzzTargets: the same entry points that `make test` runs the corpus through.
        .target(
            name: "FuzzTargets",
            dependencies: [
                .product(name: "Coordination", package: "millrace"),
                .product(name: "EventStore", package: "millrace"),
                .product(name: "KafkaProtocol", package: "millrace"),
                .product(name: "LogCore", package: "millrace"),
                .product(name: "RecordFormat", package: "millrace"),
            ],
            swiftSettings: features),
        .executableTarget(
            name: "millrace-fuzz",
            dependencies: [
                "FuzzTargets",
                .product(name: "RecordFormat", package: "millrace"),
            ],
            // The main function is libFuzzer's.
            swiftSettings: features + [.unsafeFlags(["-parse-as-library"])]),
    ],
    swiftLanguageModes: [.v6]
)
