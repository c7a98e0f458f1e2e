/// A part of a message that has fields of its own.
public protocol ProtocolStructure: Sendable {
    /// Creates one with every field at its default.
    init()
    /// Reads one as `version` has it; fields that the version does not carry get their defaults.
    ///
    /// - Throws: ``ProtocolError`` naming the field that cannot be read.
    init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError)
    /// Writes it as `version` has it.
    ///
    /// - Throws: ``ProtocolError`` with code `.fieldNotCarried` if a field holds a value that the version would lose
    ///   and that matters; `.unexpectedNull` or `.invalidLength` if the version has no form for a field's value.
    func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError)
}

/// A message of Kafka's protocol, in all its versions at once.
///
/// One Swift type stands for every version: it has the fields of all, and reading or writing it as a version
/// touches those that the version carries. What surrounds a message on a connection is in ``KafkaFrame``.
public protocol KafkaMessage: ProtocolStructure {
    /// The versions that can be read and written.
    static var versions: ClosedRange<Int16> { get }
    /// The first version with compact forms and tagged fields (KIP-482); `Int16.max` if there is none.
    static var firstFlexibleVersion: Int16 { get }
}

extension KafkaMessage {
    /// Refuses versions that the message does not have.
    @inlinable static func requireSupport(of version: Int16) throws(ProtocolError) {
        guard versions.contains(version) else {
            throw ProtocolError.unsupportedVersion(version, of: "\(Self.self)", versions)
        }
    }
}

/// A message that asks one of Kafka's APIs.
public protocol KafkaRequest: KafkaMessage {
    /// The message that answers.
    associatedtype Response: KafkaMessage
    /// The API that is asked.
    static var apiKey: APIKey { get }
}

/// What answers requests without bytes in between: the broker, as the in-process transport sees it.
public protocol RequestResponder: Sendable {
    /// Answers `request` as a broker would that got it in `version` from the client of that name.
    ///
    /// - Parameters:
    ///   - request: The request, with nothing in it that `version` could not carry.
    ///   - version: One of the request's versions; the response is in the same.
    ///   - clientID: The name that the client gives itself; `nil` if it has none.
    func respond<Request: KafkaRequest>(
        to request: Request, version: Int16, clientID: String?
    ) async throws -> Request.Response
}
