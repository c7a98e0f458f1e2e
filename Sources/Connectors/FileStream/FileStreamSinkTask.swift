import ConnectAPI
import RecordFormat

/// Writes the file of a ``FileStreamSinkConnector``.
actor FileStreamSinkTask: SinkTask {
    /// Lines gather up to this size, so that a big batch costs few system calls.
    private static let bufferSize = 256 * 1024

    nonisolated let version: String

    private var output = OutputFile.standardOutput
    private var buffer: [UInt8] = []

    init(version: String) { self.version = version }

    func start(context: any SinkTaskContext, configuration: [String: String]) async throws {
        let parsed = try FileStreamSinkConnector.definition.parse(configuration)
        guard let path = parsed.string("file"), !path.isEmpty else { return }
        output = try OutputFile(appendingTo: path)
    }

    func put(_ records: [SinkRecord]) async throws {
        for record in records {
            switch record.value {
            case .string(let text): buffer += text.utf8
            case .bytes(let bytes): bytes.withUnsafeBytes { buffer += $0 }
            default: buffer += record.value.description.utf8
            }
            buffer.append(0x0A)
            if buffer.count >= Self.bufferSize { try output.write(&buffer) }
        }
        // Whoever watches the file sees each batch at once, not only at the next commit.
        try output.write(&buffer)
    }

    /// Has the device keep the lines before their offsets are committed.
    func flush(_ offsets: [TopicPartition: LogOffset]) async throws {
        try output.write(&buffer)
        try output.synchronize()
    }

    func stop() async throws {
        output.close()
        output = .standardOutput
    }
}
