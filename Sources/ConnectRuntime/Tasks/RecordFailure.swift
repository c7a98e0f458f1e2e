import ConnectAPI
import RecordFormat

/// A part of a record's way through a task, as the headers of dead letters and logs name it.
enum ProcessingStage: String, Sendable {
    case transformation = "TRANSFORMATION"
    case keyConverter = "KEY_CONVERTER"
    case valueConverter = "VALUE_CONVERTER"
    case headerConverter = "HEADER_CONVERTER"
    case put = "TASK_PUT"
}

/// Where on its way a record is: who works on it tells before each part.
struct ProcessingStep: Sendable {
    var stage: ProcessingStage
    /// The class at work.
    var className: String
}

/// Where on its way a record is that goes through without waiting: which step that is is worked out only for one that
/// fails.
enum ProcessingPlace: Sendable {
    /// The transform at this place of the chain.
    case transform(Int)
    case headerConverter
    case keyConverter
    case valueConverter
}

/// The record that is worked on, as it came.
enum ProcessedRecord: Sendable, CustomStringConvertible {
    case consumed(Record, TopicPartition)
    case polled(SourceRecord)

    /// Which one it is, for logs.
    var description: String {
        switch self {
        case .consumed(let record, let origin): "\(origin) offset \(record.offset)"
        case .polled(let record):
            "source partition \(record.sourcePartition), source offset \(record.sourceOffset)"
        }
    }
}

/// A record that could not be processed, and why.
struct RecordFailure: Sendable {
    var step: ProcessingStep
    var record: ProcessedRecord
    var error: any Error

    /// What happened, in a sentence.
    var message: String { (error as? ConnectError)?.message ?? "\(error)" }
}
