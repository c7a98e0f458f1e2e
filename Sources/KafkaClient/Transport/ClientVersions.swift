import KafkaProtocol

/// The versions of each request whose meaning this client knows, where that is less than what the protocol module
/// can encode.
enum ClientVersions {
    // From 13 on topics go by id; names are what this client's callers use.
    static let produce: ClosedRange<Int16> = 3...12
    static let fetch: ClosedRange<Int16> = 4...12
    // From here on a broker remembers what it is asked for (KIP-227).
    static let firstFetchWithSessions: Int16 = 7
    static let offsetCommit: ClosedRange<Int16> = 2...9
    // From 8 on a request asks for many groups; this client asks for one.
    static let offsetFetch: ClosedRange<Int16> = 2...7
    // From 4 on a request asks for many keys; this client asks for one.
    static let findCoordinator: ClosedRange<Int16> = 0...3
    // Version 0 answers with all offsets of old segments, not with one.
    static let listOffsets: ClosedRange<Int16> = 1...10
    static let metadata: ClosedRange<Int16> = 0...13
    static let initProducerID: ClosedRange<Int16> = 0...5
    static let joinGroup: ClosedRange<Int16> = 0...9
    static let syncGroup: ClosedRange<Int16> = 0...5
    static let heartbeat: ClosedRange<Int16> = 0...4
    static let leaveGroup: ClosedRange<Int16> = 0...5
}
