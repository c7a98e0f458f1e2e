import Foundation

/// The etcd that is installed on this machine.
package enum EtcdProgram {
    /// Its path: the first of the name in `PATH`; nil when there is none.
    package static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/etcd" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Whether tests with it are run: where it is missing they are left out, in CI they fail.
    package static let isTested = path != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    /// Why they are left out.
    package static let missing =
        "NO ETCD HERE, NOTHING IS CHECKED AGAINST IT: install Debian's etcd-server, as `make setup-test` does"
}
