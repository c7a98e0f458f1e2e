/// Turns schema files into Swift source files.
public enum Generator {
    /// A file by name.
    public struct File: Hashable, Sendable {
        /// The name, without a folder.
        public var name: String
        /// What the file holds.
        public var text: String

        /// Creates a file from its name and text.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// What one run writes.
    public struct Output: Hashable, Sendable {
        /// The module's files.
        public var sources: [File]
        /// The files that the module's tests use.
        public var tests: [File]
    }

    /// The Swift files for all of `schemas`.
    ///
    /// The result depends on the texts alone, so that a test can compare it with the committed files.
    ///
    /// - Throws: ``SchemaError`` for the first mistake in a schema.
    public static func generate(from schemas: [File]) throws(SchemaError) -> Output {
        let schema = try self.schema(from: schemas)
        var sources = schema.messages.map { message in
            File(name: "\(message.name).generated.swift", text: MessageEmitter(message: message).emit())
        }
        sources.append(File(name: "APIKey.generated.swift", text: ListEmitter.emitAPIKeys(schema)))
        sources.append(File(name: "ErrorCode.generated.swift", text: ListEmitter.emitErrorCodes(schema)))
        let tests = [File(name: "RandomMessages.generated.swift", text: RandomMessageEmitter.emit(schema))]
        return Output(sources: sources.sorted { $0.name < $1.name }, tests: tests)
    }

    /// What all of `files` declare together, checked.
    public static func schema(from files: [File]) throws(SchemaError) -> Schema {
        var schema = Schema()
        for file in files.sorted(by: { $0.name < $1.name }) {
            schema.append(try Parser.parse(file.text, file: file.name))
        }
        try SchemaChecker.check(schema)
        return schema
    }
}
