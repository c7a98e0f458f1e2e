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
    static func variables(
        adding own: [String: String],
        to server: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) -> [String: String] {
        let pairs = inherited.compactMap { name in server(name).map { (name, $0) } }
        return Dictionary(uniqueKeysWithValues: pairs).merging(own) { $1 }
    }
}
