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

        fileprivate var json: JSONValue {
            var object = JSONObject()
            object["type"] = .string(kind.rawValue)
            if let subject { object["subject"] = .string(subject) }
            if let schemaID { object["schema_id"] = .integer(schemaID) }
            if let schemaVersion { object["schema_version"] = .integer(schemaVersion) }
            object["size"] = .integer(size)
            return .object(object)
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

    /// The answer of a stream.
    var json: JSONValue {
        var object = JSONObject()
        object["error_code"] = 200
        add(to: &object)
        return .object(object)
    }

    /// The answer in a batch, for the entry of that id.
    func json(id: String) -> JSONValue {
        var object = JSONObject()
        object["id"] = .string(id)
        add(to: &object)
        return .object(object)
    }

    private func add(to object: inout JSONObject) {
        object["cluster_id"] = .string(clusterID)
        object["topic_name"] = .string(metadata.topic)
        object["partition_id"] = .integer(metadata.partition)
        // A repeated batch that the broker knows, and no longer its offset, has none.
        object["offset"] = .integer(metadata.offset?.rawValue ?? -1)
        object["timestamp"] = .string(InstantText.text(of: metadata.timestamp))
        if let key { object["key"] = key.json }
        if let value { object["value"] = value.json }
    }
}
