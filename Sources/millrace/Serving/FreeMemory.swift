import CShims
import NIOCore
import NIOPosix

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Gives memory back to the system that the process had a use for once: glibc keeps what is freed between blocks that live
/// on, so that a server would grow with each new kind of work, although it holds no more than before. And the code that a
/// start goes through stays mapped, 33 MB of it, of which an idle server has used 11 again after ten seconds.
enum FreeMemory {
    /// How often that is done. 100 MB of small blocks, nine of ten of them free, took 8 to 20 ms, during which who allocates
    /// from the same heap waits.
    private static let interval = Duration.seconds(10)
    /// What a process has filled at least before it is worth looking for, in bytes.
    static let leastFilled = 32 << 20

    /// How long a server is busy with its start after it is ready: registries and workers read their topics then.
    private static let settlingTime = Duration.seconds(1)

    /// Gives memory back on time, until the task is cancelled: at once, since a start reads many logs, and then at
    /// intervals; and the code that only the start needed, once.
    static func giveBack() async {
        await giveBackFree()
        try? await Task.sleep(for: settlingTime)
        if !Task.isCancelled, mayLetGoOfCode(status: status) { letGoOfCode() }
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            await giveBackFree()
        }
    }

    private static func giveBackFree() async {
        // A thread that may block: the allocator is walked with its locks held.
        try? await NIOSingletons.posixBlockingThreadPool.runIfActive {
            if isWorthwhile(status: status) { millrace_return_free_memory() }
        }
    }

    /// What the system says of this process.
    private static var status: String? { try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) }

    /// Takes the program's own code out of the process's memory: the system has it in its page cache, and gives each part
    /// back at its next use. Does nothing but on Linux.
    static func letGoOfCode() {
        #if os(Linux)
        let files = FileManager.default
        guard let program = try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        else { return }
        for part in codeParts(of: program, in: maps) {
            madvise(UnsafeMutableRawPointer(bitPattern: part.lowerBound), part.count, MADV_DONTNEED)
        }
        #endif
    }

    /// Where the code of a program lies, by the system's text about a process's memory: what is executed and cannot be
    /// written to, and so is the same as in the file.
    static func codeParts(of program: String, in maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            // Addresses, rights, offset, device, inode and, to the line's end, the file.
            let fields = line.split(maxSplits: 5, whereSeparator: \.isWhitespace)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: \.isWhitespace) == program else {
                return nil
            }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
        }
    }

    /// Whether nobody has changed the code of a process with this `status`: a debugger's breakpoints would be lost.
    static func mayLetGoOfCode(status: String?) -> Bool { field("TracerPid:", of: status) == 0 }

    /// Whether a process with this `status` has filled enough memory itself, mapped files aside; not where the system does
    /// not say.
    static func isWorthwhile(status: String?) -> Bool {
        field("RssAnon:", of: status).map { $0 >= leastFilled / 1024 } ?? false
    }

    private static func field(_ name: String, of status: String?) -> Int? {
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }
}
