import ConnectAPI
import RecordFormat

/// Reads the file of a ``FileStreamSourceConnector``.
actor FileStreamSourceTask: SourceTask {
    static let filenameField = "filename"
    static let positionField = "position"
    /// Tells the file that the position is in from one that has taken its name. Kafka's task knows only the position,
    /// and reads on with it.
    static let inodeField = "inode"

    /// How much is read at a time: some thousand lines, and few system calls for a big file.
    private static let chunkSize = 256 * 1024

    /// A line beyond this is no line but a file of another kind, and no broker takes so large a record.
    private static let maximumLineLength = 64 * 1024 * 1024

    /// How long a poll waits when there is nothing new: an appended line is on its way within this.
    private static let idleWait = Duration.milliseconds(50)

    nonisolated let version: String

    private var path: String?
    private var topic = ""
    private var batchSize = 2000
    private var sourcePartition = ConnectMap()
    private var offsetReader: (any OffsetStorageReader)?

    private var input: InputFile?
    private var buffer = LineBuffer()
    /// The position of the buffer's first byte in the file, which is where the next line begins.
    private var position: Int64 = 0
    /// The file's number, which it keeps when it is renamed.
    private var inode: Int64 = 0

    init(version: String) { self.version = version }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        let parsed = try FileStreamSourceConnector.definition.parse(configuration)
        path = parsed.string("file").flatMap { $0.isEmpty ? nil : $0 }
        topic = parsed.string("topic") ?? ""
        batchSize = parsed.integer("batch.size") ?? batchSize
        sourcePartition = [Self.filenameField: path.map(ConnectValue.string) ?? .null]
        offsetReader = context.offsetStorageReader
    }

    func poll() async throws -> [SourceRecord] {
        if input == nil { try await open() }
        guard let input else {
            try await Task.sleep(for: Self.idleWait)
            return []
        }
        var records = takeLines()
        if records.isEmpty {
            // Before the read: what was written to the old file until it was replaced is in what the read brings.
            let isReplaced = try path.map { try input.isReplaced(at: $0) } ?? false
            let count = try buffer.append(limit: Self.chunkSize) { try input.read(into: $0) }
            if count > 0 {
                records = takeLines()
                guard buffer.count <= Self.maximumLineLength else {
                    throw ConnectError(
                        .invalidData,
                        "No line end within \(Self.maximumLineLength) bytes from position \(position) of \(input.name)")
                }
                // A long line that comes in pieces: read on at once.
                return records
            }
            records = try endOfFile(input, isReplaced: isReplaced)
        }
        if records.isEmpty { try await Task.sleep(for: Self.idleWait) }
        return records
    }

    func stop() async throws {
        input?.close()
        input = nil
        buffer.removeAll()
    }

    /// Opens the file where reading ended before; does nothing while there is no file.
    private func open() async throws {
        guard let path else {
            input = .standardInput
            return
        }
        let offset = try await offsetReader?.offset(for: sourcePartition)
        let stored = try offset?[Self.positionField].flatMap { value -> Int64? in
            guard !value.isNull else { return nil }
            guard let position = value.integer else {
                throw ConnectError(.invalidData, "The stored position of \(path) is not an integer: \(value)")
            }
            return position
        }
        guard let current = try InputFile(path: path) else { return }
        do {
            if let stored, let inode = offset?[Self.inodeField]?.integer, try current.inode() != inode {
                // Another file has taken the name meanwhile. The one that was read is read to its end first, if it is
                // still there; reading then goes on as if the exchange had been seen.
                if let old = try openRenamed(path, inode: inode, from: stored) {
                    current.close()
                    try take(old, from: stored)
                } else {
                    try take(current, from: 0)
                }
            } else {
                // A file shorter than what was read of it before is another file by now.
                let isShorter = try current.size().map { $0 < stored ?? 0 } ?? false
                try take(current, from: isShorter ? 0 : stored ?? 0)
            }
        } catch {
            current.close()
            throw error
        }
    }

    private func openRenamed(_ path: String, inode: Int64, from position: Int64) throws -> InputFile? {
        guard let name = InputFile.renamedFile(of: path, inode: inode), let file = try InputFile(path: name) else {
            return nil
        }
        guard let size = try file.size(), size >= position else {
            file.close()
            return nil
        }
        return file
    }

    /// Reads on in a file.
    private func take(_ file: InputFile, from position: Int64) throws {
        try file.seek(to: position)
        self.position = position
        inode = try file.inode()
        buffer.removeAll()
        input = file
    }

    /// Up to a batch of the complete lines that the buffer has.
    private func takeLines() -> [SourceRecord] {
        var records: [SourceRecord] = []
        let now = Timestamp.now
        while records.count < batchSize, let (text, byteCount) = buffer.next() {
            if records.isEmpty { records.reserveCapacity(min(batchSize, buffer.count / max(byteCount, 1) + 1)) }
            position += Int64(byteCount)
            records.append(record(text, now))
        }
        return records
    }

    private func record(_ line: String, _ now: Timestamp) -> SourceRecord {
        let offset: ConnectMap =
            path == nil
            ? [Self.positionField: .null] : [Self.positionField: .int64(position), Self.inodeField: .int64(inode)]
        return SourceRecord(
            sourcePartition: sourcePartition, sourceOffset: offset, topic: topic, valueSchema: .string,
            value: .string(line), timestamp: now)
    }

    /// Looks whether the file was truncated or another one took its name; neither is an error.
    private func endOfFile(_ input: InputFile, isReplaced: Bool) throws -> [SourceRecord] {
        guard let path else { return [] }
        if let size = try input.size(), size < position + Int64(buffer.count) {
            buffer.removeAll()
            position = 0
            try input.seek(to: 0)
            return []
        }
        guard isReplaced, let next = try InputFile(path: path) else { return [] }
        // Nothing comes after the old file's last line any more, so it is complete as it is. It is stored as the new
        // file's beginning: the old one is done with.
        let rest = buffer.takeRest()
        input.close()
        try take(next, from: 0)
        return rest.map { [record($0, .now)] } ?? []
    }
}
