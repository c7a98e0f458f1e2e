import ConnectAPI
import ConnectPlugins
import JSON
import KafkaClient
import RecordFormat

/// What becomes of a source's record that could not be converted or transformed: a letter without any converter, for
/// that may be what failed.
extension SourceRecord {
    /// The record as a dead letter: text and bytes as they are, everything else as JSON.
    func letter(to queue: String, context: [RecordHeader]) -> ProducerRecord {
        let own = headers.headers.map { RecordHeader(key: $0.name, value: Self.bytes($0.value, $0.schema)) }
        return ProducerRecord(
            topic: queue, key: Self.bytes(key, keySchema), value: Self.bytes(value, valueSchema),
            headers: own + context, timestamp: timestamp)
    }

    /// Where the record was to go and where it came from, as context headers of its letter name it. It has no offset in
    /// Kafka; where it came from tells which one it is.
    var placeInLetter: [(name: String, value: String)] {
        var place = [("topic", topic)]
        if let partition { place.append(("partition", "\(partition)")) }
        place.append(("source.partition", Self.text(.map(sourcePartition), nil)))
        place.append(("source.offset", Self.text(.map(sourceOffset), nil)))
        return place
    }

    private static func bytes(_ value: ConnectValue, _ schema: ConnectSchema?) -> ByteSlice? {
        switch value {
        case .null: nil
        case .bytes(let bytes): bytes
        default: ByteSlice(text(value, schema))
        }
    }

    private static func text(_ value: ConnectValue, _ schema: ConnectSchema?) -> String {
        if case .string(let text) = value { return text }
        let codec = JSONDataCodec(writesDecimalsAsNumbers: true, replacesNullWithDefault: false)
        // A value that does not fit its schema may be why there is a letter; it still fits itself.
        let json = (try? codec.json(of: value, schema)) ?? (try? codec.json(of: value, nil))
        return json?.text ?? "\(value)"
    }
}
