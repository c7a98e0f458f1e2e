#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension LogError {
    /// The error for a system call that failed with `number`; the one place where errno gets its meaning.
    static func systemCall(
        _ call: String, path: String, errno number: Int32, file: String = #fileID, line: Int = #line
    ) -> LogError {
        let text = unsafe String(cString: strerror(number))
        if let remedy = limitRemedy(call, number) {
            return LogError(
                .tooManyOpenFiles, "\(call) failed on \(path): \(remedy)", cause: "\(call): \(text), errno \(number)",
                file: file, line: line)
        }
        // A sync that finds no room is no full disk to wait for: what it should have written may be gone from memory.
        let isFull = (number == ENOSPC || number == EDQUOT) && call != "fdatasync" && call != "fsync"
        return LogError(
            isFull ? .storageFull : .io,
            isFull ? "no room left for \(path): free space on its file system" : "\(call) failed on \(path)",
            cause: "\(call): \(text), errno \(number)", file: file, line: line)
    }

    /// What to do about a limit of the process or the system that stands in the way; `nil` for any other error.
    private static func limitRemedy(_ call: String, _ number: Int32) -> String? {
        switch (call, number) {
        case ("open", EMFILE):
            "the process has as many open files as it may; raise its limit (ulimit -n, LimitNOFILE=) or close others"
        case ("open", ENFILE): "the system has as many open files as it may; raise fs.file-max or close others"
        case ("mmap", ENOMEM): "the process has as many mappings as it may; raise vm.max_map_count"
        default: nil
        }
    }

    /// Makes a system call again for as long as a signal interrupts it, up to a limit that no sane process reaches.
    ///
    /// - Returns: What the call answered, not negative.
    /// - Throws: The error for the `errno` value that it answered.
    static func checking<Answer: FixedWidthInteger & SignedInteger>(
        _ name: String, path: @autoclosure () -> String, _ call: () -> Answer
    ) throws(LogError) -> Answer {
        var answer = call()
        var attempts = 1
        while answer == -Answer(EINTR), attempts < interruptionLimit {
            answer = call()
            attempts += 1
        }
        guard answer >= 0 else { throw .systemCall(name, path: path(), errno: Int32(-answer)) }
        return answer
    }

    private static let interruptionLimit = 1000
}
