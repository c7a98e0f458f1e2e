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
        let isFull = number == ENOSPC || number == EDQUOT
        return LogError(
            isFull ? .storageFull : .io,
            isFull ? "no room left for \(path): free space on its file system" : "\(call) failed on \(path)",
            cause: "\(call): \(text), errno \(number)", file: file, line: line)
    }
}
