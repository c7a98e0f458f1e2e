import ArgumentParser
import HTTPService
import JSON
import SchemaClient
import SchemaFormat
import TransportSecurity

/// A schema in a file, with what it refers to.
struct SchemaFileOptions: ParsableArguments {
    @Argument(help: "The subject.") var subject: String
    @Argument(help: "The file with the schema.") var file: String
    @Option(help: "AVRO, JSON or PROTOBUF; by the file's name if not given: .avsc, .json, .proto.")
    var type: String?
    @Option(
        name: .customLong("reference"),
        help: "What the schema refers to, name=subject:version; may be given several times.")
    var references: [String] = []
    @Flag(help: "Take schemas that mean the same for the same.") var normalize = false

    /// The longest schema that is read.
    private static let maximumSize = 16 << 20

    /// The body of the request, and what its query has.
    func body() throws -> JSONValue {
        var object = JSONObject()
        object["schema"] = .string(try BoundedFile.text(file, atMost: Self.maximumSize))
        object["schemaType"] = .string(try schemaType().rawValue)
        if !references.isEmpty { object["references"] = .array(try references.map(Self.reference)) }
        return .object(object)
    }

    /// What the query says of it.
    var query: [RegistryRequest.Parameter] { normalize ? [.on("normalize")] : [] }

    private func schemaType() throws -> SchemaType {
        if let type {
            guard let known = SchemaType(rawValue: type.uppercased()) else {
                throw ValidationError("--type \(type): must be AVRO, JSON or PROTOBUF")
            }
            return known
        }
        let endings: [(String, SchemaType)] = [(".avsc", .avro), (".json", .json), (".proto", .protobuf)]
        guard let found = endings.first(where: { file.hasSuffix($0.0) }) else {
            throw ValidationError("\(file): what is it? Give --type AVRO, JSON or PROTOBUF")
        }
        return found.1
    }

    private static func reference(_ text: String) throws -> JSONValue {
        guard let equals = text.firstIndex(of: "="), let colon = text.lastIndex(of: ":"), equals < colon,
            let version = Int(text[text.index(after: colon)...])
        else { throw ValidationError("--reference \(text): must be name=subject:version") }
        return [
            "name": .string(String(text[..<equals])),
            "subject": .string(String(text[text.index(after: equals)..<colon])), "version": .integer(version),
        ]
    }
}

extension Schemas {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "register",
            abstract: "Register a schema as a subject's next version, unless the subject has it.")
        @OptionGroup var options: SchemaOptions
        @OptionGroup var schema: SchemaFileOptions

        func run() async throws {
            let body = try schema.body()
            try await options.withRegistry { registry in
                let path = ["subjects", schema.subject]
                _ = try await registry.ask(.post, path + ["versions"], query: schema.query, body: body)
                let registered = try await registry.ask(.post, path, query: schema.query, body: body)
                if options.json { return print(registered.text) }
                try SchemaReport.schemas(.array([registered])).print(asJSON: false)
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say whether a schema may be a subject's next version, and why not. Ends with 1 if it may not.")
        @OptionGroup var options: SchemaOptions
        @OptionGroup var schema: SchemaFileOptions
        @Option(help: "Against this version alone, a number or latest; the subject's rules if not given.")
        var version: String?

        func run() async throws {
            let path = ["compatibility", "subjects", schema.subject, "versions"] + (version.map { [$0] } ?? [])
            let body = try schema.body()
            let isCompatible = try await options.withRegistry { registry in
                let answer = try await registry.ask(.post, path, query: [.on("verbose")] + schema.query, body: body)
                if options.json {
                    print(answer.text)
                } else {
                    try SchemaReport.compatibility(answer, of: schema.subject).print(asJSON: false)
                    for message in answer["messages"]?.array ?? [] { print(message.string ?? message.text) }
                }
                return answer["is_compatible"]?.bool == true
            }
            if !isCompatible { throw ExitCode.failure }
        }
    }

    struct Config: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "config",
            abstract: "Show or set what new versions have to keep, for all subjects or for one.")
        @OptionGroup var options: SchemaOptions
        @Argument(help: "The subject; all that have no level of their own if not given.") var subject: String?
        @Option(help: "The level to set, such as BACKWARD or FULL_TRANSITIVE.") var set: String?
        @Flag(help: "Take the level back, so that the one above it counts.") var unset = false

        func validate() throws {
            if set != nil && unset { throw ValidationError("--set and --unset do not go together") }
        }

        func run() async throws {
            let path = ["config"] + (subject.map { [$0] } ?? [])
            let table = { SchemaReport.setting($0, of: subject, names: ["compatibilityLevel", "compatibility"]) }
            if let set {
                return try await options.show(path, by: .put, body: ["compatibility": .string(set)], as: table)
            }
            if unset { return try await options.show(path, by: .delete, as: table) }
            try await options.show(path, query: [.on("defaultToGlobal")], as: table)
        }
    }

    struct Mode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mode",
            abstract: "Show or set what may be done, for all subjects or for one: READWRITE, READONLY, IMPORT …")
        @OptionGroup var options: SchemaOptions
        @Argument(help: "The subject; all that have no mode of their own if not given.") var subject: String?
        @Option(help: "The mode to set.") var set: String?
        @Flag(help: "Set IMPORT also where there are schemas already.") var force = false
        @Flag(help: "Take the mode back, so that the one above it counts.") var unset = false

        func validate() throws {
            if set != nil && unset { throw ValidationError("--set and --unset do not go together") }
        }

        func run() async throws {
            let path = ["mode"] + (subject.map { [$0] } ?? [])
            let table = { SchemaReport.setting($0, of: subject, names: ["mode"]) }
            if let set {
                let query: [RegistryRequest.Parameter] = force ? [.on("force")] : []
                return try await options.show(path, by: .put, query: query, body: ["mode": .string(set)], as: table)
            }
            if unset { return try await options.show(path, by: .delete, as: table) }
            try await options.show(path, query: [.on("defaultToGlobal")], as: table)
        }
    }
}
