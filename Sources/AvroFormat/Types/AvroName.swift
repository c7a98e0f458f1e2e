/// The name of a record, an enum or a fixed.
public struct AvroName: Sendable, Hashable, CustomStringConvertible {
    /// The part behind the last dot.
    public let simple: String
    /// What stands before it; `nil` for the null namespace.
    public let namespace: String?
    /// Both with a dot between them.
    public let full: String

    /// Creates a name as a schema has it.
    ///
    /// - Parameters:
    ///   - name: The name; one with dots brings its namespace with it.
    ///   - namespace: The namespace of one without dots; an empty one is none.
    public init(_ name: String, in namespace: String?) {
        var namespace = namespace
        if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) {
            simple = String(name[name.utf8.index(after: dot)...])
            namespace = String(name[..<dot])
        } else {
            simple = name
        }
        if let namespace, !namespace.isEmpty {
            self.namespace = namespace
            full = "\(namespace).\(simple)"
        } else {
            self.namespace = nil
            full = simple
        }
    }

    /// The value as text, for logs and messages.
    public var description: String { full }

    /// How the name is written inside of `namespace`: short where it is of that namespace, unless its short form would
    /// be taken for a type of the language.
    func text(in namespace: String?) -> String {
        guard let own = self.namespace, own == namespace, !Self.typeNames.contains(simple) else { return full }
        return simple
    }

    private static let typeNames: Set<String> = [
        "record", "enum", "array", "map", "union", "fixed", "string", "bytes", "int", "long", "float", "double",
        "boolean", "null",
    ]
}
