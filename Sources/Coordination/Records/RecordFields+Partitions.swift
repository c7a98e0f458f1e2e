internal import RecordFormat

extension RecordFieldWriter {
    /// Writes a topic's identity.
    mutating func uuid(_ id: TopicID) {
        integer(id.high)
        integer(id.low)
    }

    /// Writes an array of strings.
    mutating func strings(_ strings: [String]) {
        count(strings.count)
        for string in strings { self.string(string) }
    }

    /// Writes partitions by topic, in ascending order.
    mutating func partitions(_ assignment: PartitionAssignment) {
        let sorted = assignment.sorted
        count(sorted.count)
        for (topic, partitions) in sorted {
            uuid(topic)
            count(partitions.count)
            for partition in partitions { integer(partition) }
            taggedFields()
        }
    }
}

extension RecordFieldReader {
    /// A topic's identity.
    mutating func uuid(_ field: StaticString) throws(RecordDecodingError) -> TopicID {
        TopicID(high: try integer(field), low: try integer(field))
    }

    /// An array of strings.
    mutating func strings(_ field: StaticString) throws(RecordDecodingError) -> [String] {
        var strings: [String] = []
        for _ in 0..<(try count(minimumSize: 1, field)) { strings.append(try string(field)) }
        return strings
    }

    /// Partitions by topic.
    mutating func partitions(_ field: StaticString) throws(RecordDecodingError) -> PartitionAssignment {
        var assignment = PartitionAssignment()
        for _ in 0..<(try count(minimumSize: 18, field)) {
            let topic = try uuid(field)
            for _ in 0..<(try count(minimumSize: 4, field)) { assignment.insert(topic, try integer(field)) }
            try taggedFields(field)
        }
        return assignment
    }
}
