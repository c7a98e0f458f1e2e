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

/// A predicate that never waits, so that millions of records go through it without the price of an `async` call each.
public protocol ImmediatePredicate: Predicate {
    /// Whether the record is one of those that are meant.
    func test<Record: ConnectRecord>(_ record: Record) throws -> Bool
}
