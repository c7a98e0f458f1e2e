/// Says of records one by one whether a transform is to have them (KIP-585).
///
/// One instance serves one task; its calls come one at a time.
public protocol Predicate: Sendable {
    /// Whether the record is one of those that are meant.
    func test<Record: ConnectRecord>(_ record: Record) async throws -> Bool

    /// Ends; the last call.
    func close() async
}

extension Predicate {
    /// Does nothing.
    public func close() async {}
}
