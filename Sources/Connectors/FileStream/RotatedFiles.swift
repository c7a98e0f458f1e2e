import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The old files that lie beside a log.
struct RotatedFiles {
    /// What one look at the folder found.
    struct Listing {
        /// The files that were not read yet and can be, the oldest first.
        fileprivate(set) var unread: [RotatedFile] = []
        /// Those that were compressed before they were read, the oldest first.
        fileprivate(set) var compressed: [RotatedFile] = []
        /// Whether the folder may not be listed, so that nothing could be found.
        fileprivate(set) var isForbidden = false
    }

    /// How far the time of a compressed file may be behind that of the file it was made of: some tools keep the time
    /// to the second.
    private static let compressedTolerance: Int64 = 1_000_000_000

    /// The folder with its last slash; empty for the working directory.
    let folder: String
    /// The log's name in it.
    private let name: String
    /// What else is read: a file of its own is not read as part of a log.
    private let selection: FileSelection?

    /// Creates a view of the old files of the log `path`.
    init(of path: String, selection: FileSelection?) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { String(path[...$0]) } ?? ""
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        self.selection = selection
    }

    /// Whether a file of this path is read as one of its own.
    func isOwn(_ path: String) -> Bool { selection?.has(path) ?? false }

    /// Finds the file that had the log's name and was renamed since.
    ///
    /// Looks at names that begin with the log's, or that a rotation makes of it: the number alone may belong to quite
    /// another file by now.
    ///
    /// - Returns: The path of the file with that number; `nil` when there is none, or the folder may not be listed.
    /// - Throws: ``ConnectError`` when the folder cannot be listed for another reason.
    func renamedFile(inode: Int64) throws -> String? {
        var found: String?
        _ = try forEachEntry { entry, number in
            guard found == nil, number == inode, entry != name else { return }
            let rotated = RotatedName(entry, of: name)
            if rotated.map({ !$0.isCompressed }) ?? entry.hasPrefix(name) { found = folder + entry }
        }
        return found
    }

    /// Lists the files that are newer than `finished`; all of them when nothing is known of it.
    ///
    /// - Throws: ``ConnectError`` when the folder cannot be listed, although that is allowed.
    /// - Complexity: O(*n*) in the number of the folder's entries; a system call for each that has a rotation's name.
    func newer(than finished: RotatedFile?) throws -> Listing {
        var listing = Listing()
        var finished = finished
        var isNamed = false
        let earliest = finished?.modified ?? .min
        let isListed = try forEachEntry { entry, _ in
            guard let rotated = RotatedName(entry, of: name), let file = file(rotated, entry) else { return }
            if file.inode == finished?.inode {
                finished?.name = rotated
                isNamed = true
            } else if rotated.isCompressed {
                if file.modified >= earliest.subtractingSaturated(Self.compressedTolerance) {
                    listing.compressed.append(file)
                }
            } else if file.modified >= earliest, !isOwn(folder + entry) {
                listing.unread.append(file)
            }
        }
        listing.isForbidden = !isListed
        if let finished { listing.unread.removeAll { !finished.isOlder(than: $0) } }
        listing.unread.sort { $0.isOlder(than: $1) }
        listing.compressed = unreadCompressed(listing.compressed, after: finished, isNamed: isNamed)
        return listing
    }

    /// The compressed files that nobody has read.
    ///
    /// - Parameter isNamed: Whether the file that was finished is still there as it was.
    private func unreadCompressed(
        _ files: [RotatedFile], after finished: RotatedFile?, isNamed: Bool
    ) -> [RotatedFile] {
        var files = files.sorted { $0.isOlder(than: $1) }
        guard let finished else { return files }
        // The file that was read is gone, so the oldest that was compressed since is what became of it.
        if !isNamed, !files.isEmpty { files.removeFirst() }
        return files.filter { file in
            guard file.modified > finished.modified, let name = file.name else { return false }
            // What compresses without keeping the time makes files that are new although they were read long ago.
            if let its = finished.name, case (.time, .time) = (its.mark, name.mark), !its.isOlder(than: name) {
                return false
            }
            // Still being compressed, and readable until that is done.
            return InputFile.isMissing(folder + name.plain)
        }
    }

    /// Looks at an entry; `nil` when it is no file, such as a link or a folder, or is gone.
    private func file(_ rotated: RotatedName, _ entry: String) -> RotatedFile? {
        var status = stat()
        guard lstat(folder + entry, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return RotatedFile(status, name: rotated)
    }

    /// - Returns: `false` when the folder may not be listed: its files can be read all the same.
    private func forEachEntry(_ body: (_ name: String, _ inode: Int64) -> Void) throws -> Bool {
        let folder = folder.isEmpty ? "." : folder
        guard let stream = opendir(folder) else {
            if errno == EACCES || errno == EPERM { return false }
            throw ConnectError(.failed, "Cannot list \(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let inode = Int64(bitPattern: UInt64(entry.pointee.d_ino))
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            body(name, inode)
        }
        return true
    }
}

extension Int64 {
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        return isBeyond ? .min : difference
    }
}
