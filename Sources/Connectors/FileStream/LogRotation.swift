import ConnectAPI

/// Finds the file of a log to go on with when another one has taken the name of that which was read.
///
/// Rotations that rename leave a chain of files, and its reader may be many links behind: it goes on with the oldest that
/// is newer than the one it has finished, and takes the file with the name last. The folder is listed for each link anew,
/// because a rotation that happens meanwhile renames them all. A value of its reader; calls block.
struct LogRotation {
    /// How often the folder is listed for one file, when each time another rotation comes in between.
    private static let attempts = 3
    /// The most compressed files that one look at the folder names.
    private static let namedLimit = 20

    private let path: String
    private let files: RotatedFiles
    private let startsAtEnd: Bool
    private let logger: ConnectLogger
    private var finished = FinishedFiles()
    /// The compressed files that were spoken of.
    private var mentioned: Set<Int64> = []

    /// Creates the rotation of the log `path`.
    ///
    /// - Parameters:
    ///   - selection: What the connector reads.
    ///   - startsAtEnd: Whether files that nothing is known of are read from their end.
    ///   - logger: Takes what was not read.
    init(of path: String, selection: FileSelection? = nil, startsAtEnd: Bool = false, logger: ConnectLogger = .silent) {
        self.path = path
        self.startsAtEnd = startsAtEnd
        self.logger = logger
        files = RotatedFiles(of: path, selection: selection)
    }

    /// Opens the file with a number that had the log's name before.
    ///
    /// - Returns: `nil` when there is none, or when it has fewer bytes than were read of it; `isOwn` when it is read
    ///   from its beginning as a file of its own.
    func renamed(inode: Int64, from position: Int64) throws -> (file: InputFile, isOwn: Bool)? {
        guard let name = try files.renamedFile(inode: inode), let file = try InputFile(path: name) else { return nil }
        guard try file.inode() == inode, let size = try file.size(), size >= position else {
            file.close()
            return nil
        }
        return (file, !startsAtEnd && files.isOwn(name))
    }

    /// Opens what comes after a file that is done with, because another one has its name.
    ///
    /// - Returns: An old file of the log or that which has the name now; `nil` when none has, or when it is to be asked
    ///   again because one rotation follows the other.
    /// - Throws: ``ConnectError`` that names a file which cannot be opened. Nothing is passed over.
    mutating func successor(of file: InputFile) throws -> InputFile? {
        try finished.add(file)
        guard let (next, listing) = try next(after: file) else { return nil }
        mention(listing.compressed)
        if listing.isForbidden { mentionForbidden() }
        return next
    }

    /// Opens what is to be read where the file is gone that was read up to `position`: the oldest that is left.
    ///
    /// - Returns: As ``successor(of:)``.
    mutating func successorOfGone(position: Int64) throws -> InputFile? {
        guard let (next, listing) = try next(after: nil) else { return nil }
        var text = "The file that \(path) was up to byte \(position) is not beside it any more: what was written to it"
        text += " after that is missing. What was rotated since is read from the oldest file that is left"
        if !listing.compressed.isEmpty { text += "; of \(listing.compressed.count) compressed ones nothing is read" }
        logger.warning(text, ["file": path])
        if listing.isForbidden { mentionForbidden() }
        return next
    }

    private func next(after file: InputFile?) throws -> (file: InputFile, listing: RotatedFiles.Listing)? {
        // Before the folder is listed: a file that loses the name meanwhile is either found there or is this one.
        guard let current = try InputFile(path: path) else { return nil }
        do {
            for _ in 0..<Self.attempts {
                let listing = try files.newer(than: try file?.asRotated())
                let (next, isStale) = try firstUnread(of: listing.unread)
                if isStale { continue }
                guard let next else { return (current, listing) }
                current.close()
                return (next, listing)
            }
        } catch {
            current.close()
            throw error
        }
        current.close()
        return nil
    }

    /// Opens the first file that was not read before.
    ///
    /// - Returns: No file when there is none; `isStale` when one has another name by now.
    private func firstUnread(of unread: [RotatedFile]) throws -> (file: InputFile?, isStale: Bool) {
        for candidate in unread {
            guard let name = candidate.name, let file = try InputFile(path: files.folder + name.name) else {
                return (nil, true)
            }
            do {
                guard try file.inode() == candidate.inode else {
                    file.close()
                    return (nil, true)
                }
                guard try finished.contains(file) else { return (file, false) }
                file.close()
            } catch {
                file.close()
                throw error
            }
        }
        return (nil, false)
    }

    private mutating func mention(_ compressed: [RotatedFile]) {
        let new = compressed.filter { !mentioned.contains($0.inode) }
        // Of those that are not there any more nothing needs to be remembered.
        mentioned = Set(compressed.map(\.inode))
        for file in new.prefix(Self.namedLimit) {
            logger.warning(
                "\(files.folder)\(file.name?.name ?? "") was rotated and compressed before it was read: its records are"
                    + " missing. Decompressed under another name it can be read as a file of its own", ["file": path])
        }
        guard new.count > Self.namedLimit else { return }
        logger.warning(
            "\(new.count - Self.namedLimit) further old files of \(path) were rotated and compressed before they were"
                + " read: their records are missing", ["file": path])
    }

    private func mentionForbidden() {
        logger.warning(
            "\(path) was rotated, and its folder may not be listed: old files that were not read yet are not looked for",
            ["file": path])
    }
}
