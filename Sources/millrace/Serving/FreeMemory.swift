import CShims
import NIOCore
import NIOPosix

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Gives memory back to the system that the process had a use for once: glibc keeps what is freed between blocks that live
/// on, so that a server would grow with each new kind of work, although it holds no more than before.
enum FreeMemory {
    /// How often that is done. 100 MB of small blocks, nine of ten of them free, took 8 to 20 ms, during which who allocates
    /// from the same heap waits.
    private static let interval = Duration.seconds(10)
    /// What a process has filled at least before it is worth looking for, in bytes.
    static let leastFilled = 32 << 20

    /// Gives memory back on time, until the task is cancelled: at once, since a start reads many logs, and then at
    /// intervals.
    static func giveBack() async {
        while !Task.isCancelled {
            // A thread that may block: the allocator is walked with its locks held.
            try? await NIOSingletons.posixBlockingThreadPool.runIfActive {
                if isWorthwhile(status: try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) {
                    millrace_return_free_memory()
                }
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Whether a process with this `status` has filled enough memory itself, mapped files aside; not where the system does
    /// not say.
    static func isWorthwhile(status: String?) -> Bool {
        guard let line = status?.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return false }
        return kilobytes >= leastFilled / 1024
    }
}
