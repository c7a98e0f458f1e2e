internal import CShims
internal import RecordFormat

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What a log needs of directories and whole small files.
public enum Directory {
    /// The names in the directory, without `.` and `..`, in no order.
    public static func names(in path: String) throws(LogError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw .systemCall("opendir", path: path, errno: errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            // Only errno tells an error from the end.
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw .systemCall("readdir", path: path, errno: errno) }
                break
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Creates the directory and those above it that are missing.
    ///
    /// - Parameter durably: Whether the new entry is on the device when this returns; if not, ``sync(_:)`` of the
    ///   directory above does it.
    public static func create(_ path: String, durably: Bool) throws(LogError) {
        guard !exists(path) else { return }
        let parent = parent(of: path)
        if !exists(parent) { try create(parent, durably: durably) }
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .systemCall("mkdir", path: path, errno: errno)
        }
        if durably { try sync(parent) }
    }

    /// Whether anything stands at `path`.
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes creations, renames and removals in the directory durable.
    public static func sync(_ path: String) throws(LogError) {
        let result = unsafe millrace_sync_directory(path)
        guard result == 0 else { throw .systemCall("fsync", path: path, errno: result) }
    }

    /// Removes the file if it is there.
    public static func removeFile(_ path: String) throws(LogError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .systemCall("unlink", path: path, errno: errno) }
    }

    /// Renames a file or directory, replacing a file of the new name.
    public static func rename(_ path: String, to new: String) throws(LogError) {
        #if canImport(Darwin)
        let result = Darwin.rename(path, new)
        #elseif canImport(Glibc)
        let result = unsafe Glibc.rename(path, new)
        #else
        let result = Musl.rename(path, new)
        #endif
        guard result == 0 else { throw .systemCall("rename", path: path, errno: errno) }
    }

    /// Removes the directory and the files in it; a partition's directory holds no directories.
    public static func removeAll(_ path: String) throws(LogError) {
        for name in try names(in: path) { try removeFile(path + "/" + name) }
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .systemCall("rmdir", path: path, errno: errno) }
    }

    /// The whole content of a small text file, or `nil` if it is missing.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat` past `limit` bytes.
    public static func readText(_ path: String, limit: Int = 64 << 20) throws(LogError) -> String? {
        guard exists(path) else { return nil }
        let file = try LogFile.open(path, .readOnly)
        let size = try file.size()
        guard size <= limit else {
            throw LogError(.unsupportedFormat, "\(path) has \(size) bytes, \(limit) are plenty")
        }
        return try file.read(at: 0, count: size).string
    }

    /// Replaces a small file as a whole: after a crash it has either the old or the new content.
    ///
    /// Written beside, synced, renamed over the old one, and the directory synced: four steps, none of which can be
    /// left out.
    ///
    /// - Parameter isDurable: False leaves both syncs out, for a file that tells by itself when it is not whole.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; the old content stays.
    public static func replaceFile(_ path: String, with bytes: RawSpan, isDurable: Bool = true) throws(LogError) {
        let temporary = path + FileNames.Suffix.temporary
        do throws(LogError) {
            let file = try LogFile.open(temporary, .create)
            try file.truncate(to: 0)
            unsafe try bytes.withUnsafeBytes { content throws(LogError) in unsafe try file.write(content, at: 0) }
            if isDurable { try file.sync() }
            try rename(temporary, to: path)
        } catch {
            try? removeFile(temporary)
            throw error
        }
        if isDurable { try sync(parent(of: path)) }
    }

    /// Replaces a small text file without waiting for the device: after a power cut it may be missing or empty.
    public static func writeFile(_ path: String, with text: String) throws(LogError) {
        let file = try LogFile.open(path, .create)
        try file.truncate(to: 0)
        unsafe try text.utf8Span.span.bytes.withUnsafeBytes { content throws(LogError) in
            unsafe try file.write(content, at: 0)
        }
    }

    /// Replaces a small text file as a whole.
    public static func replaceFile(_ path: String, with text: String) throws(LogError) {
        unsafe try replaceFile(path, with: text.utf8Span.span.bytes)
    }

    /// The directory that holds `path`.
    public static func parent(of path: String) -> String {
        guard let slash = path.dropLast(path.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
