internal import RecordFormat

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A directory of files, and what a log needs of it.
///
/// Names are looked up through its descriptor, which is given back when it was not used for long and others need the
/// room. Whoever is about to rename the directory, or to remove it, closes it before: a new one under its old path must
/// not be touched by mistake.
///
/// Thread rule: any thread.
package final class LogDirectory: Sendable {
    /// The path it was opened under; a later rename does not change it.
    package let path: String
    /// The file system it lies in.
    package let fileSystem: any LogFileSystem
    /// Where open files are counted.
    package let residency: LogResidency
    private let handle: Resident<OpenDirectory>

    /// Stands for no directory, where a path is given from the root or from the working directory.
    package static let root = Int32(AT_FDCWD)

    private init(
        path: String, in fileSystem: any LogFileSystem, _ residency: LogResidency
    ) throws(LogError) {
        self.path = path
        self.fileSystem = fileSystem
        self.residency = residency
        let place = Self.absolute(path)
        handle = Resident(in: residency.descriptors) { () throws(LogError) in
            try OpenDirectory(place, in: fileSystem, residency.descriptors)
        }
        _ = try handle.use()
    }

    deinit { handle.close() }

    /// The path from the root on: the working directory may be another one when the directory is opened again.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        return unsafe String(cString: current) + "/" + path
    }

    /// Gives its descriptor back and refuses everything from here on with code `.cancelled`.
    func close() { handle.close() }

    // MARK: - Opening and creating

    /// Opens the directory at `path`.
    ///
    /// - Throws: ``LogError`` with code `.io`, also if there is none.
    package static func open(
        _ path: String, in fileSystem: any LogFileSystem, residency: LogResidency = .shared
    ) throws(LogError) -> LogDirectory {
        try LogDirectory(path: path, in: fileSystem, residency)
    }

    /// Opens the directory at `path`, which is created if it is missing, with those above it.
    ///
    /// The directories above are durable when this returns.
    ///
    /// - Parameter durably: Whether its own name is too; if not, ``syncParent()`` does it.
    /// - Throws: ``LogError`` with code `.io` or `.storageFull`.
    package static func create(
        _ path: String, durably: Bool, in fileSystem: any LogFileSystem, residency: LogResidency = .shared
    ) throws(LogError) -> LogDirectory {
        guard try !exists(path, in: root, fileSystem, path: path) else {
            return try open(path, in: fileSystem, residency: residency)
        }
        let parent = try create(parent(of: path), durably: true, in: fileSystem, residency: residency)
        _ = try LogError.checking("mkdir", path: path) {
            let answer = fileSystem.makeDirectory(path, in: root)
            return answer == -EEXIST ? 0 : answer
        }
        if durably { try parent.sync() }
        return try open(path, in: fileSystem, residency: residency)
    }

    /// The path of the directory that holds `path`.
    private static func parent(of path: String) -> String {
        guard let slash = path.dropLast(path.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Opens the directory `name` in this one.
    package func directory(_ name: String) throws(LogError) -> LogDirectory {
        try Self.open(path(of: name), in: fileSystem, residency: residency)
    }

    // MARK: - Names

    /// The path of `name` in this directory.
    package func path(of name: String) -> String { path + "/" + name }

    /// The names in the directory, in no order.
    package func names() throws(LogError) -> [String] {
        var names: [String] = []
        let handle = try handle.use()
        _ = try LogError.checking("readdir", path: path) {
            names.removeAll()
            return fileSystem.list(handle.descriptor, into: &names)
        }
        return names
    }

    /// Whether anything in the directory has this name.
    ///
    /// - Throws: ``LogError`` with code `.io` if that cannot be told.
    package func exists(_ name: String) throws(LogError) -> Bool {
        let handle = try handle.use()
        return try Self.exists(name, in: handle.descriptor, fileSystem, path: path(of: name))
    }

    private static func exists(
        _ name: String, in directory: Int32, _ fileSystem: any LogFileSystem, path: @autoclosure () -> String
    ) throws(LogError) -> Bool {
        let isMissing = try LogError.checking("access", path: path()) {
            let answer = fileSystem.access(name, in: directory)
            return answer == -ENOENT ? 1 : answer
        }
        return isMissing == 0
    }

    /// Makes creations, renames and removals in the directory durable.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    package func sync() throws(LogError) {
        let handle = try handle.use()
        _ = try LogError.checking("fsync", path: path) { fileSystem.syncDirectory(handle.descriptor) }
    }

    /// Makes the directory's own name durable.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    package func syncParent() throws(LogError) { try directory("..").sync() }

    /// Removes the file if it is there.
    package func removeFile(_ name: String) throws(LogError) {
        let handle = try handle.use()
        _ = try LogError.checking("unlink", path: path(of: name)) {
            let answer = fileSystem.unlink(name, in: handle.descriptor)
            return answer == -ENOENT ? 0 : answer
        }
    }

    /// Renames a file or directory, replacing a file of the new name.
    package func rename(_ name: String, to new: String) throws(LogError) {
        let handle = try handle.use()
        _ = try LogError.checking("rename", path: path(of: name)) {
            fileSystem.rename(name, to: new, in: handle.descriptor)
        }
    }

    /// Removes the directory `name` and the files in it; a partition's directory holds no directories.
    package func removeDirectory(_ name: String) throws(LogError) {
        let doomed = try directory(name)
        for name in try doomed.names() { try doomed.removeFile(name) }
        let handle = try handle.use()
        _ = try LogError.checking("rmdir", path: path(of: name)) {
            let answer = fileSystem.removeDirectory(name, in: handle.descriptor)
            return answer == -ENOENT ? 0 : answer
        }
    }

    // MARK: - Files

    /// Opens the file `name`.
    ///
    /// - Throws: ``LogError`` with code `.io`, or `.storageFull` when a new file finds no room.
    package func open(_ name: String, _ mode: LogFile.Mode) throws(LogError) -> LogFile {
        let path = path(of: name)
        let handle = try handle.use()
        let opened = try residency.descriptors.opening(path) { fileSystem.open(name, in: handle.descriptor, mode) }
        return LogFile(path: path, descriptor: opened, fileSystem: fileSystem, in: residency.descriptors)
    }

    /// The whole content of a small text file, or `nil` if it is missing.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat` past `limit` bytes, `.io`.
    package func readText(_ name: String, limit: Int = 64 << 20) throws(LogError) -> String? {
        guard try exists(name) else { return nil }
        let file = try open(name, .readOnly)
        let size = try file.size()
        guard size <= limit else {
            throw LogError(.unsupportedFormat, "\(file.path) has \(size) bytes, \(limit) are plenty")
        }
        return try file.read(at: 0, count: size).string
    }

    /// Replaces a small file as a whole: after a crash it has either the old or the new content.
    ///
    /// Written beside, synced, renamed over the old one, and the directory synced: four steps, none of which can be
    /// left out.
    ///
    /// - Parameter isDurable: False leaves both syncs out, for a file that tells by itself when it is not whole.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; the old content stays, unless the last sync failed.
    package func replaceFile(_ name: String, with bytes: RawSpan, isDurable: Bool = true) throws(LogError) {
        let temporary = name + FileNames.Suffix.temporary
        do throws(LogError) {
            let file = try open(temporary, .create)
            try file.truncate(to: 0)
            unsafe try bytes.withUnsafeBytes { content throws(LogError) in unsafe try file.write(content, at: 0) }
            if isDurable { try file.sync() }
            try rename(temporary, to: name)
        } catch {
            // A leftover counts for nothing and goes at the next start.
            try? removeFile(temporary)
            throw error
        }
        if isDurable { try sync() }
    }

    /// Replaces a small text file as a whole.
    package func replaceFile(_ name: String, with text: String) throws(LogError) {
        unsafe try replaceFile(name, with: text.utf8Span.span.bytes)
    }

    /// Replaces a small text file without waiting for the device: after a power cut it may be missing or empty.
    package func writeFile(_ name: String, with text: String) throws(LogError) {
        let file = try open(name, .create)
        try file.truncate(to: 0)
        unsafe try text.utf8Span.span.bytes.withUnsafeBytes { content throws(LogError) in
            unsafe try file.write(content, at: 0)
        }
    }
}

/// The descriptor of a directory.
final class OpenDirectory: ResidentResource {
    let descriptor: Int32
    private let fileSystem: any LogFileSystem
    private let pool: ResidencePool

    init(_ path: String, in fileSystem: any LogFileSystem, _ pool: ResidencePool) throws(LogError) {
        descriptor = try pool.opening(path) { fileSystem.openDirectory(path, in: LogDirectory.root) }
        self.fileSystem = fileSystem
        self.pool = pool
    }

    deinit {
        fileSystem.close(descriptor)
        pool.release()
    }
}
