/// A record's headers in order; a name may stand several times.
public struct ConnectHeaders: Sendable, Hashable {
    /// One header.
    public struct Header: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The type of the value, or `nil` when none is known.
        public var schema: ConnectSchema?
        /// The value.
        public var value: ConnectValue

        /// Creates a header.
        public init(_ name: String, _ value: ConnectValue, schema: ConnectSchema? = nil) {
            self.name = name
            self.schema = schema
            self.value = value
        }
    }

    /// The headers in order.
    public var headers: [Header]

    /// Creates headers.
    public init(_ headers: [Header] = []) { self.headers = headers }

    /// Whether there are none.
    public var isEmpty: Bool { headers.isEmpty }

    /// Adds a header at the end.
    public mutating func add(_ name: String, _ value: ConnectValue, schema: ConnectSchema? = nil) {
        headers.append(Header(name, value, schema: schema))
    }

    /// The last header `name`, which is the one that counts where a single one is expected.
    public func last(_ name: String) -> Header? { headers.last { $0.name == name } }

    /// Removes every header `name`.
    public mutating func remove(_ name: String) { headers.removeAll { $0.name == name } }
}
