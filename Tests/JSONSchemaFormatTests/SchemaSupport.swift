import JSON
import JSONSchemaFormat
import SchemaFormat
import Testing

/// Reads a schema, with others by their names.
func schema(_ text: String, _ dependencies: [(String, String)] = []) throws -> any ParsedSchema {
    try JSONSchemaLanguage().parse(
        text, dependencies: dependencies.map { SchemaDependency(name: $0.0, text: $0.1) }, isNew: true)
}

/// What is wrong with a value; `nil` if it fits.
func problem(_ value: String, in schema: any ParsedSchema) throws -> SchemaError? {
    let value = try JSONValue(parsing: value)
    do {
        #expect(try schema.encode(value) == value.utf8)
        return nil
    } catch { return error }
}

/// What is wrong with a schema; `nil` if it is one.
func problem(ofSchema text: String, _ dependencies: [(String, String)] = []) -> SchemaError? {
    do {
        _ = try schema(text, dependencies)
        return nil
    } catch { return error as? SchemaError }
}

/// The `$schema` of a draft, as it is written into a schema.
enum Draft: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case draft4 = "http://json-schema.org/draft-04/schema#"
    case draft6 = "http://json-schema.org/draft-06/schema#"
    case draft7 = "http://json-schema.org/draft-07/schema#"
    case draft2019 = "https://json-schema.org/draft/2019-09/schema"
    case draft2020 = "https://json-schema.org/draft/2020-12/schema"

    var testDescription: String { rawValue }

    /// The schema with its `$schema`; a boolean stays what it is.
    func declared(_ text: String) -> String {
        guard text.hasPrefix("{") else { return text }
        return "{\"$schema\":\"\(rawValue)\"" + (text == "{}" ? "}" : "," + text.dropFirst())
    }

    static let from6: [Draft] = [.draft6, .draft7, .draft2019, .draft2020]
    static let from7: [Draft] = [.draft7, .draft2019, .draft2020]
    static let upTo7: [Draft] = [.draft4, .draft6, .draft7]
    static let from2019: [Draft] = [.draft2019, .draft2020]
}

/// A schema with values that fit it and values that do not.
struct ValidationCase: Sendable, CustomTestStringConvertible {
    let schema: String
    let drafts: [Draft]
    let fitting: [String]
    let others: [String]

    init(_ schema: String, _ drafts: [Draft] = Draft.allCases, fits fitting: [String], not others: [String]) {
        self.schema = schema
        self.drafts = drafts
        self.fitting = fitting
        self.others = others
    }

    var testDescription: String { schema }

    /// Checks all values in all drafts.
    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for draft in drafts {
            let parsed = try JSONSchemaFormatTests.schema(draft.declared(schema))
            for value in fitting {
                let problem = try problem(value, in: parsed)
                #expect(problem == nil, "\(value) in \(draft)", sourceLocation: sourceLocation)
            }
            for value in others {
                let problem = try problem(value, in: parsed)
                #expect(problem?.code == .invalidValue, "\(value) in \(draft)", sourceLocation: sourceLocation)
            }
        }
    }
}
