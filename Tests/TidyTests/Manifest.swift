import Foundation
import ServerHarness

/// `Package.swift` as SwiftPM reads it.
struct Manifest {
    /// One target.
    struct Target {
        let name: String
        let type: String
        /// The folder of its sources, below the root.
        let folder: String
        /// The targets of this package that it depends on.
        let dependencies: [String]
        /// The products of other packages that it depends on.
        let products: [String]
    }

    let targets: [Target]

    init() async throws {
        // A scratch folder of its own: the run that this test is part of holds the lock of the usual one.
        let scratch = try TemporaryDirectory()
        let dump = try await Command.check(
            "swift",
            ["package", "--package-path", Repository.root.path(), "--scratch-path", scratch.url.path(), "dump-package"])
        guard let targets = JSON(parsing: dump.output)?["targets"]?.array else {
            throw HarnessError("no targets in the manifest: \(dump.output.prefix(500))")
        }
        self.targets = targets.map { target in
            let name = target["name"]?.string ?? ""
            let type = target["type"]?.string ?? ""
            let dependencies = target["dependencies"]?.array ?? []
            return Target(
                name: name, type: type,
                folder: target["path"]?.string ?? "\(type == "test" ? "Tests" : "Sources")/\(name)",
                dependencies: dependencies.compactMap { ($0["byName"] ?? $0["target"])?[0]?.string },
                products: dependencies.compactMap { $0["product"]?[0]?.string })
        }
    }
}
