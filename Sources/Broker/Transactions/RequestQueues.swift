import DequeModule
import Synchronization

/// Lines of requests that have to take effect one after the other, by what they are about.
///
/// Safe to use from any thread.
final class RequestQueues<Key: Hashable & Sendable>: Sendable {
    typealias Request = @Sendable () -> Void

    /// What waits behind the request that is being served; there is no line where none is.
    private let lines = Mutex<[Key: Deque<Request>]>([:])

    /// Serves a request now, or when those before it are done; it says so itself by ``finish(_:)``.
    func serve(_ key: Key, _ request: @escaping Request) {
        let isFirst = lines.withLock { lines in
            guard lines[key] == nil else {
                lines[key]?.append(request)
                return false
            }
            lines[key] = []
            return true
        }
        if isFirst { request() }
    }

    /// The request that is being served is done; the next one is served.
    func finish(_ key: Key) {
        let next = lines.withLock { lines -> Request? in
            guard let next = lines[key]?.popFirst() else {
                lines[key] = nil
                return nil
            }
            return next
        }
        next?()
    }
}
