import Synchronization

/// Counts the bytes that all requests together hold, and refuses what would be too many.
///
/// Safe to use from any thread.
final class RequestMemory: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    /// Creates a count with a bound.
    init(limit: Int) { self.limit = limit }

    /// The bytes that are held now.
    var usedBytes: Int { used.withLock { $0 } }

    /// Counts bytes until they are released.
    ///
    /// - Throws: ``RESTError`` with status 503 where they would be too many; what is held goes with the requests
    ///   under way.
    func reserve(_ bytes: Int) throws {
        let isFree = used.withLock { used in
            guard used + bytes <= limit else { return false }
            used += bytes
            return true
        }
        if isFree { return }
        var error = RESTError(
            503, "The requests under way hold as much memory as they may (memory.max.bytes is \(limit)); try again")
        error.retryAfter = .seconds(1)
        throw error
    }

    /// Counts bytes no more.
    func release(_ bytes: Int) { used.withLock { $0 -= bytes } }
}
