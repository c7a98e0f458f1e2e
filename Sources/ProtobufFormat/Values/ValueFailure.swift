import SchemaFormat

/// Why a value does not fit its message, with the way to it from the inside out.
struct ValueFailure: Error {
    /// What kind of thing was refused.
    var code: SchemaError.Code
    /// What is wrong.
    var message: String
    /// The fields, indexes and keys around the value, the innermost first.
    var path: [String] = []

    /// A value that does not fit.
    static func value(_ message: String) -> ValueFailure { ValueFailure(code: .invalidValue, message: message) }

    /// Bytes that are not what the schema says.
    static func bytes(_ message: String) -> ValueFailure { ValueFailure(code: .invalidBytes, message: message) }

    /// A bound that was reached.
    static func limit(_ message: String) -> ValueFailure { ValueFailure(code: .limitExceeded, message: message) }

    /// As much of a name as is shown: those in JSON can be as long as the body.
    static func shortened(_ name: String) -> String {
        name.utf8.count > 100 ? String(name.prefix(100)) + "…" : name
    }

    /// The same, inside of a field, an index or a key.
    func within(_ part: String) -> ValueFailure {
        var failure = self
        failure.path.append(Self.shortened(part))
        return failure
    }

    /// The error for those who gave the value.
    func error(in message: String) -> SchemaError {
        let place = path.reversed().joined(separator: "/")
        return SchemaError(
            code, place.isEmpty ? "\(message): \(self.message)" : "\(message), /\(place): \(self.message)")
    }
}
