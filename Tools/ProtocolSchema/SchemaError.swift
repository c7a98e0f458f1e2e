/// A place in a schema file.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var file: String
    /// The line, counted from 1.
    public var line: Int

    /// The value as text, for logs and messages.
    public var description: String { "\(file):\(line)" }
}

/// What is wrong in a schema file, and where.
public struct SchemaError: Error, Hashable, CustomStringConvertible {
    /// Where it is.
    public var location: SourceLocation
    /// What it is.
    public var message: String

    /// The value as text, for logs and messages.
    public var description: String { "\(location): \(message)" }
}
