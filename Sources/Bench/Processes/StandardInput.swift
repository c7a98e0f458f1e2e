import Dispatch

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How a child of this program talks with its parent: a line when it is ready, and an input that ends when it is to end,
/// also when the parent has been killed.
enum StandardInput {
    /// Tells the parent something.
    static func say(_ line: String) {
        // Not by `print`, which keeps it until there is more.
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }

    /// Waits until the parent wants no more.
    static func end() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "standard input").async {
                var byte: UInt8 = 0
                var count = 1
                while count > 0 || (count < 0 && errno == EINTR) { count = read(0, &byte, 1) }
                continuation.resume()
            }
        }
    }

    /// Whether the parent wants no more; for an input that nothing is written to.
    static var hasEnded: Bool {
        var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) > 0
    }
}
