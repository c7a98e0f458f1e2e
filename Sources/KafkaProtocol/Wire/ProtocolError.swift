/// What kept a message from being read or written, and in which field.
public struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of a ``ProtocolError``.
    ///
    /// An open set: a later version may know more kinds.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case truncated, invalidLength, unexpectedNull, malformed, fieldNotCarried, unsupportedVersion
            case unreadableRecords
        }
        private let value: Value
        private init(_ value: Value) { self.value = value }

        /// The bytes end before the field does.
        public static let truncated = Code(.truncated)
        /// A length or a count cannot be true.
        public static let invalidLength = Code(.invalidLength)
        /// The field is null in a version that has no null for it.
        public static let unexpectedNull = Code(.unexpectedNull)
        /// The bytes break a rule of their encoding.
        public static let malformed = Code(.malformed)
        /// The field holds a value that the version cannot carry.
        public static let fieldNotCarried = Code(.fieldNotCarried)
        /// The API or the version is not one of those that this module knows.
        public static let unsupportedVersion = Code(.unsupportedVersion)
        /// Records that lie outside of memory could not be read.
        public static let unreadableRecords = Code(.unreadableRecords)

        /// The value as text, for logs and messages.
        public var description: String { value.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// The field from the message down, such as `FetchRequest.topics[3].partitions[0].partitionMaxBytes`.
    public var path: String
    /// What is wrong with it.
    public var message: String

    /// Creates an error.
    public init(code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(path): \(message)" }
}

// Errors are made out of line, so that the readers' fast paths stay small enough to be inlined.
extension ProtocolError {
    @usableFromInline @inline(never)
    static func truncated(_ field: StaticString, needs: Int, has: Int) -> ProtocolError {
        ProtocolError(code: .truncated, path: "\(field)", message: "needs \(needs) bytes, but only \(has) are left")
    }

    @usableFromInline @inline(never)
    static func invalidLength(_ field: StaticString, _ length: Int, limit: Int) -> ProtocolError {
        ProtocolError(code: .invalidLength, path: "\(field)", message: "claims a length of \(length), above \(limit)")
    }

    @usableFromInline @inline(never)
    static func invalidCount(_ field: StaticString, _ count: Int, has: Int) -> ProtocolError {
        ProtocolError(
            code: .invalidLength, path: "\(field)", message: "claims \(count) elements, but only \(has) bytes are left")
    }

    @usableFromInline @inline(never)
    static func unexpectedNull(_ field: StaticString) -> ProtocolError {
        ProtocolError(code: .unexpectedNull, path: "\(field)", message: "must not be null in this version")
    }

    @usableFromInline @inline(never)
    static func malformedVarint(_ field: StaticString) -> ProtocolError {
        ProtocolError(code: .malformed, path: "\(field)", message: "the variable-length number has more than 5 bytes")
    }

    @usableFromInline @inline(never)
    static func malformedTag(_ tag: UInt32, unread: Int) -> ProtocolError {
        ProtocolError(
            code: .malformed, path: "tagged field \(tag)", message: "its length leaves \(unread) bytes unread")
    }

    @usableFromInline @inline(never)
    static func malformedPresence(_ field: StaticString, _ byte: Int8) -> ProtocolError {
        ProtocolError(
            code: .malformed, path: "\(field)", message: "a structure starts with 1, or -1 for null, not \(byte)")
    }

    @usableFromInline @inline(never)
    static func fieldNotCarried(_ field: StaticString, version: Int16) -> ProtocolError {
        ProtocolError(
            code: .fieldNotCarried, path: "\(field)",
            message: "holds a value that version \(version) cannot carry: leave it at its default or use another")
    }

    @usableFromInline @inline(never)
    static func unsupportedVersion(
        _ version: Int16, of message: String, _ versions: ClosedRange<Int16>
    ) -> ProtocolError {
        ProtocolError(
            code: .unsupportedVersion, path: message,
            message: "version \(version) is not among the supported \(versions.lowerBound) to \(versions.upperBound)")
    }

    /// The same error as seen from the structure around it.
    @usableFromInline @inline(never)
    func nested(in field: StaticString) -> ProtocolError {
        ProtocolError(code: code, path: "\(field).\(path)", message: message)
    }

    /// The same error as seen from the array around it; an element without fields of its own has an empty path.
    @usableFromInline @inline(never)
    func nested(in field: StaticString, at index: Int) -> ProtocolError {
        ProtocolError(code: code, path: "\(field)[\(index)]" + (path.isEmpty ? "" : "." + path), message: message)
    }
}
