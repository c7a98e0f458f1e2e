import CShims

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Gives memory back to the system that the process had a use for once: glibc keeps what is freed between blocks that live
/// on, so that a server would grow with each new kind of work, although it holds no more than before.
///
/// Memory that is in use again is had from the system again, page by page. So it is given back only where the process has
/// grown, which one with steady work does not.
struct FreeMemory {
    /// How often the process's memory is looked at.
    private static let interval = Duration.seconds(5)
    /// The least growth that counts, in bytes.
    static let leastGrowth = 16 << 20

    /// What the process had filled when memory was given back the last time; `nil` before that.
    private var base: Int?

    /// Whether memory is to be given back now that the process has filled so many bytes.
    ///
    /// The growth that it takes is a quarter of what there was, so that a large process does not do so at each turn.
    mutating func isDue(filled: Int) -> Bool {
        guard let base else {
            self.base = filled
            return false
        }
        self.base = min(base, filled)
        return filled - base >= max(Self.leastGrowth, base / 4)
    }

    /// Takes note that memory was given back.
    mutating func noteGivenBack(filled: Int) { base = filled }

    /// Looks at the process's memory, until the task is cancelled.
    static func giveBack() async {
        var memory = FreeMemory()
        while let filled = filledBytes() {
            if memory.isDue(filled: filled) {
                millrace_return_free_memory()
                memory.noteGivenBack(filled: filledBytes() ?? filled)
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// The bytes that the process has filled itself, without mapped files; `nil` where the system does not say.
    private static func filledBytes() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        return filledBytes(status: status)
    }

    /// What a process's `status` says of the memory that it has filled itself.
    static func filledBytes(status: String) -> Int? {
        for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
            guard let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
            else { return nil }
            return kilobytes * 1024
        }
        return nil
    }
}
