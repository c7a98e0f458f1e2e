import ConnectAPI
import RecordFormat

/// Reads the file of a ``FileStreamSourceConnector``.
actor FileStreamSourceTask: SourceTask {
    static let filenameField = "filename"
    static let positionField = "position"

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
            records = try endOfFile(input)
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
        guard let opened = try InputFile(path: path) else { return }
        position = 0
        if let offset = try await offsetReader?.offset(for: sourcePartition), let stored = offset[Self.positionField] {
            guard let stored = stored.integer else {
                opened.close()
                throw ConnectError(.invalidData, "The stored position of \(path) is not an integer: \(stored)")
            }
            // A file shorter than what was read of it before is another file by now.
            position = stored <= (try opened.size()) ? stored : 0
        }
        try opened.seek(to: position)
        buffer.removeAll()
        input = opened
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
        let position: ConnectValue = path == nil ? .null : .int64(position)
        return SourceRecord(
            sourcePartition: sourcePartition, sourceOffset: [Self.positionField: position], topic: topic,
            valueSchema: .string, value: .string(line), timestamp: now)
    }

    /// Looks whether the file was truncated or another one took its name; neither is an error.
    private func endOfFile(_ input: InputFile) throws -> [SourceRecord] {
        guard let path else { return [] }
        if try input.size() < position + Int64(buffer.count) {
            buffer.removeAll()
            position = 0
            try input.seek(to: 0)
            return []
        }
        guard try input.isReplaced(at: path) else { return [] }
        // Nothing comes after the old file's last line any more, so it is complete as it is.
        let rest = buffer.takeRest()
        position = 0
        input.close()
        self.input = try InputFile(path: path)
        return rest.map { [record($0, .now)] } ?? []
    }
}
