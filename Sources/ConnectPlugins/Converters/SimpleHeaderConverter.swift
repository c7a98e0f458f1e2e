package import ConnectAPI
import JSON
package import RecordFormat

/// Headers as text whose type is read off the text (`org.apache.kafka.connect.storage.SimpleHeaderConverter`).
///
/// `true`, `42`, `1.5`, `[1,2]` and `{"a":1}` become values of the narrowest fitting type; everything else stays text.
/// Dates stay text too. Writing a value that was read gives the same bytes, except for white space inside `[]` and
/// `{}`.
package struct SimpleHeaderConverter: ImmediateHeaderConverter {
    /// Creates a converter.
    package init() {}

    package func serialize(
        topic: String, name: String, schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? {
        switch value {
        case .null: nil
        case .string(let text): ByteSlice(text)
        case .bytes(let bytes): ByteSlice(Base64.encode(bytes))
        case .array, .map, .structure: ByteSlice(try Self.data.json(of: value, schema).utf8)
        default: ByteSlice(value.description)
        }
    }

    package func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue {
        guard let bytes else { return .null }
        guard let text = bytes.validatedString else { return SchemaAndValue(.bytes, .bytes(bytes)) }
        return Self.value(of: text)
    }

    private static let data = JSONDataCodec(writesDecimalsAsNumbers: true, replacesNullWithDefault: true)

    /// The value that a text shows, with its type.
    static func value(of text: String) -> SchemaAndValue {
        let plain = SchemaAndValue(.string, .string(text))
        switch text {
        case "null": return .null
        case "true": return SchemaAndValue(.boolean, .boolean(true))
        case "false": return SchemaAndValue(.boolean, .boolean(false))
        default: break
        }
        guard let first = text.utf8.first else { return plain }
        switch first {
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
            guard let json = try? JSONValue(parsing: text), let value = try? data.value(of: json, nil) else {
                return plain
            }
            return schema(of: value).map { SchemaAndValue($0, value) } ?? SchemaAndValue(nil, value)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number(text) ?? plain
        default: return plain
        }
    }

    private static func number(_ text: String) -> SchemaAndValue? {
        // Text such as 007 or 1e5 would not come back the same, so only what does is taken for a number.
        func faithful(_ value: ConnectValue, _ schema: ConnectSchema) -> SchemaAndValue? {
            value.description == text ? SchemaAndValue(schema, value) : nil
        }
        if let value = Int64(text) {
            if let narrow = Int8(exactly: value) { return faithful(.int8(narrow), .int8) }
            if let narrow = Int16(exactly: value) { return faithful(.int16(narrow), .int16) }
            if let narrow = Int32(exactly: value) { return faithful(.int32(narrow), .int32) }
            return faithful(.int64(value), .int64)
        }
        if let value = Float(text), let result = faithful(.float32(value), .float32) { return result }
        return Double(text).flatMap { faithful(.float64($0), .float64) }
    }

    /// The schema of values that all have one type; `nil` where no single schema describes them.
    private static func schema(of value: ConnectValue) -> ConnectSchema? {
        switch value {
        case .int64: return .int64
        case .float64: return .float64
        case .boolean: return .boolean
        case .string: return .string
        case .array(let elements): return common(elements).map { .array(of: $0) }
        case .map(let map): return common(map.map(\.value)).map { .map(from: .string, to: $0) }
        default: return nil
        }
    }

    private static func common(_ values: [ConnectValue]) -> ConnectSchema? {
        guard let first = values.first.flatMap(schema(of:)) else { return nil }
        return values.allSatisfy { schema(of: $0) == first } ? first : nil
    }
}
