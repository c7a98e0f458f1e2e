/// Under which subject the schemas of a topic's records stand.
///
/// The classes are `io.confluent.kafka.serializers.subject.TopicNameStrategy` and its like.
public enum SubjectNameStrategy: String, Sendable, Hashable, CaseIterable {
    /// `<topic>-key` and `<topic>-value`.
    case topicName = "TOPIC_NAME"
    /// The record's full name, so that a topic may have records of several kinds.
    case recordName = "RECORD_NAME"
    /// `<topic>-<record's full name>`.
    case topicRecordName = "TOPIC_RECORD_NAME"

    private static let package = "io.confluent.kafka.serializers.subject."

    /// The strategy of a class, by its name with or without package.
    public init?(className: String) {
        let name = className.hasPrefix(Self.package) ? className.dropFirst(Self.package.count) : className[...]
        switch name {
        case "TopicNameStrategy": self = .topicName
        case "RecordNameStrategy": self = .recordName
        case "TopicRecordNameStrategy": self = .topicRecordName
        default: return nil
        }
    }

    /// The subject of a schema.
    ///
    /// - Parameters:
    ///   - topic: The topic.
    ///   - isKey: Whether it is the record's key.
    ///   - recordName: The full name of the record that the schema describes, if it has one.
    /// - Throws: ``SchemaClientError`` where the strategy needs that name.
    public func subject(topic: String, isKey: Bool, recordName: String?) throws(SchemaClientError) -> String {
        switch self {
        case .topicName: return topic + (isKey ? "-key" : "-value")
        case .recordName: return try Self.required(recordName, isKey: isKey)
        case .topicRecordName: return try topic + "-" + Self.required(recordName, isKey: isKey)
        }
    }

    private static func required(_ name: String?, isKey: Bool) throws(SchemaClientError) -> String {
        guard let name else {
            throw SchemaClientError(
                "the \(isKey ? "key" : "value")'s schema names no record, which its subject name strategy takes the "
                    + "subject from; use TopicNameStrategy")
        }
        return name
    }
}
