import Dispatch

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sees to it that nothing is left where a run is interrupted: neither processes that it has started nor what they have written.
struct Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// How often is tried to remove what others may be removing too, every ten milliseconds.
    private static let attempts = 100

    private let queue = DispatchQueue(label: "interruption")
    private let sources: [any DispatchSourceSignal]

    /// From now on an interruption ends what runs, removes `directory`, and ends this process.
    init(removing directory: String) {
        let queue = queue
        sources = Self.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                RunningProcesses.killAll()
                for _ in 0..<Self.attempts {
                    try? FileManager.default.removeItem(atPath: directory)
                    guard FileManager.default.fileExists(atPath: directory) else { break }
                    usleep(10_000)
                }
                // As shells tell the end by a signal.
                _exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Interruptions are what they were before; does not return if there was one.
    func end() {
        queue.sync { for source in sources { source.cancel() } }
        for number in Self.signals { signal(number, SIG_DFL) }
    }
}
