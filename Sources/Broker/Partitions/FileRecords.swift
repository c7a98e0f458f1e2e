import KafkaProtocol
import LogCore
import RecordFormat

/// Records that an answer carries straight from the log file.
final class FileRecords: ExternalRecords {
    let slice: LogSlice

    init(_ slice: LogSlice) { self.slice = slice }

    var byteCount: Int { slice.byteCount }

    func readBytes() throws -> ByteSlice { try slice.readBytes() }
}
