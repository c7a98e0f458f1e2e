package import Foundation

/// Where things lie in the checkout that the tests were built from.
package enum Repository {
    /// The folder of `Package.swift`, found from this file's own place in it.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The release server: `MILLRACE_BINARY`, or the one that `make build` leaves in the build folder.
    ///
    /// - Throws: ``HarnessError`` when there is none, with the command that makes one.
    package static func serverBinary() throws -> String {
        let path =
            ProcessInfo.processInfo.environment["MILLRACE_BINARY"]
            ?? root.appending(path: ".build/release/millrace").path()
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw HarnessError("there is no server at \(path): run `make build`, or name one in MILLRACE_BINARY")
        }
        return path
    }

    /// The Python with the clients installed: `MILLRACE_PYTHON`, or the one of `make setup-test`.
    ///
    /// - Throws: ``HarnessError`` when there is none, with the command that installs it.
    package static func python() throws -> String {
        let path =
            ProcessInfo.processInfo.environment["MILLRACE_PYTHON"]
            ?? root.appending(path: ".venv/bin/python").path()
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw HarnessError("there is no Python at \(path): run `make setup-test`")
        }
        return path
    }

    /// The path of one of the scripts in `Tests/Clients`.
    package static func clientScript(_ name: String) -> String {
        root.appending(path: "Tests/Clients/\(name)").path()
    }
}

/// What kept a check from being made, as opposed to a check that failed.
package struct HarnessError: Error, CustomStringConvertible {
    /// What happened, with what was seen until then.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
