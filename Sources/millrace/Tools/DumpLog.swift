import ArgumentParser
import LogCore
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Prints what is in a partition's files, in the words of Kafka's own dump tool.
struct DumpLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump-log",
        abstract: "Print the batches of a .log file, or the entries of an .index or .timeindex file.",
        discussion:
            "Reads files only, so it may run beside a server; batches that are damaged are shown with isvalid: false.")
    @Argument(help: "Files of a partition's directory.", completion: .file()) var files: [String]
    @Flag(help: "Print each record, with its key and value.") var printDataLog = false
    @Flag(help: "Print one JSON object a line.") var json = false

    func run() throws {
        for file in files {
            guard let data = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else {
                throw ValidationError("cannot read \(file)")
            }
            if !json { print("Dumping \(file)") }
            if file.hasSuffix(FileNames.Suffix.log) {
                try dumpLog(data, base: base(of: file, FileNames.Suffix.log))
            } else if file.hasSuffix(FileNames.Suffix.timeIndex) {
                try dumpTimeIndex(data, base: base(of: file, FileNames.Suffix.timeIndex))
            } else if file.hasSuffix(FileNames.Suffix.offsetIndex) {
                try dumpOffsetIndex(data, base: base(of: file, FileNames.Suffix.offsetIndex))
            } else {
                throw ValidationError("\(file) is no .log, .index or .timeindex file")
            }
        }
    }

    private func base(of file: String, _ suffix: String) -> LogOffset {
        FileNames.offset(of: String(file.split(separator: "/").last ?? ""), suffix: suffix) ?? .zero
    }

    // MARK: - Log files

    private func dumpLog(_ data: Data, base: LogOffset) throws {
        if !json { print("Log starting offset: \(base)") }
        var position = 0
        while position < data.count {
            guard data.count - position >= RecordBatchHeader.size else {
                return try report("\(data.count - position) bytes that are no batch", at: position)
            }
            let start = data.startIndex + position
            let head = ByteSlice([UInt8](data[start..<start + RecordBatchHeader.size]))
            // A file in use is preallocated: zeros follow the last batch.
            if head.array.allSatisfy({ $0 == 0 }) { return }
            let header: RecordBatchHeader
            do { header = try RecordBatchHeader(parsing: head.bytes) } catch {
                return try report("no batch: \(error)", at: position)
            }
            guard header.totalSize <= data.count - position else {
                return try report(
                    "a batch of \(header.totalSize) bytes, of which \(data.count - position) are there", at: position)
            }
            try dump(ByteSlice([UInt8](data[start..<start + header.totalSize])), header, at: position)
            position += header.totalSize
        }
    }

    private func report(_ what: String, at position: Int) throws {
        print(
            json
                ? try JSONText.line(["position": JSONText.integer(Int64(position)), "error": .string(what)])
                : "position: \(position) \(what)")
    }

    private func dump(_ bytes: ByteSlice, _ header: RecordBatchHeader, at position: Int) throws {
        let batch = try? RecordBatch(validating: bytes)
        let time = header.attributes.timestampType == .createTime ? "CreateTime" : "LogAppendTime"
        let fields: [(String, JSONText)] = [
            ("baseOffset", .integer(header.baseOffset.rawValue)), ("lastOffset", .integer(header.lastOffset.rawValue)),
            ("count", .integer(Int64(header.recordCount))),
            ("baseSequence", .integer(Int64(header.baseSequence.rawValue))),
            ("lastSequence", .integer(Int64(header.lastSequence.rawValue))),
            ("producerId", .integer(header.producerID.rawValue)),
            ("producerEpoch", .integer(Int64(header.producerEpoch.rawValue))),
            ("partitionLeaderEpoch", .integer(Int64(header.leaderEpoch.rawValue))),
            ("isTransactional", .boolean(header.attributes.isTransactional)),
            ("isControl", .boolean(header.attributes.isControl)),
            ("position", .integer(Int64(position))), (time, .integer(header.maxTimestamp.milliseconds)),
            ("size", .integer(Int64(header.totalSize))), ("magic", .integer(Int64(header.magic))),
            ("compresscodec", .string(header.attributes.codec?.name ?? "unknown")),
            ("crc", .integer(Int64(header.checksum))),
            ("isvalid", .boolean(batch != nil)),
        ]
        try printLine(fields, prefix: "")
        guard printDataLog, let batch else { return }
        for (index, record) in try batch.records().enumerated() {
            let sequence =
                header.baseSequence == .none ? header.baseSequence : header.baseSequence.advanced(by: Int32(index))
            try printLine(
                [
                    ("offset", .integer(record.offset.rawValue)), (time, .integer(record.timestamp.milliseconds)),
                    ("keySize", .integer(Int64(record.key?.count ?? -1))),
                    ("valueSize", .integer(Int64(record.value?.count ?? -1))),
                    ("sequence", .integer(Int64(sequence.rawValue))),
                    ("headerKeys", .array(record.headers.map { .string($0.key) })),
                    ("key", record.key.map { .string($0.string) } ?? .null),
                    ("payload", record.value.map { .string($0.string) } ?? .null),
                ], prefix: "| ")
        }
    }

    private func printLine(_ fields: [(String, JSONText)], prefix: String) throws {
        if json {
            print(try JSONText.line(Dictionary(uniqueKeysWithValues: fields)))
        } else {
            print(prefix + fields.map { "\($0.0): \(plain($0.1))" }.joined(separator: " "))
        }
    }

    private func plain(_ value: JSONText) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .null: "null"
        case .array(let elements): "[" + elements.map(plain).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    // MARK: - Indexes

    private static let offsetEntrySize = 8
    private static let timeEntrySize = 12

    private func dumpOffsetIndex(_ data: Data, base: LogOffset) throws {
        let bytes = ByteSlice([UInt8](data))
        for start in stride(from: 0, through: bytes.count - Self.offsetEntrySize, by: Self.offsetEntrySize) {
            let relative = bytes.bytes.bigEndian(at: start, as: Int32.self)
            let position = bytes.bytes.bigEndian(at: start + 4, as: Int32.self)
            // Preallocated room behind the last entry.
            if position == 0 && start > 0 { return }
            try printLine(
                [("offset", .integer((base + Int64(relative)).rawValue)), ("position", .integer(Int64(position)))],
                prefix: "")
        }
    }

    private func dumpTimeIndex(_ data: Data, base: LogOffset) throws {
        let bytes = ByteSlice([UInt8](data))
        for start in stride(from: 0, through: bytes.count - Self.timeEntrySize, by: Self.timeEntrySize) {
            let timestamp = bytes.bytes.bigEndian(at: start, as: Int64.self)
            let relative = bytes.bytes.bigEndian(at: start + 8, as: Int32.self)
            if timestamp == 0 { return }
            try printLine(
                [("timestamp", .integer(timestamp)), ("offset", .integer((base + Int64(relative)).rawValue))],
                prefix: "")
        }
    }
}
