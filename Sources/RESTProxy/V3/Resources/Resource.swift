import JSON

/// The form that all answers of API v3 have: what they are, where they are, and what they refer to.
enum Resource {
    /// One resource.
    ///
    /// - Parameters:
    ///   - kind: What it is, such as `KafkaTopic`.
    ///   - url: Where it is.
    ///   - name: Its name among all resources; `nil` for those that have none.
    ///   - fields: What it says, in order; `nil` for what is left out.
    static func object(
        _ kind: String, at url: String, named name: String?, _ fields: KeyValuePairs<String, JSONValue?>
    ) -> JSONValue {
        var metadata = JSONObject()
        metadata["self"] = .string(url)
        if let name { metadata["resource_name"] = .string(name) }
        var object = JSONObject()
        object["kind"] = .string(kind)
        object["metadata"] = .object(metadata)
        for (name, value) in fields { if let value { object[name] = value } }
        return .object(object)
    }

    /// A list of resources.
    ///
    /// - Parameters:
    ///   - kind: What it is, such as `KafkaTopicList`.
    ///   - next: Where the list goes on; `nil` when it is complete.
    static func list(_ kind: String, at url: String, next: String? = nil, _ data: [JSONValue]) -> JSONValue {
        [
            "kind": .string(kind), "metadata": ["self": .string(url), "next": .text(next)], "data": .array(data),
        ]
    }

    /// A reference to another resource.
    static func related(_ url: String) -> JSONValue { ["related": .string(url)] }
}
