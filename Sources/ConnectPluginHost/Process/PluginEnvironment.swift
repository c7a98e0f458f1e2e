#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The environment of plug-ins' processes: few variables of the server's, since others may be secrets, and those of
/// `connector.json`.
enum PluginEnvironment {
    private static let inherited = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"]

    /// The variables, with these added or in place of the server's.
    static func variables(adding own: [String: String]) -> [String: String] {
        var variables: [String: String] = [:]
        for name in inherited {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables.merging(own) { $1 }
    }
}
