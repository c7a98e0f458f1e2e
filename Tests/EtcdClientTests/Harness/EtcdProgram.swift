import Foundation
import ServerHarness
import Testing

/// The etcd that is installed on this machine.
enum EtcdProgram {
    /// Its path: the first of the name in `PATH`; nil when there is none.
    static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/etcd" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Whether tests have to fail without it.
    static let isDemanded = ProcessInfo.processInfo.environment["CI"] == "true"
}

extension Trait where Self == ConditionTrait {
    /// For tests that start etcd: where it is missing they are left out, in CI they fail.
    static var etcd: ConditionTrait {
        .enabled(
            if: EtcdProgram.path != nil || EtcdProgram.isDemanded,
            "NO ETCD HERE, NOTHING IS CHECKED AGAINST IT: install Debian's etcd-server, as `make setup-test` does")
    }
}

/// All tests that start etcd, one at a time wherever they are run: several etcds and their clients at once leave each
/// other no turn for longer than a lease lives.
@Suite(.etcd, .serialized)
enum RealEtcd {}
