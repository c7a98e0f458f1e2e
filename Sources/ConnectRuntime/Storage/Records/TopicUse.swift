import JSON

/// When a connector was first seen to use a topic (KIP-558).
struct TopicUse: Sendable, Hashable {
    /// The task that was seen.
    var task: Int
    /// When, in milliseconds since 1970.
    var discovered: Int64
}

extension TopicUse {
    /// The value of the status topic's record.
    func json(_ topic: String, _ connector: String) -> JSONValue {
        [
            "topic": [
                "name": .string(topic), "connector": .string(connector), "task": .integer(task),
                "discoverTimestamp": .integer(Int(discovered)),
            ]
        ]
    }

    /// Reads the value of a record.
    ///
    /// - Throws: ``RecordProblem`` for a damaged one.
    init(_ value: JSONValue) throws {
        guard let topic = value["topic"], let task = topic["task"]?.int64,
            let discovered = topic["discoverTimestamp"]?.int64
        else { throw RecordProblem("a used topic without task or discoverTimestamp") }
        self.init(task: Int(truncatingIfNeeded: task), discovered: discovered)
    }
}
