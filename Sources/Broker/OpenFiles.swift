#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The number of files that this process may have open, and how connections and logs share them.
///
/// Logs hold half of them at most and open those that they need (`LogResidency`). Without a limit for connections,
/// clients could take the others, and with them those that the next segments need.
package struct OpenFiles: Sendable {
    /// How many files may be open.
    let limit: Int

    /// The connections that may be open at a time: a quarter of all files.
    var connections: Int { max(1, limit / 4) }

    #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let resource = RLIMIT_NOFILE
    #endif

    /// Takes all that the system grants; the usual 1,024 would be the end of a broker with 300 partitions.
    ///
    /// - Returns: How many files may be open now.
    @discardableResult
    package static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            let granted = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            #if canImport(Darwin)
            // What "unlimited" stands for there is more than the kernel takes.
            limit.rlim_cur = min(limit.rlim_max, rlim_t(OPEN_MAX))
            #endif
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = granted }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
