import ConnectAPI

/// Reads one file, or standard input, as far as it goes and on from there: through growth, truncation and rotation.
///
/// A value of its task; calls block for as long as the system's do.
struct FileReader {
    /// Where in which file reading goes on.
    struct Place: Equatable {
        /// The byte after the last record; `nil` when nothing was read so far.
        var position: Int64?
        /// The number of the file that the position is in, if it is known.
        var inode: Int64?
    }

    /// The bytes that are read at a time: few at first, so that many files that seldom grow take no room, and some
    /// thousand lines of one that has much to say.
    private static let chunkSizes = (least: 16 * 1024, most: 256 * 1024)

    /// How many lines go on together: few enough for what is made of them to fit into a processor's cache.
    private static let linesAtOnce = 1000

    /// How long a file that was moved away may have nothing new before it is let go of.
    private static let movedFilePatience = Duration.seconds(60)

    /// A line beyond this is no line but a file of another kind, and no broker takes so large a record.
    private static let maximumLineLength = 64 * 1024 * 1024

    /// The file's name; `nil` for standard input.
    let path: String?
    /// What the reader's records have in common, their source partition among it.
    private let template: SourceRecord
    /// Whether a file that is removed or moved away is let go of, because its name may never come back.
    private let releasesRemovedFiles: Bool
    /// Whether a file that nothing is known of is read from its end.
    private var startsAtEnd: Bool
    private var assembler: LineAssembler?
    /// What finds the old files of the log; `nil` for standard input.
    private var rotation: LogRotation?

    /// Where to go on; `nil` until it was looked up.
    private var place: Place?
    private var input: InputFile?
    private var buffer = LineBuffer()
    private var chunkSize = chunkSizes.least
    /// The position of the buffer's first byte in the file, which is where the next line begins.
    private var position: Int64 = 0
    /// The file's number, which it keeps when it is renamed.
    private var inode: Int64 = 0
    /// Since when nothing has the file's name and the file has nothing new; `nil` where that is not so.
    private var quietSince: ContinuousClock.Instant?

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - path: The file; `nil` for standard input.
    ///   - releasesRemovedFiles: Whether a file that is removed is let go of once it is read.
    ///   - startsAtEnd: Whether a file that nothing is known of and that exists now is read from its end.
    ///   - assembler: What makes records of several lines; `nil` when each line is one.
    ///   - rotation: What finds the file's old files; `nil` for one that knows of no others and tells nobody.
    init(
        path: String?, topic: String, releasesRemovedFiles: Bool = false, startsAtEnd: Bool = false,
        assembler: LineAssembler? = nil, rotation: LogRotation? = nil
    ) {
        self.path = path
        self.releasesRemovedFiles = releasesRemovedFiles
        self.startsAtEnd = startsAtEnd
        self.assembler = assembler
        self.rotation = rotation ?? path.map { LogRotation(of: $0) }
        template = SourceRecord(
            sourcePartition: [FileOffset.filenameField: path.map(ConnectValue.string) ?? .null],
            sourceOffset: [FileOffset.positionField: .null], topic: topic, valueSchema: .string, value: .null)
    }

    /// Which part of the system the records come from.
    var sourcePartition: ConnectMap { template.sourcePartition }

    /// Whether ``goOn(at:)`` is to be called before the first read.
    var needsPlace: Bool { place == nil && path != nil }

    /// Whether a file is held open.
    var isOpen: Bool { input != nil }

    /// Says where reading ended before.
    mutating func goOn(at place: Place) { self.place = place }

    /// Reads what there is now, up to a batch of `limit` records.
    ///
    /// - Returns: Whether more may come at once; `false` when there was nothing to read.
    /// - Throws: ``ConnectError`` that names the file, when it cannot be read.
    mutating func read(into batch: inout PollBatch, limit: Int) throws -> Bool {
        let before = batch.count
        if input == nil { try open() }
        guard let input else { return false }
        takeLines(into: &batch, limit: limit)
        guard batch.count == before else { return true }
        // Before the read: what was written to the old file until it was replaced is in what the read brings.
        let isReplaced = try path.map { try input.isReplaced(at: $0) } ?? false
        let count = try buffer.append(limit: chunkSize) { try input.read(into: $0) }
        guard count > 0 else { return try endOfFile(input, isReplaced: isReplaced, into: &batch) }
        quietSince = nil
        if count == chunkSize { chunkSize = min(4 * chunkSize, Self.chunkSizes.most) }
        takeLines(into: &batch, limit: limit)
        guard buffer.count <= Self.maximumLineLength else {
            throw ConnectError(
                .invalidData,
                "No line end within \(Self.maximumLineLength) bytes from position \(position) of \(input.name)")
        }
        // A long line that comes in pieces: read on at once.
        return true
    }

    /// Closes the file.
    mutating func close() {
        input?.close()
        input = nil
        quietSince = nil
        buffer.removeAll()
        assembler?.removeAll()
    }

    // MARK: Opening

    /// Opens the file where reading ended before; does nothing while there is no file.
    private mutating func open() throws {
        guard let path else {
            input = .standardInput
            return
        }
        let fromEnd = startsAtEnd
        startsAtEnd = false
        guard let current = try InputFile(path: path) else { return }
        let stored = place?.position
        let (size, number): (Int64?, Int64)
        do {
            (size, number) = (try current.size(), try current.inode())
        } catch {
            current.close()
            throw error
        }
        if let stored, let inode = place?.inode, inode != number {
            current.close()
            return try openOld(inode: inode, from: stored)
        }
        // A file shorter than what was read of it before is another file by now.
        let isShorter = size.map { $0 < stored ?? 0 } ?? false
        try take(current, from: isShorter ? 0 : stored ?? (fromEnd ? size ?? 0 : 0))
    }

    /// Opens the file that was read when it had the name that another one has taken meanwhile.
    ///
    /// It is read to its end first, if it is still there; reading then goes on as if the exchange had been seen.
    private mutating func openOld(inode: Int64, from position: Int64) throws {
        if let old = try rotation?.renamed(inode: inode, from: position) {
            guard old.isOwn else { return try take(old.file, from: position) }
            defer { old.file.close() }
            if let next = try rotation?.successor(of: old.file) { try take(next, from: 0) }
        } else if let next = try rotation?.successorOfGone(position: position) {
            try take(next, from: 0)
        }
    }

    /// Reads on in a file, or closes it when that is not possible.
    private mutating func take(_ file: InputFile, from position: Int64) throws {
        do {
            try file.seek(to: position)
            inode = try file.inode()
        } catch {
            file.close()
            throw error
        }
        self.position = position
        buffer.removeAll()
        input = file
    }

    // MARK: Lines

    /// Makes records of the complete lines that the buffer has.
    private mutating func takeLines(into batch: inout PollBatch, limit: Int) {
        guard assembler == nil else { return assembleLines(into: &batch, limit: limit) }
        var common = template
        common.timestamp = batch.timestamp
        while batch.count < limit,
            let (text, lines, byteCount) = buffer.takeLines(limit: min(limit - batch.count, Self.linesAtOnce))
        {
            if path != nil {
                let (start, inode) = (position, FileOffset.inodeEntry(inode))
                batch.append(
                    SourceLines(common, text: text, lines: lines) { FileOffset.map(start + Int64($0.next), inode) })
            } else {
                batch.append(SourceLines(common, text: text, lines: lines) { [none = common.sourceOffset] _ in none })
            }
            position += Int64(byteCount)
        }
    }

    private mutating func assembleLines(into batch: inout PollBatch, limit: Int) {
        while batch.count < limit, let (text, byteCount) = buffer.next() {
            position += Int64(byteCount)
            assembler?.add(text, endingAt: position, now: batch.instant)
            appendAssembled(to: &batch)
        }
    }

    private mutating func appendAssembled(to batch: inout PollBatch) {
        while let (text, end) = assembler?.next() { append(text, endingAt: end, to: &batch) }
    }

    private func append(_ text: String, endingAt end: Int64, to batch: inout PollBatch) {
        var record = template
        record.value = .string(text)
        record.timestamp = batch.timestamp
        if path != nil { record.sourceOffset = FileOffset.map(end, FileOffset.inodeEntry(inode)) }
        batch.append(record)
    }

    // MARK: The end of the file

    /// Looks whether the file was truncated, removed, or another one took its name; none of that is an error.
    ///
    /// - Returns: Whether there is something to read at once.
    private mutating func endOfFile(
        _ input: InputFile, isReplaced: Bool, into batch: inout PollBatch
    ) throws -> Bool {
        chunkSize = Self.chunkSizes.least
        buffer.shrink()
        guard let path else { return complete(into: &batch, isLast: false) }
        if let size = try input.size(), size < position + Int64(buffer.count) {
            buffer.removeAll()
            position = 0
            let isComplete = complete(into: &batch, isLast: true)
            try input.seek(to: 0)
            return isComplete
        }
        if isReplaced {
            guard let next = try rotation?.successor(of: input) else { return false }
            // Nothing comes after the old file's last line any more, so it is complete as it is. It is stored as the
            // next file's beginning: the old one is done with.
            let rest = buffer.takeRest()
            try take(next, from: 0)
            input.close()
            _ = finish(rest, into: &batch)
            return true
        }
        if releasesRemovedFiles, try isGone(input, path, at: batch.instant) {
            let rest = buffer.takeRest()
            position = 0
            let isRecord = finish(rest, into: &batch)
            close()
            // A new file may get the name, and even the number.
            place = Place(position: 0)
            return isRecord
        }
        return complete(into: &batch, isLast: false)
    }

    /// Whether the file was removed, or moved away so long ago that nobody writes to it any more.
    private mutating func isGone(_ input: InputFile, _ path: String, at now: ContinuousClock.Instant) throws -> Bool {
        if try input.isRemoved() { return true }
        guard InputFile.isMissing(path) else {
            quietSince = nil
            return false
        }
        let since = quietSince ?? now
        quietSince = since
        return since.duration(to: now) >= Self.movedFilePatience
    }

    /// Makes a record of the rest of a file that is done with.
    private mutating func finish(_ rest: String?, into batch: inout PollBatch) -> Bool {
        guard assembler != nil else {
            guard let rest else { return false }
            append(rest, endingAt: 0, to: &batch)
            return true
        }
        if let rest { assembler?.add(rest, endingAt: 0, now: batch.instant) }
        return complete(into: &batch, isLast: true)
    }

    /// Makes a record of lines whose successor does not come, or has not come for long enough.
    ///
    /// - Parameter isLast: Whether nothing can follow; the record is then stored as the beginning of what comes.
    private mutating func complete(into batch: inout PollBatch, isLast: Bool) -> Bool {
        guard assembler != nil else { return false }
        let before = batch.count
        assembler?.complete(now: batch.instant, isLast: isLast)
        appendAssembled(to: &batch)
        return batch.count > before
    }
}
