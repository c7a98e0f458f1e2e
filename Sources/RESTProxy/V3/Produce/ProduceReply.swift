import JSON
import KafkaClient
import RecordFormat
import SchemaClient

/// Where a record was written, as API v3 answers it.
struct ProduceReply: Sendable {
    /// What the answer says of a key or value.
    struct Data: Sendable, Hashable {
        var kind: RecordData.Kind
        var subject: String?
        var schemaID: Int32?
        var schemaVersion: Int?
        /// Its bytes in the record.
        var size: Int

        /// Describes what was written.
        init(_ encoded: RecordDataEncoder.Encoded) {
            kind = encoded.kind
            subject = encoded.schema?.subject
            schemaID = encoded.schema?.id
            schemaVersion = encoded.schema?.version
            size = encoded.bytes?.count ?? 0
        }

        fileprivate func write(to output: inout some JSONOutput) {
            output.beginObject()
            output.addName("type")
            output.add(text: kind.rawValue)
            if let subject {
                output.addName("subject")
                output.add(text: subject)
            }
            if let schemaID {
                output.addName("schema_id")
                output.add(integer: Int64(schemaID))
            }
            if let schemaVersion {
                output.addName("schema_version")
                output.add(integer: Int64(schemaVersion))
            }
            output.addName("size")
            output.add(integer: Int64(size))
            output.endObject()
        }
    }

    /// The cluster's id.
    var clusterID: String
    /// Where the record was written.
    var metadata: RecordMetadata
    /// What its key was.
    var key: Data?
    /// What its value was.
    var value: Data?

    /// Writes the answer of a stream.
    func write(to output: inout some JSONOutput) {
        output.beginObject()
        output.addName("error_code")
        output.add(integer: 200)
        writeMembers(to: &output)
        output.endObject()
    }

    /// Writes the answer in a batch, for the entry of that id.
    func write(id: String, to output: inout some JSONOutput) {
        output.beginObject()
        output.addName("id")
        output.add(text: id)
        writeMembers(to: &output)
        output.endObject()
    }

    private func writeMembers(to output: inout some JSONOutput) {
        output.addName("cluster_id")
        output.add(text: clusterID)
        output.addName("topic_name")
        output.add(text: metadata.topic)
        output.addName("partition_id")
        output.add(integer: Int64(metadata.partition))
        // A repeated batch that the broker knows, and no longer its offset, has none.
        output.addName("offset")
        output.add(integer: metadata.offset?.rawValue ?? -1)
        output.addName("timestamp")
        output.add(text: InstantText.text(of: metadata.timestamp))
        if let key {
            output.addName("key")
            key.write(to: &output)
        }
        if let value {
            output.addName("value")
            value.write(to: &output)
        }
    }
}
