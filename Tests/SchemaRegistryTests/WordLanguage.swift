import JSON
import SchemaFormat

/// A language for these tests: a schema is a list of words, each a field.
///
/// `a? b` has an optional field and one that has to be there. `@name` needs a dependency of that name, whose fields count
/// too. `#form` is the name of the schema. A word with `!` is refused, one with `~` in new schemas only.
struct WordLanguage: SchemaLanguage {
    var type = SchemaType.avro

    func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema {
        let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
        if let word = words.first(where: { $0.contains("!") || isNew && $0.contains("~") }) {
            throw SchemaError(.invalidSchema, "'\(word)' is no field")
        }
        var fields = words.filter { !$0.hasPrefix("@") }
        for word in words where word.hasPrefix("@") {
            guard let dependency = dependencies.first(where: { $0.name == String(word.dropFirst()) }) else {
                throw SchemaError(.invalidSchema, "'\(word)' is nowhere")
            }
            fields += dependency.text.split(separator: " ").map(String.init).filter { !$0.hasPrefix("@") }
        }
        return Words(type: type, words: words, fields: fields)
    }

    struct Words: ParsedSchema {
        let type: SchemaType
        let words: [String]
        let fields: [String]

        var canonicalText: String { words.joined(separator: " ") }
        var name: String? { words.first { $0.hasPrefix("#") } }
        private var names: Set<String> { Set(fields.map { $0.filter { $0 != "?" } }) }

        func normalized() -> any ParsedSchema { Words(type: type, words: words.sorted(), fields: fields.sorted()) }

        func text(in form: String) -> String { form == "upper" ? canonicalText.uppercased() : canonicalText }

        func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] {
            guard let writer = writer as? Words else { return ["no words"] }
            return fields.filter { !$0.hasSuffix("?") && !writer.names.contains($0) }
                .map { "the \(roles.reader) schema needs \($0), which the \(roles.writer) one has not" }
        }

        func hasTopLevelField(_ name: String) -> Bool { names.contains(name) }
        func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] { throw SchemaError(.invalidValue, "no values") }
        func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue { throw SchemaError(.invalidBytes, "no values") }
    }
}
