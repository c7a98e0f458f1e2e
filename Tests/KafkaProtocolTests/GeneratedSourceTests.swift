import ProtocolSchema
import Testing

@Suite struct GeneratedSourceTests {
    static let schemas = "Sources/KafkaProtocol/Schemas"

    @Test func committedSourcesAreWhatTheSchemasSay() throws {
        let output = try Generator.generate(from: Self.schemaFiles())
        try expect(output.sources, in: "Sources/KafkaProtocol/Messages")
        try expect(output.tests, in: "Tests/KafkaProtocolTests/Generated")
    }

    private func expect(_ files: [Generator.File], in folder: String) throws {
        let committed = try TestFiles.names(in: folder, suffix: ".generated.swift")
        #expect(committed == files.map(\.name).sorted(), "run: swift run protocol-gen")
        for file in files where committed.contains(file.name) {
            let isCurrent = try TestFiles.text("\(folder)/\(file.name)") == file.text
            #expect(isCurrent, "\(file.name) is out of date, run: swift run protocol-gen")
        }
    }

    static func schemaFiles() throws -> [Generator.File] {
        try TestFiles.names(in: schemas, suffix: ".schema").map {
            Generator.File(name: $0, text: try TestFiles.text("\(schemas)/\($0)"))
        }
    }

    @Test func everyFieldIsDocumented() throws {
        func undocumented(_ fields: [FieldSchema]) -> [FieldSchema] {
            fields.flatMap { ($0.documentation.isEmpty ? [$0] : []) + undocumented($0.fields) }
        }
        for message in try Generator.schema(from: Self.schemaFiles()).messages {
            #expect(undocumented(message.fields).map(\.name) == [], "\(message.name)")
        }
    }
}
