import Coordination
import JSON
import RecordFormat

/// What an instance reads.
enum InstanceTarget: Sendable, Hashable {
    /// Nothing yet.
    case none
    /// Topics, shared with the other instances of the group.
    case topics([String])
    /// The topics that an expression matches, shared in the same way.
    case pattern(String)
    /// Partitions, for itself.
    case partitions([TopicPartition])

    /// Whether it has its partitions from the group.
    var isSubscription: Bool {
        switch self {
        case .none, .partitions: false
        case .topics, .pattern: true
        }
    }

    /// Reads the body of `POST …/subscription`.
    ///
    /// - Throws: ``RESTError`` with status 422 for neither topics nor a pattern, for both, and for what is no pattern.
    static func subscription(_ body: [UInt8]) throws -> InstanceTarget {
        let json = try BodyReader.object(body)
        for member in json where !["topics", "topic_pattern"].contains(member.name) {
            throw RESTError.validation("Unrecognized field: \(member.name.prefix(100))")
        }
        let pattern = json["topic_pattern"] ?? .null
        let topics = json["topics"] ?? .null
        switch (topics.isNull, pattern.isNull) {
        case (true, true): throw RESTError.validation("topics or topic_pattern has to be given")
        case (false, false): throw RESTError.validation("topics and topic_pattern exclude each other; give one of them")
        case (false, true):
            let names = try BodyReader.elements(json, "topics").map { element in
                guard let name = element.string, !name.isEmpty else {
                    throw RESTError.validation("topics[] may not be empty")
                }
                return name
            }
            return .topics(names)
        case (true, false):
            guard let text = pattern.string else { throw RESTError(400, "topic_pattern has to be a text") }
            _ = try matcher(text)
            return .pattern(text)
        }
    }

    /// Reads an expression, whose matching takes a time that is linear in a name's length.
    ///
    /// - Throws: ``RESTError`` with status 422 for what is none.
    static func matcher(_ pattern: String) throws -> TopicPattern {
        do {
            return try TopicPattern(pattern)
        } catch {
            throw RESTError.validation("topic_pattern is no regular expression that can be used: \(error.message)")
        }
    }

    /// The target as it is kept.
    var stored: JSONValue {
        switch self {
        case .none: [:]
        case .topics(let topics): ["topics": .array(topics.map(JSONValue.string))]
        case .pattern(let pattern): ["pattern": .string(pattern)]
        case .partitions(let partitions):
            [
                "partitions": .array(
                    partitions.map { .array([.string($0.topic), .integer($0.partition)]) })
            ]
        }
    }

    /// Reads what ``stored`` wrote.
    init(stored json: JSONValue?) {
        if let topics = json?["topics"]?.array {
            self = .topics(topics.compactMap(\.string))
        } else if let pattern = json?["pattern"]?.string {
            self = .pattern(pattern)
        } else if let partitions = json?["partitions"]?.array {
            self = .partitions(
                partitions.compactMap { element in
                    guard let pair = element.array, pair.count == 2, let topic = pair[0].string,
                        let partition = pair[1].int64.flatMap({ Int32(exactly: $0) })
                    else { return nil }
                    return TopicPartition(topic, partition)
                })
        } else {
            self = .none
        }
    }
}
