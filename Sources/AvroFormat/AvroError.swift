public import SchemaFormat

/// Why a schema, a value or bytes were refused, and where in them.
///
/// Each level that the error passes on its way up adds its own step to the path, so that what succeeds pays nothing.
public struct AvroError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing was refused.
    public let code: SchemaError.Code
    /// What was found and what would be right, without the place.
    public let message: String
    /// The steps from the place up to the top.
    private var steps: [String] = []

    /// Creates an error.
    public init(_ code: SchemaError.Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Creates an error of a place.
    init(_ code: SchemaError.Code, _ message: String, at path: [String]) {
        self.init(code, message)
        steps = path.reversed()
    }

    /// The place as a JSON pointer; empty for the top.
    public var path: String { steps.reversed().map { "/" + $0 }.joined() }

    /// The value as text, for logs and messages.
    public var description: String { steps.isEmpty ? message : "\(message), at path '\(path)'" }

    /// The same error, seen from the level above.
    func inside(_ step: String) -> AvroError {
        var error = self
        error.steps.append(step)
        return error
    }

    /// The error as all schema languages have it.
    var schemaError: SchemaError { SchemaError(code, description) }
}
