internal import RecordFormat

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension LogFile {
    /// When the file was last written, by the file system's clock.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    func modificationTime() throws(LogError) -> Timestamp {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .systemCall("fstat", path: path, errno: errno) }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
