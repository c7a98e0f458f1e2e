import JSON
import SchemaClient
import SchemaFormat
import Synchronization

@testable import RESTProxy

/// Schemas of a language that is as small as can be: `number` for digits, `text` for anything else, in the bytes of
/// their text.
struct FakeSchema: ParsedSchema {
    let type: SchemaType
    let canonicalText: String

    var name: String? { canonicalText }

    func normalized() throws(SchemaError) -> any ParsedSchema { self }

    func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] { [] }

    func hasTopLevelField(_ name: String) -> Bool { false }

    func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] {
        switch (canonicalText, value) {
        case ("number", .number(let number)): return Array(number.text.utf8)
        case ("text", .string(let text)): return Array(text.utf8)
        default: throw SchemaError(.invalidValue, "\(value.text) is no \(canonicalText)")
        }
    }

    func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue {
        let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        if canonicalText == "text" { return .string(text) }
        guard let number = JSONNumber(parsing: text) else { throw SchemaError(.invalidBytes, "\(text) is no number") }
        return .number(number)
    }
}

/// A registry in memory.
final class FakeRegistry: SchemaService {
    private struct State {
        var schemas: [FakeSchema] = []
        var subjects: [String: [Int32]] = [:]
        var isAway = false
    }

    private let state = Mutex(State())
    /// Holds up registrations while it is closed.
    let gate = Gate()

    /// Whether it cannot be asked.
    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set { state.withLock { $0.isAway = newValue } }
    }

    /// The subjects with their schemas' ids.
    var subjects: [String: [Int32]] { state.withLock { $0.subjects } }

    func schema(id: Int32) async throws -> RegisteredSchema {
        try state.withLock { state in
            if state.isAway { throw SchemaServiceError(.unavailable, "nobody answers") }
            guard state.schemas.indices.contains(Int(id) - 1) else {
                throw SchemaServiceError(.notFound, "Schema \(id) not found")
            }
            return RegisteredSchema(id: id, schema: state.schemas[Int(id) - 1])
        }
    }

    func schema(_ identity: SchemaMark.Identity) async throws -> RegisteredSchema {
        switch identity {
        case .id(let id): try await schema(id: id)
        // Its GUIDs are numbers.
        case .guid(let guid):
            try await schema(id: guid.split(separator: "-").last.flatMap { Int32($0, radix: 16) } ?? 0)
        }
    }

    func schema(subject: String, version: Int32?) async throws -> RegisteredSchema {
        let id = state.withLock { $0.subjects[subject]?.last }
        guard let id else { throw SchemaServiceError(.notFound, "Subject '\(subject)' not found.") }
        return try await schema(id: id)
    }

    func register(_ text: String, type: SchemaType, subject: String) async throws -> RegisteredSchema {
        let schema = FakeSchema(type: type, canonicalText: text)
        guard ["number", "text", "refused"].contains(text) else {
            throw SchemaServiceError(.invalidSchema, "\(text) is no schema")
        }
        await gate.pass()
        if text == "refused" { throw SchemaServiceError(.refused, "incompatible with an earlier schema") }
        return state.withLock { state in
            let known = state.schemas.firstIndex { $0.type == type && $0.canonicalText == text }
            let place = known ?? state.schemas.count
            if known == nil { state.schemas.append(schema) }
            let id = Int32(place + 1)
            if state.subjects[subject]?.contains(id) != true { state.subjects[subject, default: []].append(id) }
            return RegisteredSchema(id: id, subject: subject, version: 1, schema: schema)
        }
    }

    func parse(_ text: String, type: SchemaType) async throws -> any ParsedSchema {
        FakeSchema(type: type, canonicalText: text)
    }

    // Plain JSON has an exclamation mark, so that a test sees which form was asked for.
    func encode(_ value: JSONValue, with schema: any ParsedSchema, as form: JSONForm) throws -> [UInt8] {
        try schema.encode(value) + (form == .plain ? [UInt8(ascii: "!")] : [])
    }
}
