/// Writes the Swift source of the lists: APIs, the messages that stand for them, and error codes.
enum ListEmitter {
    private static let notice = "by protocol-gen. Do not edit."

    /// The text of `APIKey.generated.swift`.
    static func emitAPIKeys(_ schema: Schema) -> String {
        var source = SourceText()
        source.line("// Generated from Schemas/APIKeys.schema \(notice)")
        source.line("// swift-format-ignore-file")
        source.line()
        source.block("extension APIKey") { source in
            for key in schema.apiKeys {
                source.line("/// Kafka's \(key.name) API.")
                let name = SwiftNaming.constant(forAPI: key.name)
                source.line("public static let \(name) = APIKey(rawValue: \(key.number))")
            }
            source.line()
            emitTable("Kafka's name of the API; `nil` for an unknown number.", "knownName: String?", into: &source) {
                for key in schema.apiKeys { $0.line("case \(key.number): \"\(key.name)\"") }
            }
            source.line()
            let text = "The first version whose headers and bodies are flexible (KIP-482); `Int16.max` if none is."
            emitTable(text, "firstFlexibleVersion: Int16", otherwise: "Int16.max", into: &source) {
                for key in schema.apiKeys {
                    guard let version = key.firstFlexibleVersion else { continue }
                    $0.line("case \(key.number): \(version)")
                }
            }
            source.line()
            let requests = schema.messages.filter { $0.kind == .request }
            emitTable(
                "The message that asks the API; `nil` if this module has none.",
                "requestType: (any KafkaRequest.Type)?", into: &source
            ) {
                for request in requests.sorted(by: { number(of: $0, schema) < number(of: $1, schema) }) {
                    $0.line("case \(number(of: request, schema)): \(request.name).self")
                }
            }
            source.line()
            source.line("/// The APIs that this module has messages for, by number.")
            source.line("public static let supported: [APIKey] = [")
            for request in requests.sorted(by: { number(of: $0, schema) < number(of: $1, schema) }) {
                source.line("    .\(SwiftNaming.constant(forAPI: request.apiName)),")
            }
            source.line("]")
        }
        return source.text
    }

    /// The text of `ErrorCode.generated.swift`.
    static func emitErrorCodes(_ schema: Schema) -> String {
        var source = SourceText()
        source.line("// Generated from Schemas/ErrorCodes.schema \(notice)")
        source.line("// swift-format-ignore-file")
        source.line()
        source.block("extension ErrorCode") { source in
            for code in schema.errorCodes {
                source.documentation(code.message)
                let name = SwiftNaming.constant(forError: code.name)
                source.line("public static let \(name) = ErrorCode(rawValue: \(code.number))")
            }
            source.line()
            emitTable("Kafka's name of the error; `nil` for an unknown number.", "knownName: String?", into: &source) {
                for code in schema.errorCodes { $0.line("case \(code.number): \"\(code.name)\"") }
            }
            source.line()
            emitTable("What the error means; `nil` for an unknown number.", "knownMessage: String?", into: &source) {
                for code in schema.errorCodes { $0.line("case \(code.number): \"\(code.message)\"") }
            }
            source.line()
            let numbers = schema.errorCodes.filter(\.isRetriable).map { "\($0.number)" }
            source.line("/// Whether the same request may succeed when it is sent again later.")
            source.block("public var isRetriable: Bool") { source in
                source.line("switch rawValue {")
                for start in stride(from: 0, to: numbers.count, by: 16) {
                    let row = numbers[start..<min(start + 16, numbers.count)].joined(separator: ", ")
                    source.line((start == 0 ? "case " : "    ") + row + (start + 16 < numbers.count ? "," : ": true"))
                }
                source.line("default: false")
                source.line("}")
            }
        }
        return source.text
    }

    private static func number(of message: MessageSchema, _ schema: Schema) -> Int {
        schema.apiKey(of: message)?.number ?? -1
    }

    private static func emitTable(
        _ documentation: String, _ declaration: String, otherwise: String = "nil",
        into source: inout SourceText, cases: (inout SourceText) -> Void
    ) {
        source.documentation(documentation)
        source.block("public var \(declaration)") { source in
            source.line("switch rawValue {")
            cases(&source)
            source.line("default: \(otherwise)")
            source.line("}")
        }
    }
}
