import JSON
import RecordFormat

/// Reads the bodies of requests that carry no records.
enum BodyReader {
    /// A body that is an object.
    ///
    /// - Throws: ``RESTError``: 400 for what is no JSON, 422 for nothing and for what is no object.
    static func object(_ body: [UInt8]) throws -> JSONObject {
        let json: JSONValue
        do {
            json = body.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D } ? .null : try JSONValue(parsing: body)
        } catch {
            throw RESTError(400, "Malformed JSON: \(error)")
        }
        if json.isNull { throw RESTError.invalidPayload("Request body is empty. Data is required.") }
        guard let object = json.object else { throw RESTError(400, "The request body has to be a JSON object") }
        return object
    }

    /// A member that is a text, or a scalar that stands for one; `nil` for null.
    static func text(_ member: JSONObject.Member) throws -> String? {
        switch member.value {
        case .null: nil
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        case .array, .object: throw RESTError(400, "\(member.name) has to be a text")
        }
    }

    /// A member that is a whole number, or a text of one; `nil` for null.
    static func integer(_ member: JSONObject.Member) throws -> Int64? {
        if member.value.isNull { return nil }
        guard let value = member.value.int64 ?? member.value.string.flatMap({ Int64($0) }) else {
            throw RESTError(400, "\(member.name) has to be a whole number")
        }
        return value
    }

    /// The elements of a list of partitions, such as `{"partitions":[{"topic":"t","partition":0}]}`.
    ///
    /// - Throws: ``RESTError``: 422 where the list, a topic or a partition is missing.
    static func partitions(_ json: JSONObject, _ name: String = "partitions") throws -> [TopicPartition] {
        try elements(json, name).map { try partition($0, name) }
    }

    /// The elements of a list.
    static func elements(_ json: JSONObject, _ name: String) throws -> [JSONValue] {
        guard let list = json[name]?.array else { throw RESTError.validation("\(name) may not be null") }
        guard list.count <= elementLimit else {
            throw RESTError.validation("\(name) has \(list.count) elements and may have \(elementLimit)")
        }
        return list
    }

    /// The partition that an element names.
    static func partition(_ element: JSONValue, _ name: String) throws -> TopicPartition {
        guard let topic = element["topic"]?.string, !topic.isEmpty else {
            throw RESTError.validation("\(name)[].topic may not be empty")
        }
        guard let number = element["partition"]?.int64, let partition = Int32(exactly: number), partition >= 0 else {
            throw RESTError.validation("\(name)[].partition must be greater than or equal to 0")
        }
        return TopicPartition(topic, partition)
    }

    /// The most elements of a list of topics or partitions; an instance's are kept with its state.
    static let elementLimit = 10_000
}
