import ConnectAPI
import JSON

/// One connector that a `connector.json` describes.
///
/// - SeeAlso: docs/plugin-protocol.md, "connector.json"
package struct PluginManifest: Sendable, Hashable {
    /// The direction in which a connector moves data.
    package enum Kind: String, Sendable, Hashable {
        case source, sink
    }

    /// The class name that configurations have.
    package var className: String
    /// What it is.
    package var kind: Kind
    /// The version shown to users.
    package var version: String?
    /// The program; a path below the plug-in's directory, or an absolute one.
    package var executable: String
    /// The program's arguments.
    package var arguments: [String] = []
    /// What its environment has beside the few variables that every plug-in gets.
    package var environment: [String: String] = [:]
    /// How long it may be silent while it is asked something, in milliseconds.
    package var timeout: Duration = .seconds(60)
    /// What its `definition` call would answer, where that need not be asked.
    var definition: JSONValue?

    /// The most bytes of a `connector.json`.
    static let lengthLimit = 256 * 1024
    /// The most connectors that one describes.
    static let countLimit = 64

    private static let members = [
        "class", "type", "version", "executable", "arguments", "environment", "timeout.ms", "definition",
    ]

    /// Reads a `connector.json`: an object, or an array of them.
    ///
    /// - Throws: ``ConnectError`` that says what is wrong and where.
    package static func parse(_ bytes: [UInt8]) throws -> [PluginManifest] {
        guard bytes.count <= lengthLimit else { throw invalid("it is longer than \(lengthLimit) bytes") }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw invalid("it is not JSON: \(error)")
        }
        let entries = json.array ?? [json]
        guard !entries.isEmpty, entries.count <= countLimit else {
            throw invalid("it describes \(entries.count) connectors; from 1 to \(countLimit) are allowed")
        }
        let manifests = try entries.map(PluginManifest.init)
        for (index, manifest) in manifests.enumerated()
        where manifests[..<index].contains(where: { $0.className == manifest.className }) {
            throw invalid("it describes \(manifest.className) twice")
        }
        return manifests
    }

    private init(_ json: JSONValue) throws {
        guard let object = json.object else { throw Self.invalid("it has to be an object or an array of objects") }
        for member in object where !Self.members.contains(member.name) {
            let nearest = NearestName.of(member.name, among: Self.members).map { "; is '\($0)' meant?" } ?? ""
            throw Self.invalid("'\(member.name.prefix(100))' is unknown\(nearest)")
        }
        className = try Self.text(object, "class")
        guard className.utf8.count <= 255, className.utf8.allSatisfy(Self.isNameByte) else {
            throw Self.invalid("'class' has up to 255 letters, digits and . _ - $")
        }
        guard let kind = Kind(rawValue: try Self.text(object, "type")) else {
            throw Self.invalid("'type' has to be 'source' or 'sink'")
        }
        self.kind = kind
        if object["version"] != nil { version = try Self.text(object, "version") }
        executable = try Self.text(object, "executable")
        if let list = object["arguments"] { arguments = try Self.texts(list) }
        if let variables = object["environment"] { environment = try Self.variables(variables) }
        if let milliseconds = object["timeout.ms"] {
            guard let value = milliseconds.int64, (1...3_600_000).contains(value) else {
                throw Self.invalid("'timeout.ms' has to be a number from 1 to 3600000")
            }
            timeout = .milliseconds(value)
        }
        definition = object["definition"]
        // Now, and not when somebody asks for it.
        if let definition { _ = try PluginDescription(definition) }
    }

    private static func text(_ object: JSONObject, _ name: String) throws -> String {
        guard let value = object[name] else { throw invalid("'\(name)' is missing") }
        guard let text = value.string, isText(text), !text.isEmpty else {
            throw invalid("'\(name)' has to be a text that is not empty, of 4096 bytes at most")
        }
        return text
    }

    private static func texts(_ json: JSONValue) throws -> [String] {
        let list = json.array?.compactMap(\.string).filter(isText)
        guard let list, list.count == json.array?.count, list.count <= 64 else {
            throw invalid("'arguments' has to be an array of 64 texts at most, each of 4096 bytes at most")
        }
        return list
    }

    private static func variables(_ json: JSONValue) throws -> [String: String] {
        guard let object = json.object, object.count <= 64 else {
            throw invalid("'environment' has to be an object of 64 variables at most")
        }
        var variables: [String: String] = [:]
        for member in object {
            guard let value = member.value.string, isText(value), isText(member.name), !member.name.isEmpty,
                !member.name.contains("=")
            else { throw invalid("'environment' has to have texts of 4096 bytes at most, under names without '='") }
            variables[member.name] = value
        }
        return variables
    }

    private static func isText(_ text: String) -> Bool { text.utf8.count <= 4096 && !text.utf8.contains(0) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$")].contains(byte)
        }
    }

    private static func invalid(_ message: String) -> ConnectError { ConnectError(.invalidConfiguration, message) }
}
