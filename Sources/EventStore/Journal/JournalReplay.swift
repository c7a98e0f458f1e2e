internal import LogCore
internal import RecordFormat

/// Puts the bytes that a journal keeps where they belong, after a process that did not close its store.
///
/// Before any log is opened: recovery finds all that was acknowledged in the logs' own files then.
///
/// - SeeAlso: docs/format/commit-journal.md
struct JournalReplay {
    /// Bytes of a journal's file, and where they belong.
    private struct Piece {
        var file: Int
        var source: Range<Int>
        var segment: LogOffset
        var position: Int
    }

    let directory: LogDirectory
    private var files: [(name: String, file: LogFile, generation: UInt64)] = []
    private var pieces: [JournalKey: [Piece]] = [:]

    /// Reads what the journal says.
    ///
    /// - Parameters:
    ///   - names: The names in the data directory.
    ///   - report: Told of damage.
    /// - Throws: ``LogError`` with code `.unsupportedFormat` for a file that is not this version's, or `.io`.
    init(_ directory: LogDirectory, names: [String], reporting report: (LogError) -> Void) throws(LogError) {
        self.directory = directory
        for name in JournalFile.names where names.contains(name) {
            let file = try directory.open(name, .readWrite)
            files.append((name, file, try JournalFile.generation(of: file, reporting: report) ?? 0))
        }
        files.sort { $0.generation < $1.generation }
        for index in files.indices where files[index].generation > 0 { try read(index) }
    }

    /// Reads the frames of a file, up to the first that is not whole: one that the last process was writing when it ended.
    private mutating func read(_ index: Int) throws(LogError) {
        let (_, file, generation) = files[index]
        let size = try file.size()
        var position = JournalFile.headerSize
        var number: UInt32 = 0
        while true {
            let header = try file.read(at: position, count: JournalFrame.headerSize)
            guard let count = JournalFrame.size(in: header, generation: generation, number: number),
                count <= size - position,
                let entries = JournalFrame.entries(in: try file.read(at: position, count: count), at: position)
            else { return }
            for entry in entries { note(entry, in: index) }
            position += count
            number += 1
        }
    }

    private mutating func note(_ entry: JournalFrame.Entry, in file: Int) {
        switch entry {
        case .void(let key): pieces[key] = nil
        case .bytes(let key, let segment, let position, let source):
            pieces[key, default: []].append(Piece(file: file, source: source, segment: segment, position: position))
        }
    }

    /// Writes the bytes to their logs, durably, and removes the journal.
    ///
    /// - Throws: ``LogError`` with code `.io` or `.storageFull`; the journal stays then.
    func run() throws(LogError) {
        guard !files.isEmpty else { return }
        for (key, pieces) in pieces {
            guard try isPresent(key) else { continue }
            let log = try directory.directory(key.partition.directoryName)
            var start = 0
            while start < pieces.count {
                let end = pieces[start...].firstIndex { $0.segment != pieces[start].segment } ?? pieces.count
                try write(pieces[start..<end], to: log)
                start = end
            }
        }
        // The later one alone would be read without what it takes back of the earlier.
        for (name, _, _) in files {
            try directory.removeFile(name)
            try directory.sync()
        }
    }

    /// Whether the directory is there, and no other topic's.
    private func isPresent(_ key: JournalKey) throws(LogError) -> Bool {
        let name = key.partition.directoryName
        guard try directory.exists(name) else { return false }
        // Written without waiting for the device, the identity may be lost; a log that was deleted before was taken back.
        do throws(LogError) {
            let storedID = try PartitionMetadata(directory: directory.directory(name)).read()
            return storedID == nil || storedID == key.topicID
        } catch {
            if error.code == .io { throw error }
            return true
        }
    }

    /// Writes the pieces of one segment.
    private func write(_ pieces: ArraySlice<Piece>, to log: LogDirectory) throws(LogError) {
        guard let first = pieces.first else { return }
        let name = FileNames.segment(first.segment, FileNames.Suffix.log)
        // Retention has taken it since.
        guard try log.exists(name) else { return }
        let target = try log.open(name, .readWrite)
        for piece in pieces {
            let bytes = try files[piece.file].file.read(at: piece.source.lowerBound, count: piece.source.count)
            unsafe try bytes.withUnsafeBytes { content throws(LogError) in
                unsafe try target.write(content, at: piece.position)
            }
        }
        try target.sync()
    }
}
