import Foundation

/// A hot path that can be taken, by one thread at a time.
public final class PreparedHotPath {
    private let operation: () throws -> Void
    private let finish: () async throws -> Void
    /// Removed at the end.
    var directory: String?

    /// Creates a path.
    ///
    /// - Parameters:
    ///   - operation: Takes it once, and throws if what comes out is not what it has to be.
    ///   - finish: Ends what was built for it.
    init(_ operation: @escaping () throws -> Void, finish: @escaping () async throws -> Void = {}) {
        self.operation = operation
        self.finish = finish
    }

    /// Takes the path `count` times.
    public func take(_ count: Int) throws {
        for _ in 0..<count { try operation() }
    }

    /// Ends what was built for the path, and removes its files.
    ///
    /// - Throws: ``HotPathFailure`` if what was done last has failed without a sign.
    public func end() async throws {
        defer {
            if let directory { try? FileManager.default.removeItem(atPath: directory) }
        }
        try await finish()
    }
}
