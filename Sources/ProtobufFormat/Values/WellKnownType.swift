import JSON

/// The messages of `google/protobuf` whose JSON is not an object of their fields.
///
/// Each is read and written by way of such an object: what stands here is the difference.
enum WellKnownType: Sendable {
    case anyMessage
    case timestamp
    case duration
    case fieldMask
    case structure
    case value
    case list
    /// A scalar that can be missing.
    case wrapper

    private static let names: [String: WellKnownType] = [
        "Any": .anyMessage, "Timestamp": .timestamp, "Duration": .duration, "FieldMask": .fieldMask,
        "Struct": .structure,
        "Value": .value, "ListValue": .list, "DoubleValue": .wrapper, "FloatValue": .wrapper,
        "Int64Value": .wrapper, "UInt64Value": .wrapper, "Int32Value": .wrapper, "UInt32Value": .wrapper,
        "BoolValue": .wrapper, "StringValue": .wrapper, "BytesValue": .wrapper,
    ]

    /// The type of a message by its full name; `nil` for all that are objects.
    init?(_ fullName: String) {
        guard fullName.hasPrefix("google.protobuf."), let type = Self.names[String(fullName.dropFirst(16))] else {
            return nil
        }
        self = type
    }

    // MARK: From bytes

    /// The JSON of a message. That of an `Any` takes more than its fields: `MessageDecoder` makes it.
    ///
    /// - Parameter fields: The message as an object of its fields.
    func json(_ fields: JSONObject) throws(ValueFailure) -> JSONValue {
        switch self {
        case .timestamp:
            guard let text = TimeText.timestamp(seconds: Self.seconds(fields), nanos: Self.nanos(fields)) else {
                throw .bytes("the timestamp is not between the years 1 and 9999")
            }
            return .string(text)
        case .duration:
            guard let text = TimeText.duration(seconds: Self.seconds(fields), nanos: Self.nanos(fields)) else {
                throw .bytes("the duration is out of range")
            }
            return .string(text)
        case .fieldMask:
            let paths = fields["paths"]?.array?.compactMap(\.string) ?? []
            return .string(paths.map(FieldMaskText.json).joined(separator: ","))
        case .structure: return fields["fields"] ?? .object(JSONObject())
        case .list: return fields["values"] ?? []
        case .anyMessage: return .object(fields)
        // One of a oneof's fields, or nothing.
        case .value: return fields.members.first?.value ?? .null
        case .wrapper: return fields["value"] ?? .null
        }
    }

    private static func seconds(_ fields: JSONObject) -> Int64 { fields["seconds"]?.string.flatMap { Int64($0) } ?? 0 }

    private static func nanos(_ fields: JSONObject) -> Int64 { fields["nanos"]?.int64 ?? 0 }

    // MARK: To bytes

    /// The message as an object of its fields.
    func fields(
        _ value: JSONValue, encoder: MessageEncoder, depth: Int
    ) throws(ValueFailure) -> JSONObject {
        switch self {
        case .anyMessage: return try inner(value, encoder: encoder, depth: depth)
        case .timestamp:
            guard let text = value.string, let time = TimeText.timestamp(text) else {
                throw .value("expected a timestamp such as \"2026-01-31T12:00:00.5Z\"")
            }
            return Self.object(time)
        case .duration:
            guard let text = value.string, let time = TimeText.duration(text) else {
                throw .value("expected a duration in seconds such as \"1.5s\"")
            }
            return Self.object(time)
        case .fieldMask:
            guard let text = value.string else { throw .value("expected names of fields with commas between them") }
            let paths = text.split(separator: ",").map { JSONValue.string(FieldMaskText.path(String($0))) }
            return Self.object("paths", .array(paths))
        case .structure:
            guard value.object != nil else { throw .value("expected an object") }
            return Self.object("fields", value)
        case .list:
            guard value.array != nil else { throw .value("expected an array") }
            return Self.object("values", value)
        case .value: return Self.object(Self.kind(value), value)
        case .wrapper: return Self.object("value", value)
        }
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "nullValue"
        case .bool: "boolValue"
        case .number: "numberValue"
        case .string: "stringValue"
        case .array: "listValue"
        case .object: "structValue"
        }
    }

    private func inner(
        _ value: JSONValue, encoder: MessageEncoder, depth: Int
    ) throws(ValueFailure) -> JSONObject {
        guard var members = value.object else { throw .value("expected an object with \"@type\"") }
        if members.isEmpty { return members }
        guard let url = members["@type"]?.string else { throw .value("an Any has to say its \"@type\"") }
        members["@type"] = nil
        var fields = Self.object("typeUrl", .string(url))
        guard let id = encoder.types.message(atURL: url) else {
            guard members.count == 1, let content = members["value"], content.string != nil else {
                throw .value(
                    "the schema does not know the type \(ValueFailure.shortened(url)): only its bytes can be given, as \"value\""
                )
            }
            fields["value"] = content
            return fields
        }
        let isWellKnown = encoder.types[id].wellKnown != nil
        if isWellKnown, members["value"] == nil { throw .value("an Any of \(url) has to have a \"value\"") }
        let content = isWellKnown ? members["value"] ?? .null : .object(members)
        fields["value"] = .string(Base64.encode(try encoder.message(id, content, depth: depth + 1)))
        return fields
    }

    private static func object(_ name: String, _ value: JSONValue) -> JSONObject {
        var object = JSONObject()
        object[name] = value
        return object
    }

    private static func object(_ time: (seconds: Int64, nanos: Int64)) -> JSONObject {
        var object = JSONObject()
        object["seconds"] = .integer(time.seconds)
        object["nanos"] = .integer(time.nanos)
        return object
    }
}

/// The paths of a field mask, which have capital letters instead of underscores in JSON.
enum FieldMaskText {
    /// A path as JSON has it.
    static func json(_ path: String) -> String {
        var text = ""
        var isNext = false
        for character in path {
            if character == "_" {
                isNext = true
            } else {
                text += isNext ? character.uppercased() : String(character)
                isNext = false
            }
        }
        return text
    }

    /// A path as the message has it.
    static func path(_ json: String) -> String {
        json.map { $0.isASCII && $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }
}
