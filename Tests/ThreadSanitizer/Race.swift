import Foundation
import Synchronization

/// Threads that count together: with a Mutex, of which ThreadSanitizer must say nothing, or without, which it must find.
///
/// For Scripts/test-tsan.
@main
enum Race {
    static func main() {
        let isGuarded = CommandLine.arguments.last == "guarded"
        let tally = Tally()
        let group = DispatchGroup()
        for _ in 0..<8 {
            group.enter()
            Thread {
                for _ in 0..<20_000 { if isGuarded { tally.count() } else { tally.countUnguarded() } }
                group.leave()
            }.start()
        }
        group.wait()
        print(tally.total)
    }
}

private final class Tally: @unchecked Sendable {
    // Sendable: it is not, which is what the unguarded run shows.
    private let guarded = Mutex(0)
    private var unguarded = 0

    var total: Int { guarded.withLock { $0 } + unguarded }

    func count() { guarded.withLock { $0 += 1 } }

    func countUnguarded() { unguarded += 1 }
}
